import { EventLogUnavailableError, type EventLog } from '../../../events/event-log.ts';
import { createRedisEventLog } from '../../../events/redis/redis-event-log.ts';
import { startRedisWithSentinels, type RedisWithSentinels } from '../../utils/redis-sentinels.ts';
import { startTcpProxy } from '../../utils/tcp-proxy.ts';
import { until } from '../../utils/until.ts';
import { createCollector, delivery, idsOf, readAll } from '../deliveries.ts';
import { appendWithRetries, keepSending } from './sending.ts';

/** Far above the command timeout, far below the minute that a client with default settings takes. */
const BOUND_MS = 5000;

const opened: EventLog[] = [];
let redis: RedisWithSentinels;

beforeEach(async () => {
  redis = await startRedisWithSentinels({ count: 3, downAfterMs: 700 });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((log) => log.close()));
  await redis.close();
});

async function open(said: string[] = [], url = redis.url): Promise<EventLog> {
  const say = (context: object, message: string): void => void said.push(JSON.stringify(context), message);
  const log = await createRedisEventLog({
    url,
    commandTimeoutMs: 400,
    statusKeptMs: 20,
    log: { info: say, warn: say, error: say },
  });
  opened.push(log);
  return log;
}

async function failedOver(): Promise<void> {
  const { port } = redis.servers[1];
  await until('the replica is the master', async () => (await redis.masterPort()) === port);
}

test.each(['killed', 'frozen'] as const)(
  'a master that is %s is followed by its replica: appends go on, subscribers too',
  async (how) => {
    const [sender, receiver] = [await open(), await open()];
    const { events, collect, reached } = createCollector();
    await receiver.subscribe('orders', collect);
    const sending = keepSending(sender, () => delivery());
    await reached(20);
    if (how === 'killed') await redis.servers[0].kill();
    else redis.servers[0].pause();
    await failedOver();
    const { length } = events;
    await reached(length + 20);
    await sending.end();
    expect(sending.refused()).toBeGreaterThan(0);
    const { id } = delivery();
    await appendWithRetries(sender, delivery({ id }));
    await until('the last event arrives', async () => idsOf(events).includes(id));
    expect(idsOf(await readAll(receiver)).at(-1)).toBe(id);
  },
);

test('a failover that is asked for moves writers, readers and listeners to the new master', async () => {
  const log = await open();
  const { events, collect } = createCollector();
  await log.subscribe('orders', collect);
  const sending = keepSending(log, () => delivery());
  await redis.failover();
  await failedOver();
  await until('connected again', async () => (await log.status()).available);
  await sending.end();
  const one = delivery();
  await appendWithRetries(log, one);
  await until('the last event arrives', async () => idsOf(events).includes(one.id));
  expect(sending.accepted.filter((id) => !idsOf(events).includes(id))).toEqual([]);
});

test('a failover that is told while a Sentinel is asked for the master ends no connection', async () => {
  await redis.close();
  redis = await startRedisWithSentinels();
  const link = await startTcpProxy(redis.sentinels[0]?.port ?? 0);
  const url = `redis-sentinel://127.0.0.1:${link.port}/main`;
  const log = await createRedisEventLog({ url, commandTimeoutMs: 10_000, statusKeptMs: 20 });
  opened.push(log);
  await log.append([delivery()]);
  // The word of the failover, and answers to what is asked at the same time, are on their way together.
  link.set({ delayedMs: 300 });
  await until('a failover begins', () =>
    redis.failover().then(
      () => true,
      () => false,
    ),
  );
  await failedOver();
  await redis.servers[0].kill();
  await until('connected again', async () => (await log.status()).available);
  await appendWithRetries(log, delivery());
  await link.close();
});

test('with no Sentinel and no master left nothing waits longer than the timeout, and it closes at once', async () => {
  const log = await open();
  for (const server of [...redis.sentinels, ...redis.servers]) server.pause();
  const began = performance.now();
  await expect(log.append([delivery()])).rejects.toThrow(EventLogUnavailableError);
  await expect(log.head('orders')).rejects.toThrow(EventLogUnavailableError);
  const late = await open();
  await expect(late.append([delivery()])).rejects.toThrow(EventLogUnavailableError);
  expect(await late.status()).toMatchObject({ available: false });
  expect(performance.now() - began).toBeLessThan(BOUND_MS);
  for (const server of [...redis.sentinels, ...redis.servers]) server.resume();
  await until('available again', async () => (await late.status()).available);
});

test('no password of Redis or of a Sentinel is logged, thrown or told', async () => {
  const said: string[] = [];
  const hosts = redis.sentinels.map(({ port }) => `127.0.0.1:${port}`).join();
  const url = `redis-sentinel://someone:hush1@${hosts}/main?sentinel_username=other&sentinel_password=hush2`;
  const log = await open(said, url);
  const error = await log.append([delivery()]).then(
    () => null,
    (reason: unknown) => reason as Error,
  );
  expect(error).toBeInstanceOf(EventLogUnavailableError);
  said.push(String(error?.stack), JSON.stringify(error), String(error?.cause), (await log.status()).detail);
  expect(said.join('\n')).toMatch(/WRONGPASS/);
  expect(said.join('\n')).not.toMatch(/hush/);
});
