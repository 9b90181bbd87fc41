import type { Redis } from 'ioredis';
import { EventLogUnavailableError, type EventLog } from '../../../events/event-log.ts';
import { createRedisEventLog, type RedisEventLogOptions } from '../../../events/redis/redis-event-log.ts';
import { startRedisCluster, type RedisCluster } from '../../utils/redis-cluster.ts';
import { until } from '../../utils/until.ts';
import { createCollector, deliveries, delivery, idsOf, offsetsOf, range, readAll } from '../deliveries.ts';
import { appendWithRetries, keepSending } from './sending.ts';

/** Far above the command timeout, far below the minute that a client with default settings takes. */
const BOUND_MS = 5000;

const KEY = 'sluice:{orders}:head';
const CHANNEL = 'sluice:{orders}:live';

const opened: EventLog[] = [];
const clusters: RedisCluster[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((log) => log.close()));
  await Promise.all(clusters.splice(0).map((cluster) => cluster.close()));
});

async function start(options: Parameters<typeof startRedisCluster>[0] = {}): Promise<RedisCluster> {
  const cluster = await startRedisCluster(options);
  clusters.push(cluster);
  return cluster;
}

async function open({ url }: RedisCluster, options: Partial<RedisEventLogOptions> = {}): Promise<EventLog> {
  const log = await createRedisEventLog({ url, commandTimeoutMs: 400, statusKeptMs: 20, ...options });
  opened.push(log);
  return log;
}

/** A source whose slot another master has than that of `orders`. */
function elsewhere(cluster: RedisCluster): string {
  const names = range(1, 100).map((number) => `other${number}`);
  return names.find((name) => cluster.masterOf(`{${name}}`) !== cluster.masterOf(KEY)) as string;
}

test('a slot that moves while events are appended loses none, on the old master and the new one', async () => {
  const cluster = await start();
  const [sender, receiver] = [await open(cluster), await open(cluster)];
  const { events, collect, reached } = createCollector();
  await receiver.subscribe('orders', collect);
  const sending = keepSending(sender, () => delivery());
  await reached(50);
  const from = cluster.masterOf(KEY);
  const to = cluster.masters.find((master) => master !== from) as typeof from;
  for (const [here, there] of [
    [from, to],
    [to, from],
  ] as const) {
    await cluster.moveSlot(KEY, here, there);
    await reached(events.length + 50);
  }
  await sending.end();
  await reached(sending.accepted.length);
  expect(idsOf(events)).toEqual(sending.accepted);
  expect(offsetsOf(events)).toEqual(range(1, events.length));
});

test('after its slot has moved a source is listened to at its new master, without the poll', async () => {
  const cluster = await start();
  const log = await open(cluster);
  const { collect, reached, events } = createCollector();
  await log.subscribe('orders', collect);
  const from = cluster.masterOf(KEY);
  const to = cluster.masters.find((master) => master !== from) as typeof from;
  await cluster.moveSlot(KEY, from, to);
  await until('listened to at the new master', async () => {
    const [, listeners] = (await to.redis.call('PUBSUB', 'SHARDNUMSUB', CHANNEL)) as [string, number];
    return listeners === 1;
  });
  await reached(events.length);
  await log.append(deliveries(3));
  await reached(3);
});

test('a master that dies is followed by its replica: appends go on, subscribers too', async () => {
  const cluster = await start({ withReplicas: true, nodeTimeoutMs: 1000 });
  const [sender, receiver] = [await open(cluster), await open(cluster)];
  const { events, collect, reached } = createCollector();
  await receiver.subscribe('orders', collect);
  const sending = keepSending(sender, () => delivery());
  await reached(20);
  const dying = cluster.masterOf(KEY);
  const heir = cluster.replicas[cluster.masters.indexOf(dying)] as typeof dying;
  await dying.server.kill();
  await until('the replica is the master', async () => {
    const [role] = (await heir.redis.role()) as [string];
    return role === 'master';
  });
  await reached(events.length + 20);
  await sending.end();
  expect(sending.refused()).toBeGreaterThan(0);
  const last = delivery();
  await appendWithRetries(sender, last);
  await until('the last event arrives', async () => idsOf(events).includes(last.id));
});

test('a master that dies without a replica takes nothing but its own sources with it, until it is back', async () => {
  const cluster = await start({
    nodeTimeoutMs: 1000,
    argsOf: () => ['--cluster-require-full-coverage', 'no'],
  });
  const log = await open(cluster);
  const other = elsewhere(cluster);
  const { collect, reached } = createCollector();
  await log.subscribe('orders', collect);
  await log.append(deliveries(3));
  await reached(3);
  const { server } = cluster.masterOf(KEY);
  await server.kill();
  const began = performance.now();
  await expect(log.append([delivery()])).rejects.toThrow(EventLogUnavailableError);
  await expect(log.head('orders')).rejects.toThrow(EventLogUnavailableError);
  expect(performance.now() - began).toBeLessThan(BOUND_MS);
  expect(await log.append([delivery({ source: other })])).toMatchObject([{ position: { offset: 1 } }]);
  await server.restart();
  const sending = keepSending(log, () => delivery());
  await reached(10);
  await sending.end();
  const events = await readAll(log);
  expect(offsetsOf(events)).toEqual(range(1, events.length));
});

