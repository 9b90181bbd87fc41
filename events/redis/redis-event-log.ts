import { randomUUID } from 'node:crypto';
import {
  EventLogClosedError,
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
import { shareStatus } from '../shared-status.ts';
import { createWaiting } from '../waiting.ts';
import { createAppends } from './appends.ts';
import { openConnections } from './connections.ts';
import { watchDurability } from './durability.ts';
import { sourceKeys } from './keys.ts';
import { createListening } from './listening.ts';
import { createRedisRecords } from './record-store.ts';
import { createReplicas } from './replicas.ts';
import { createRedisStore } from './store.ts';
import { createUnderWay } from './under-way.ts';
import { createWindows } from './window.ts';

export interface RedisEventLogOptions {
  /** `redis://` or `rediss://`, with user, password and database number where needed. */
  readonly url: string;
  /** @default silent */
  readonly log?: Logger;
  /** Stands before every key and channel. @default 'sluice:' */
  readonly keyPrefix?: string;
  /** How long a command waits for Redis; what is large may wait for its turn before. @default 2000 */
  readonly commandTimeoutMs?: number;
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
  /** Names a new history. @default 72 random bits */
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
  const connections = await openConnections({ url, log, commandTimeoutMs, random });
  const windows = createWindows();
  const store = createRedisStore({ connections, windows, keyPrefix, idRetentionSeconds, newEpoch });
  const replicas = createReplicas({
    store,
    replicasMin: options.replicasMin ?? (() => 0),
    timeoutMs: commandTimeoutMs / 2,
    serverOf: () => connections.writer,
    keyOf: (source) => sourceKeys(keyPrefix, source).replicated,
  });
  const durability = watchDurability(connections.writer, log);
  const underWay = createUnderWay();
  const waiting = createWaiting({ eventsMax: waitingEventsMax, dataCharsMax: waitingDataCharsMax });
  const listening = createListening({
    connections,
    pollMs,
    channelOf: (source) => sourceKeys(keyPrefix, source).channel,
    onEvents: (source, events) => feeds.offer(source, events),
    onDoorbell: () => feeds.catchUpAll(),
  });
  const feeds = createFeeds({ log, read, head, start: listening.start, stop: listening.stop });
  const { append, appendAll } = createAppends({ store: replicas, waiting, underWay, assertOpen });
  const records = createCheckedRecords({
    kept: createRedisRecords({ connections, windows, underWay, keyPrefix }),
    waiting,
    assertOpen,
  });
  let closing: Promise<void> | null = null;

  async function read(source: string, after: Position | null, limit: number): Promise<StoredEvent[]> {
    assertOpen();
    assertLimit(limit);
    return store.read(source, after, limit);
  }

  async function head(source: string): Promise<Position> {
    assertOpen();
    return store.head(source);
  }

  async function find(source: string, id: string): Promise<KnownId | null> {
    assertOpen();
    return store.find(source, id);
  }

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
    listening.close();
    feeds.close();
    await underWay.settled();
    replicas.disconnect();
    connections.disconnect();
  }

  return { records, append, appendAll, find, read, head, subscribe: feeds.subscribe, status, close };
}

/** 80 random bits, without those that are fixed in a UUID. One is made for each append, and Node keeps a store for UUIDs. */
function randomEpoch(): string {
  const id = randomUUID();
  return id.slice(0, 8) + id.slice(-12);
}
