import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  EventLogClosedError,
  EventLogUnavailableError,
  type EventLog,
  type KnownId,
  type LogStatus,
  type Position,
  type StoredEvent,
} from '../event-log.ts';
import { createCheckedRecords } from '../checked-records.ts';
import { createFeeds } from '../feeds.ts';
import { assertLimit } from '../kept.ts';
import { silentLogger, type Logger } from '../logger.ts';
import type { Retention } from '../retention.ts';
import { shareStatus } from '../shared-status.ts';
import { createWaiting } from '../waiting.ts';
import { createAppends } from './appends.ts';
import { startSqliteJanitor } from './janitor.ts';
import type { Work } from './messages.ts';
import { createSqliteRecords } from './record-store.ts';
import { startWorker, type WorkerClient } from './worker-client.ts';

export interface SqliteEventLogOptions {
  /** The database file; its folder is created. `:memory:` keeps nothing after `close`. */
  readonly path: string;
  /** @default silent */
  readonly log?: Logger;
  /** How long events, and ids, are kept. @default for ever */
  readonly retention?: Retention;
  /** Milliseconds from one look for what is past retention to the next. @default a tenth of the age, at most 10000 */
  readonly janitorEveryMs?: number;
  /** How long to wait for another process to let go of the file. @default 1000 */
  readonly lockTimeoutMs?: number;
  /** Most deliveries and records waiting for the disk; beyond it writes are refused as unavailable. @default 16384 */
  readonly waitingEventsMax?: number;
  /** Most characters of their data. @default 134217728 */
  readonly waitingDataCharsMax?: number;
  /** How long `status` waits for the disk. @default 2000 */
  readonly statusTimeoutMs?: number;
  /** How long an answer of `status` is kept. @default 1000 */
  readonly statusKeptMs?: number;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** An event log whose owner may remove from it. */
export interface SqliteEventLog extends EventLog {
  /**
   * Removes events of a source up to an offset, in one commit, with what is known of their ids.
   * @returns whether there were any
   * @throws EventLogUnavailableError when the file can't be written now
   */
  readonly forget: (source: string, upTo: number) => Promise<boolean>;
}

/**
 * The embedded event log: one SQLite file, owned by one process, in WAL mode with a disk sync for every commit.
 * A thread of its own does the waiting, and what arrives while it commits shares the next commit. A file that fails,
 * or is no longer the one at its path, is opened again by whatever is asked next.
 * @throws EventLogUnavailableError when the file can't be opened, belongs to another process or is something else.
 */
export async function createSqliteEventLog(options: SqliteEventLogOptions): Promise<SqliteEventLog> {
  const { log = silentLogger, lockTimeoutMs = 1000, waitingEventsMax = 16_384 } = options;
  const { waitingDataCharsMax = 128 * 1024 * 1024, now = Date.now } = options;
  const { statusTimeoutMs = 2000, statusKeptMs = 1000, retention, janitorEveryMs } = options;
  const path = options.path === ':memory:' ? options.path : resolve(options.path);
  if (path !== ':memory:') await makeFolder(path);
  const waiting = createWaiting({ eventsMax: waitingEventsMax, dataCharsMax: waitingDataCharsMax });
  let closing: Promise<void> | null = null;

  const worker = await startWorker({
    path,
    lockTimeoutMs,
    log,
    // A commit that failed to answer may be in the file all the same: subscribers get it from there.
    onReopened: () => feeds.catchUpAll(),
  });
  const request = announceFailures(worker.request, path, log);
  const feeds = createFeeds({ log, read, head, start: () => Promise.resolve(), stop: () => {} });
  const { append, appendAll } = createAppends({
    request,
    waiting,
    now,
    assertOpen,
    publish: (source, events) => feeds.offer(source, events),
  });
  const records = createCheckedRecords({
    kept: createSqliteRecords((write) => request({ kind: 'write', write }), worker.request),
    waiting,
    assertOpen,
  });
  const janitor = startSqliteJanitor({
    request: worker.request,
    log,
    retention,
    everyMs: janitorEveryMs,
    now,
  });

  async function read(source: string, after: Position | null, limit: number): Promise<StoredEvent[]> {
    assertOpen();
    assertLimit(limit);
    return worker.request<StoredEvent[]>({ kind: 'read', source, after, limit });
  }

  async function readBefore(source: string, before: Position | null, limit: number): Promise<StoredEvent[]> {
    assertOpen();
    assertLimit(limit);
    return worker.request<StoredEvent[]>({ kind: 'read-before', source, before, limit });
  }

  async function head(source: string): Promise<Position> {
    assertOpen();
    return worker.request<Position>({ kind: 'head', source });
  }

  async function find(source: string, id: string): Promise<KnownId | null> {
    assertOpen();
    return worker.request<KnownId | null>({ kind: 'find', source, id });
  }

  async function forget(source: string, upTo: number): Promise<boolean> {
    assertOpen();
    return request<boolean>({ kind: 'write', write: { kind: 'forget', source, upTo } });
  }

  async function status(): Promise<LogStatus> {
    return closing === null
      ? probe()
      : { available: false, detail: `SQLite ${path}: The event log is closed` };
  }

  const probe = shareStatus(
    () => statusOf(path, () => request({ kind: 'probe' }), statusTimeoutMs),
    statusKeptMs,
  );

  function assertOpen(): void {
    if (closing !== null) throw new EventLogClosedError();
  }

  function close(): Promise<void> {
    if (closing === null) {
      janitor.close();
      feeds.close();
      closing = worker.close();
    }
    return closing;
  }

  const { subscribe } = feeds;
  return { records, append, appendAll, find, read, readBefore, head, forget, subscribe, status, close };
}

/** Says in the log when writes begin to fail, and when they succeed again. */
function announceFailures(
  request: WorkerClient['request'],
  path: string,
  log: Logger,
): WorkerClient['request'] {
  let isFailing = false;
  return async function announced<Value>(work: Work, onDone?: (value: Value) => void): Promise<Value> {
    try {
      const value = await request(work, onDone);
      if (isFailing) log.warn({ path }, 'The event log is open again');
      isFailing = false;
      return value;
    } catch (error) {
      if (!isFailing) log.error({ path, reason: (error as Error).message }, 'The event log takes no writes');
      isFailing = true;
      throw error;
    }
  };
}

async function statusOf(path: string, probe: () => Promise<unknown>, timeoutMs: number): Promise<LogStatus> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the disk does not answer')), timeoutMs);
    });
    await Promise.race([probe(), late]);
    return { available: true, detail: `SQLite ${path}` };
  } catch (error) {
    return { available: false, detail: `SQLite ${path}: ${(error as Error).message}` };
  } finally {
    clearTimeout(timer);
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (error) {
    throw new EventLogUnavailableError(
      `The folder of the event log ${path} can't be made: ${(error as Error).message}`,
    );
  }
}
