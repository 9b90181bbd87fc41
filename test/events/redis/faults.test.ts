import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { EventLogUnavailableError, type EventLog, type VerifiedDelivery } from '../../../events/event-log.ts';
import { followEvents } from '../../../events/follow.ts';
import type { Logger } from '../../../events/logger.ts';
import { createRedisEventLog } from '../../../events/redis/redis-event-log.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';
import {
  createCollector,
  deliveries,
  delivery,
  idsOf,
  offsetsOf,
  range,
  readAll,
  take,
} from '../deliveries.ts';

const COMMAND_TIMEOUT_MS = 400;
/** Far above the command timeout, far below the minute that a client with default settings takes. */
const BOUND_MS = 5000;

let server: RedisServer;
let admin: Redis;
const opened: EventLog[] = [];

async function open(options: { readonly pollMs?: number; readonly log?: Logger } = {}): Promise<EventLog> {
  const log = await createRedisEventLog({
    url: server.url,
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
    ...options,
  });
  opened.push(log);
  return log;
}

beforeEach(async () => {
  server = await startRedisServer({ appendOnly: true });
  admin = new Redis(server.url, { disconnectTimeout: 0 });
  admin.on('error', () => {});
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((log) => log.close()));
  admin.disconnect();
  await server.close();
});

/** Sends until it is accepted, as a sender with retries does. */
async function appendWithRetries(log: EventLog, one: VerifiedDelivery): Promise<void> {
  for (;;) {
    try {
      await log.append([one]);
      return;
    } catch (error) {
      expect(error).toBeInstanceOf(EventLogUnavailableError);
      await new Promise(setImmediate);
    }
  }
}

async function untilAvailable(log: EventLog): Promise<void> {
  while (!(await log.status()).available) await new Promise(setImmediate);
}

async function expectUnavailable(log: EventLog): Promise<void> {
  const began = performance.now();
  const attempts = [
    () => log.append([delivery()]),
    () => log.read('orders', null, 1),
    () => log.head('orders'),
    () => log.subscribe('orders', () => {}),
  ];
  for (const attempt of attempts) await expect(attempt()).rejects.toThrow(EventLogUnavailableError);
  expect(await log.status()).toMatchObject({ available: false });
  expect(performance.now() - began).toBeLessThan(BOUND_MS);
}

function openChannels(): Promise<unknown[]> {
  return admin.pubsub('CHANNELS', 'sluice:*');
}

/** A stream entry as another node would write it. */
function record(id: string): string {
  const { type, subject, time, traceparent, dataJson } = delivery();
  return JSON.stringify({ id, type, subject, time, traceparent, dataJson });
}

/** Ends the connections of a kind, as a network does. */
async function cutConnections(name: 'listener' | 'writer' | 'reader'): Promise<void> {
  const clients = String(await admin.client('LIST'));
  for (const line of clients.split('\n')) {
    const [, id] = /^id=(\d+) .*name=sluice-events-(?:\w+)/.exec(line) ?? [];
    if (id !== undefined && line.includes(`name=sluice-events-${name}`)) await admin.client('KILL', 'ID', id);
  }
}

test('two nodes see the events of both, each once, in the same order', async () => {
  const nodes = [await open(), await open()];
  const collectors = nodes.map(() => createCollector());
  for (const [at, node] of nodes.entries())
    await node.subscribe('orders', collectors[at]?.collect ?? (() => {}));
  const given = deliveries(400);
  await Promise.all(given.map((one, at) => (nodes[at % 2] as EventLog).append([one])));
  await Promise.all(collectors.map(({ reached }) => reached(400)));
  const stored = await readAll(nodes[0] as EventLog);
  for (const { events } of collectors) expect(events).toEqual(stored);
  expect(offsetsOf(stored)).toEqual(range(1, 400));
});

test('a delivery sent to two nodes at once is one event', async () => {
  const [first, second] = [await open(), await open()];
  const given = deliveries(100);
  const results = await Promise.all(
    [first, second].flatMap((node) => given.map((one) => node.append([one]))),
  );
  const statuses = results.flat().map(({ status }) => status);
  expect(statuses.filter((status) => status === 'appended')).toHaveLength(100);
  expect(await readAll(first)).toHaveLength(100);
});

