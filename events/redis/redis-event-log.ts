import { randomUUID } from 'node:crypto';
import { EventLogClosedError, type EventLog, type LogStatus } from '../event-log.ts';
import { createCheckedRecords } from '../checked-records.ts';
import { createFeeds } from '../feeds.ts';
import { assertLimit } from '../kept.ts';
import { silentLogger, type Logger } from '../logger.ts';
import type { Retention } from '../retention.ts';
import { shareStatus } from '../shared-status.ts';
import { createWaiting } from '../waiting.ts';
import { createAppends } from './appends.ts';
import { openConnections } from './open-connections.ts';
import { watchDurability } from './durability.ts';
import { startRedisJanitor } from './janitor.ts';
import { sourceKeys } from './keys.ts';
import { createListening } from './listening.ts';
import { createRedisRecords } from './record-store.ts';
import { createReplicas } from './replicas.ts';
import { createRedisStore, type RedisStore } from './store.ts';
import { createUnderWay } from './under-way.ts';
import { createWindows } from './window.ts';

export interface RedisEventLogOptions {
  /** As `parseRedisUrl` reads it: one server, Sentinels or a cluster. */
  readonly url: string;
  /** @default silent */
  readonly log?: Logger;
  /** Stands before every key and channel. @default 'sluice:' */
  readonly keyPrefix?: string;
  /** How long a command waits for Redis; what is large may wait for its turn before. @default 2000 */
  readonly commandTimeoutMs?: number;
  /** How long events are kept. @default for ever */
  readonly retention?: Retention;
  /** Milliseconds from one look for what is past retention to the next. @default a tenth of the age, at most 10000 */
  readonly janitorEveryMs?: number;
  /** Milliseconds since 1970, which events are kept by. @default the clock of Redis */
  readonly now?: () => number;
  /** How long an id is known to be a duplicate. @default 604800, 7 days */
  readonly idRetentionSeconds?: number;
  /** How many replicas must have what a source appends before it is answered. @default none, for every source */
  readonly replicasMin?: (source: string) => number;
  /** Most deliveries and records waiting for Redis; beyond it writes are refused as unavailable. @default 16384 */
  readonly waitingEventsMax?: number;
  /** Most characters of their data. @default 134217728 */
  readonly waitingDataCharsMax?: number;
  /** How long an answer of `status` is kept. @default 1000 */
  readonly statusKeptMs?: number;
  /** How often the store is read whatever the messages say. @default 1000 */
  readonly pollMs?: number;
  /** Names a new epoch. @default 80 random bits */
  readonly newEpoch?: () => string;
  /** Spreads reconnections, 0 to 1. @default Math.random */
  readonly random?: () => number;
}

/**
 * The shared event log: a Redis stream for each source, written by one script, announced by pub/sub. Every node on the
 * same Redis and prefix sees the same events. A Redis that is down is no reason to fail here: it is connected to again
 * and again, and until then everything but `status` and `close` throws EventLogUnavailableError.
 */
export async function createRedisEventLog(options: RedisEventLogOptions): Promise<EventLog> {
  const { url, log = silentLogger, keyPrefix = 'sluice:', commandTimeoutMs = 2000, pollMs = 1000 } = options;
  const { idRetentionSeconds = 7 * 24 * 3600, random = Math.random, newEpoch = randomEpoch } = options;
  const { waitingEventsMax = 16_384, waitingDataCharsMax = 128 * 1024 * 1024, statusKeptMs = 1000 } = options;
  const { retention, janitorEveryMs, now } = options;
  const connections = await openConnections({ url, log, commandTimeoutMs, random });
  const windows = createWindows();
  const store = createRedisStore({ connections, windows, keyPrefix, idRetentionSeconds, newEpoch });
  const replicas = createReplicas({
    store,
    replicasMin: options.replicasMin ?? (() => 0),
    timeoutMs: commandTimeoutMs / 2,
    serverOf: (source) => connections.masterOf(sourceKeys(keyPrefix, source).head),
    keyOf: (source) => sourceKeys(keyPrefix, source).replicated,
  });
  const durability = watchDurability(connections, log);
  const underWay = createUnderWay();
  const waiting = createWaiting({ eventsMax: waitingEventsMax, dataCharsMax: waitingDataCharsMax });
  const listening = createListening({
    connections,
    pollMs,
    channelOf: (source) => sourceKeys(keyPrefix, source).channel,
    onEvents: (source, events) => feeds.offer(source, events),
    onDoorbell: () => feeds.catchUpAll(),
  });
  const reads = checkedReads(store, assertOpen);
  const { losses } = store;
  const feeds = createFeeds({ log, ...reads, losses, start: listening.start, stop: listening.stop });
  const janitor = startRedisJanitor({
    connections,
    keyPrefix,
    log,
    retention,
    everyMs: janitorEveryMs,
    now,
  });
  const { append, appendAll } = janitor.watching(
    createAppends({ store: replicas, waiting, underWay, assertOpen }),
  );
  const records = createCheckedRecords({
    kept: createRedisRecords({ connections, windows, underWay, keyPrefix }),
    waiting,
    assertOpen,
  });
  let closing: Promise<void> | null = null;

  const probe = shareStatus(async () => {
    try {
      await store.probe();
      const detail = [`Redis ${connections.address}`, ...(await durability.shortcomings())].join(', ');
      return { available: true, detail };
    } catch (error) {
      return unreachable(error as Error);
    }
  }, statusKeptMs);

  function unreachable({ message }: Error): LogStatus {
    return { available: false, detail: `Redis ${connections.address}: ${message}` };
  }

  async function status(): Promise<LogStatus> {
    return closing === null ? probe() : unreachable(new EventLogClosedError());
  }

  function assertOpen(): void {
    if (closing !== null) throw new EventLogClosedError();
  }

  function close(): Promise<void> {
    closing ??= release();
    return closing;
  }

  async function release(): Promise<void> {
    janitor.close();
    listening.close();
    feeds.close();
    await underWay.settled();
    replicas.disconnect();
    connections.disconnect();
  }

  const { subscribe } = feeds;
  return { records, append, appendAll, ...reads, subscribe, status, close };
}

/** Reads of a log that is open, with arguments that stores need not check. */
function checkedReads(
  store: RedisStore,
  assertOpen: () => void,
): Pick<EventLog, 'read' | 'readBefore' | 'head' | 'find'> {
  return {
    async read(source, after, limit) {
      assertOpen();
      assertLimit(limit);
      return store.read(source, after, limit);
    },
    async readBefore(source, before, limit) {
      assertOpen();
      assertLimit(limit);
      return store.readBefore(source, before, limit);
    },
    async head(source) {
      assertOpen();
      return store.head(source);
    },
    async find(source, id) {
      assertOpen();
      return store.find(source, id);
    },
  };
}

/** 80 random bits, without those that are fixed in a UUID. One is made for each append, and Node keeps a store for UUIDs. */
function randomEpoch(): string {
  const id = randomUUID();
  return id.slice(0, 8) + id.slice(-12);
}
