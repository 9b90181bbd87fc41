import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Redis } from 'ioredis';
import type { EventLog } from '../../../events/event-log.ts';
import type { Retention } from '../../../events/retention.ts';
import { createRedisEventLog } from '../../../events/redis/redis-event-log.ts';
import { createSqliteEventLog } from '../../../events/sqlite/sqlite-event-log.ts';
import { startRedisServer } from '../../utils/redis-server.ts';

/** One kind of event log under test, ready to make a fresh store for each guarantee. */
export interface Sibling {
  createStore(): Promise<Store>;
  close(): Promise<void>;
}

/** What a guarantee about retention decides. */
export interface Keeping {
  readonly retention: Retention;
  readonly janitorEveryMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** An empty store and the ways to come at it. */
export interface Store {
  /** Opens the log on this store. Every log that was opened is closed by `dispose`. */
  open(keeping?: Keeping): Promise<EventLog>;
  /** Opens the log as two nodes; where a store belongs to one process, both are the same log. */
  nodes(): Promise<readonly [EventLog, EventLog]>;
  /** What a child process needs to open the log by itself: the arguments of children/open.ts. */
  readonly childArgs: readonly string[];
  /** Removes the events up to an offset, behind the back of a closed or open log, and opens it. */
  trimmed(log: EventLog, source: string, upToOffset: number): Promise<EventLog>;
  /** Loses everything, behind the back of the log, and opens it. */
  wiped(log: EventLog): Promise<EventLog>;
  dispose(): Promise<void>;
}

/** The nodes in turn. */
export function nodeOf([even, odd]: readonly [EventLog, EventLog], index: number): EventLog {
  return index % 2 === 0 ? even : odd;
}

function tracker(create: (keeping?: Keeping) => Promise<EventLog>) {
  const logs: EventLog[] = [];
  return {
    open: async (keeping?: Keeping) => {
      const log = await create(keeping);
      logs.push(log);
      return log;
    },
    closeAll: () => Promise.all(logs.map((log) => log.close())),
  };
}

export function sqliteSibling(): Promise<Sibling> {
  return Promise.resolve({ createStore: createSqliteStore, close: () => Promise.resolve() });
}

async function createSqliteStore(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-events-'));
  const path = join(folder, 'made', 'by', 'the-log.db');
  const { open, closeAll } = tracker((keeping) => createSqliteEventLog({ path, ...keeping }));
  return {
    open,
    nodes: async () => {
      const log = await open();
      return [log, log];
    },
    childArgs: ['sqlite', path],
    trimmed: async (log, source, upToOffset) => {
      await log.close();
      const database = new DatabaseSync(path);
      database.prepare('DELETE FROM events WHERE source = ? AND "offset" <= ?').run(source, upToOffset);
      database.close();
      return open();
    },
    wiped: async (log) => {
      await log.close();
      await rm(path);
      return open();
    },
    dispose: async () => {
      await closeAll();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export async function redisSibling(): Promise<Sibling> {
  const server = await startRedisServer();
  const admin = new Redis(server.url);
  let stores = 0;

  function createStore(): Promise<Store> {
    stores += 1;
    const keyPrefix = `store${stores}:`;
    const { open, closeAll } = tracker((keeping) =>
      createRedisEventLog({ url: server.url, keyPrefix, commandTimeoutMs: 5000, ...keeping }),
    );
    return Promise.resolve({
      open,
      nodes: async () => [await open(), await open()],
      childArgs: ['redis', server.url, keyPrefix],
      trimmed: async (log, source, upToOffset) => {
        await admin.xtrim(`${keyPrefix}{${source}}:events`, 'MINID', `${upToOffset + 1}-0`);
        return log;
      },
      wiped: async (log) => {
        const keys = await admin.keys(`${keyPrefix}*`);
        await admin.del(...keys);
        return log;
      },
      dispose: async () => {
        await closeAll();
      },
    });
  }

  return {
    createStore,
    close: async () => {
      admin.disconnect();
      await server.close();
    },
  };
}