test('a node that misses messages while its listening connection is cut gets every event in order', async () => {
  const [sender, receiver] = [await open(), await open()];
  const { events, collect, reached } = createCollector();
  await receiver.subscribe('orders', collect);
  for (const round of range(1, 6)) {
    const appending = Promise.all(deliveries(50).map((one) => sender.append([one])));
    await cutConnections('listener');
    await appending;
    await reached(round * 50);
  }
  expect(offsetsOf(events)).toEqual(range(1, 300));
});

test('events arrive by the poll alone when no message ever comes', async () => {
  const receiver = await open({ pollMs: 50 });
  const sender = await open();
  const { events, collect, reached } = createCollector();
  await receiver.subscribe('orders', collect);
  await admin.acl('SETUSER', 'default', 'resetchannels');
  await cutConnections('listener');
  await Promise.all(deliveries(20).map((one) => sender.append([one])));
  await reached(20);
  expect(offsetsOf(events)).toEqual(range(1, 20));
});

test('a message with a hole before it is not delivered before the hole is filled', async () => {
  const log = await open({ pollMs: 60_000 });
  const { events, collect, reached } = createCollector();
  const { from } = await log.subscribe('orders', collect);
  // Another node's events, of which only the last is announced.
  for (const offset of [1, 2, 3])
    await admin.xadd('sluice:{orders}:events', `${offset}-0`, 'event', record(`e${offset}`));
  await admin.hset('sluice:{orders}:head', 'offset', '3');
  await admin.publish('sluice:{orders}:live', `${from.epoch} 3\n${record('e3')}`);
  await reached(3);
  expect(idsOf(events)).toEqual(['e1', 'e2', 'e3']);
});

test.each([
  ['repeated', (epoch: string) => `${epoch} 1\n{}`],
  ['of another epoch', () => 'another 2\n{}'],
  ['no message of ours', () => 'hello'],
  ['empty', () => ''],
  ['broken', (epoch: string) => `${epoch} 2\n{"id":`],
])('a message that is %s is not delivered', async (_, message) => {
  const log = await open();
  const { events, collect, reached } = createCollector();
  await log.subscribe('orders', collect);
  const first = delivery();
  await log.append([first]);
  await reached(1);
  await admin.publish('sluice:{orders}:live', message((await log.head('orders')).epoch));
  const second = delivery();
  await log.append([second]);
  await reached(2);
  expect(idsOf(events)).toEqual([first.id, second.id]);
});

test('a source is listened to only while somebody needs it', async () => {
  const log = await open();
  const first = await log.subscribe('orders', () => {});
  const second = await log.subscribe('orders', () => {});
  expect(await openChannels()).toEqual(['sluice:{orders}:live']);
  first.unsubscribe();
  expect(await openChannels()).toEqual(['sluice:{orders}:live']);
  second.unsubscribe();
  while ((await openChannels()).length > 0) await new Promise(setImmediate);
});

test('with Redis stopped everything is unavailable within the timeout, and works again when it is back', async () => {
  const log = await open();
  const given = deliveries(3);
  await log.append(given);
  await server.stop();
  await expectUnavailable(log);
  await server.restart();
  await untilAvailable(log);
  expect(await log.append([given[0] ?? delivery(), delivery()])).toMatchObject([
    { status: 'duplicate', position: { offset: 1 } },
    { status: 'appended', position: { offset: 4 } },
  ]);
});

test('with Redis frozen nothing waits longer than the timeout, and it works again when it thaws', async () => {
  const log = await open();
  await log.append(deliveries(2));
  server.pause();
  await expectUnavailable(log);
  server.resume();
  await untilAvailable(log);
  await appendWithRetries(log, delivery());
  const events = await readAll(log);
  expect(offsetsOf(events)).toEqual(range(1, events.length));
});

test('a node starts while Redis is down, says so, and works once it is up', async () => {
  await server.stop();
  const log = await open();
  await expectUnavailable(log);
  const following = take(followEvents({ log, source: 'orders', after: null, retryDelayMsMax: 50 }), 1);
  await server.restart();
  await untilAvailable(log);
  const appending = { done: false };
  const sender = (async () => {
    while (!appending.done) await appendWithRetries(log, delivery());
  })();
  expect(await following).not.toHaveLength(0);
  appending.done = true;
  await sender;
});