test('with every master frozen nothing waits longer than the timeout, and it works again when they thaw', async () => {
  const cluster = await start();
  const log = await open(cluster);
  await log.append(deliveries(2));
  for (const { server } of cluster.masters) server.pause();
  const began = performance.now();
  const attempts = [
    () => log.append([delivery()]),
    () => log.read('orders', null, 1),
    () => log.subscribe('orders', () => {}),
    () => log.find('orders', 'x'),
    () => log.records.count('letters'),
  ];
  const outcomes = await Promise.allSettled(attempts.map((attempt) => attempt()));
  expect(outcomes).toEqual(
    attempts.map(() => ({ status: 'rejected', reason: expect.any(EventLogUnavailableError) })),
  );
  expect(await log.status()).toMatchObject({ available: false });
  const late = await open(cluster);
  await expect(late.append([delivery()])).rejects.toThrow(EventLogUnavailableError);
  expect(performance.now() - began).toBeLessThan(2 * BOUND_MS);
  for (const { server } of cluster.masters) server.resume();
  await until('available again', async () => (await late.status()).available);
  const sending = keepSending(log, () => delivery());
  await until('appended again', async () => sending.accepted.length > 0);
  await sending.end();
});

test('a listener that leaves silences nobody, and a source is listened to only while somebody needs it', async () => {
  const cluster = await start();
  const [one, other] = [await open(cluster, { pollMs: 60_000 }), await open(cluster, { pollMs: 60_000 })];
  const { redis } = cluster.masterOf(CHANNEL);
  const listeners = async (): Promise<unknown> =>
    ((await redis.call('PUBSUB', 'SHARDNUMSUB', CHANNEL)) as unknown[])[1];
  const { collect, reached } = createCollector();
  const leaving = [await one.subscribe('orders', () => {}), await other.subscribe('orders', () => {})];
  const staying = await one.subscribe('orders', collect);
  await until('both listen', async () => (await listeners()) === 2);
  for (const { unsubscribe } of leaving) unsubscribe();
  await until('one listens', async () => (await listeners()) === 1);
  await other.append(deliveries(3));
  await reached(3);
  staying.unsubscribe();
  await until('nobody listens', async () => (await listeners()) === 0);
});

test('a listener that is cut off hears again of what came meanwhile and of what comes then', async () => {
  const cluster = await start();
  const log = await open(cluster, { pollMs: 60_000 });
  const { redis } = cluster.masterOf(CHANNEL);
  const { events, collect, reached } = createCollector();
  await log.subscribe('orders', collect);
  for (const round of range(1, 4)) {
    const appending = log.append(deliveries(10));
    await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await appending;
    await reached(10 * round);
  }
  expect(offsetsOf(events)).toEqual(range(1, 40));
});

test('a wrong password of a cluster is unavailable, and is not logged, thrown or told', async () => {
  const cluster = await start();
  const said: string[] = [];
  const say = (context: object, message: string): void => void said.push(JSON.stringify(context), message);
  const url = cluster.url.replace('//', '//someone:hush@');
  const log = await open({ ...cluster, url }, { log: { info: say, warn: say, error: say } });
  const error = await log.append([delivery()]).then(
    () => null,
    (reason: unknown) => reason as Error,
  );
  expect(error).toBeInstanceOf(EventLogUnavailableError);
  said.push(String(error?.stack), JSON.stringify(error), String(error?.cause), (await log.status()).detail);
  expect(said.join('\n')).toMatch(/WRONGPASS/);
  expect(said.join('\n')).not.toMatch(/hush/);
});

test('connections that die take those for replicas with them, and appends go on', async () => {
  const cluster = await start({ withReplicas: true });
  const log = await open(cluster, { replicasMin: () => 1 });
  const { redis } = cluster.masterOf(KEY);
  await log.append([delivery()]);
  for (const name of ['replicas', 'writer', 'replicas', 'writer']) {
    const [dying] = await connectionsOf(redis, name);
    await redis.client('KILL', 'ID', Number(dying));
    await until('it takes events', () => log.append([delivery()]).catch(() => undefined));
  }
  await until('one is left', async () => (await connectionsOf(redis, 'replicas')).length === 1);
});

/** Ids of the connections of logs to a server that have a name. */
async function connectionsOf(redis: Redis, name: string): Promise<string[]> {
  const list = String(await redis.client('LIST')).split('\n');
  return list.flatMap((line) =>
    line.includes(` name=sluice-events-${name} `) ? (/^id=(\d+)/.exec(line)?.[1] ?? []) : [],
  );
}
