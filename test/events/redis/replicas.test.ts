/** `redis+replicas`: what is answered is on as many replicas as are asked for. */
import { Redis } from 'ioredis';
import { EventLogUnavailableError } from '../../../events/event-log.ts';
import { sourceKeys } from '../../../events/redis/keys.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';
import { deliveries, delivery } from '../deliveries.ts';
import { useRedis } from './fixture.ts';

const { server, admin, open: openWith } = useRedis();
let replica: RedisServer;

beforeEach(async () => {
  await admin().config('SET', 'repl-diskless-sync-delay', '0');
  replica = await startRedisServer({ args: ['--replicaof', '127.0.0.1', String(server().port)] });
  // It says `online` before it answers.
  do await admin().set('asked', '1');
  while ((await admin().wait(1, 100)) < 1);
});
afterEach(() => replica.close());

/** A replica has half of the timeout, and little is too much for a busy machine. */
const open = (options: Parameters<typeof openWith>[0]) => openWith({ commandTimeoutMs: 4_000, ...options });

const ofOrders =
  (count: number) =>
  (source: string): number =>
    source === 'orders' ? count : 0;

test('an append resolves when the replica has it', async () => {
  const log = await open({ replicasMin: ofOrders(1) });
  const given = deliveries(20);
  const results = await Promise.all(given.map((one) => log.append([one])));
  expect(results.flat().map(({ status }) => status)).toEqual(given.map(() => 'appended'));
  expect(await log.appendAll(deliveries(3))).toMatchObject([{}, {}, { position: { offset: 23 } }]);
  const behind = new Redis(replica.url);
  expect(await behind.xlen(sourceKeys('sluice:', 'orders').stream)).toBe(23);
  behind.disconnect();
});

test('with the replica paused it is unavailable, and the repeat is a duplicate once the replica is back', async () => {
  const log = await open({ replicasMin: ofOrders(1) });
  await log.append([delivery()]);
  replica.pause();
  const one = delivery();
  await expect(log.append([one])).rejects.toThrow('0 of 1 replicas have it');
  await expect(log.append([one])).rejects.toThrow(EventLogUnavailableError);
  replica.resume();
  for (;;) {
    const results = await log.append([one]).catch(() => []);
    if (results.length === 0) continue;
    expect(results).toMatchObject([{ status: 'duplicate', position: { offset: 2 } }]);
    break;
  }
});

test('a source that does not ask for replicas does not wait for those that do', async () => {
  const log = await open({ replicasMin: ofOrders(1) });
  await log.append([delivery()]);
  replica.pause();
  let isOver = false;
  const waiting = log.append([delivery()]).catch(() => (isOver = true));
  for (const one of deliveries(20, { source: 'payments' })) {
    expect(await log.append([one])).toMatchObject([{ status: 'appended' }]);
  }
  expect(isOver).toBe(false);
  await waiting;
});

test('more replicas than there are is unavailable', async () => {
  const log = await open({ replicasMin: ofOrders(2) });
  await expect(log.append([delivery()])).rejects.toThrow('1 of 2 replicas have it');
});