test('subscribers and followers go on without a hole or a duplicate over kill -9 and restart of Redis', async () => {
  const [sender, receiver] = [await open(), await open()];
  const { events, collect, reached } = createCollector();
  await receiver.subscribe('orders', collect);
  const after = await receiver.head('orders');
  const following = take(
    followEvents({
      log: receiver,
      source: 'orders',
      after,
      bufferMax: 20,
      pageSize: 15,
      retryDelayMsMax: 50,
    }),
    300,
  );
  const given = deliveries(300);
  const sending = (async () => {
    for (const one of given) await appendWithRetries(sender, one);
  })();
  for (const count of [50, 150]) {
    await reached(count);
    await server.kill();
    await server.restart();
  }
  await sending;
  await reached(300);
  expect(idsOf(events)).toEqual(idsOf(given));
  expect(idsOf(await following)).toEqual(idsOf(given));
  expect(offsetsOf(events)).toEqual(range(1, 300));
});

test('a Redis that lost everything shows as another epoch from 1, never as silence', async () => {
  const log = await open();
  const { events, collect, reached } = createCollector();
  await log.subscribe('orders', collect);
  await log.append(deliveries(3));
  await reached(3);
  await admin.flushall();
  await log.append(deliveries(2));
  await reached(5);
  expect(offsetsOf(events)).toEqual([1, 2, 3, 1, 2]);
  expect(new Set(events.map(({ epoch }) => epoch)).size).toBe(2);
});

test('a Redis that takes no writes is unavailable, and every event it acknowledged is there', async () => {
  const log = await open();
  await log.append(deliveries(2));
  await admin.config('SET', 'maxmemory', '1');
  await expect(log.append([delivery()])).rejects.toThrow(EventLogUnavailableError);
  expect(await log.status()).toMatchObject({ available: false, detail: expect.stringContaining('OOM') });
  expect(await readAll(log)).toHaveLength(2);
  await admin.config('SET', 'maxmemory', '0');
  expect(await log.append([delivery()])).toMatchObject([{ position: { offset: 3 } }]);
});

test('a script that is not known any more is sent again', async () => {
  const log = await open();
  await log.append(deliveries(2));
  await admin.script('FLUSH');
  await Promise.all(deliveries(5).map((one) => log.append([one])));
  expect(offsetsOf(await readAll(log))).toEqual(range(1, 7));
});

test('ids expire after their time, never before the event is known', async () => {
  const log = await open();
  const one = delivery();
  await log.append([one]);
  const ttl = await admin.ttl(`sluice:{orders}:id:${one.id}`);
  expect(ttl).toBeGreaterThan(7 * 24 * 3600 - 60);
  expect(ttl).toBeLessThanOrEqual(7 * 24 * 3600);
});

test('a log that is closed while Redis is down keeps no process alive', async () => {
  await server.stop();
  const script = new URL('../conformance/children/close-while-down.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, 'redis', server.url, 'x:'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [ms] = await once(createInterface(child.stdout), 'line');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(Number(ms)).toBeLessThan(1000);
});

test('no password is logged, thrown or told', async () => {
  const said: string[] = [];
  const say = (context: object, message: string): void => void said.push(JSON.stringify(context), message);
  await admin.config('SET', 'requirepass', 'hush-hush');
  const url = `redis://someone:wr0ng-hush@127.0.0.1:${server.port}`;
  const log = await createRedisEventLog({
    url,
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
    log: { info: say, warn: say, error: say },
  });
  opened.push(log);
  const error = await log.append([delivery()]).then(
    () => null,
    (reason: unknown) => reason as Error,
  );
  expect(error).toBeInstanceOf(EventLogUnavailableError);
  said.push(String(error?.stack), JSON.stringify(error), String(error?.cause), (await log.status()).detail);
  expect(said.length).toBeGreaterThan(4);
  expect(said.join('\n')).not.toMatch(/hush/);
});
