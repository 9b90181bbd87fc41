/** Cursors over the epochs of a Redis that lost events. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { EventLog } from '../../../events/event-log.ts';
import { createLogCursors } from '../../../events/log-cursors.ts';
import { createRedisEventLog } from '../../../events/redis/redis-event-log.ts';
import { createCuts } from '../../../gateway/history/cut.ts';
import { deliveries, idsOf } from '../../events/deliveries.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';
import { historyOf, ids } from './kept-events.ts';

let server: RedisServer;
let log: EventLog;
/** Of an event that was lost: its epoch ended below it, and its offset is that of another event now. */
let lost: string;
const given = deliveries(8);

beforeAll(async () => {
  server = await startRedisServer();
  log = await createRedisEventLog({ url: server.url });
  const results = await log.append(given.slice(0, 3));
  const admin = new Redis(server.url);
  await admin.hset('sluice:{orders}:head', 'fence', 'another');
  admin.disconnect();
  await log.append(given.slice(3));
  const cursors = createLogCursors({ records: log.records });
  await cursors.ready();
  const { epoch = '' } = results[0]?.position ?? {};
  lost = createCuts(cursors).of({ source: 'orders', epoch, offset: 6 });
});
afterAll(async () => {
  await log.close();
  await server.close();
});

const { read } = historyOf(() => log);
const [kept, later] = [idsOf(given.slice(0, 3)), idsOf(given.slice(3))];

test.each([
  { side: 'after', end: 'first', expected: later },
  { side: 'after', end: 'last', expected: later },
  { side: 'before', end: 'first', expected: kept },
  { side: 'before', end: 'last', expected: kept },
])('the $end events $side a lost one are those on that side of the loss', async ({ side, end, expected }) => {
  const page = await read({ source: 'orders', [side]: lost, [end]: 10 });
  expect(ids(page)).toEqual(expected);
});
