import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisServer } from './redis-server.ts';

/** An event log to point a gateway at, and its end. */
export interface EventLogUrl {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Every kind of event log, for `describe.each`: a guarantee that holds on one holds on all. */
export const eventLogs: readonly { readonly kind: string; readonly open: () => Promise<EventLogUrl> }[] = [
  { kind: 'SQLite', open: openSqlite },
  { kind: 'Redis', open: openRedis },
];

export async function openSqlite(): Promise<EventLogUrl> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-events-'));
  return {
    url: `sqlite:${join(folder, 'events.db')}`,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function openRedis(): Promise<EventLogUrl> {
  const server = await startRedisServer();
  return { url: server.url, close: () => server.close() };
}
