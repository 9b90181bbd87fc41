import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import {
  CursorExpiredError,
  EventLogUnavailableError,
  type EventLog,
  type VerifiedDelivery,
} from '../../../events/event-log.ts';
import { followEvents } from '../../../events/follow.ts';
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
import { record } from '../records.ts';
import { useRedis } from './fixture.ts';

/** Far above the command timeout, far below the minute that a client with default settings takes. */
const BOUND_MS = 5000;

const { server, admin, open } = useRedis();

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
    () => log.appendAll(deliveries(2)),
    () => log.find('orders', 'x'),
    () => log.records.add(record()),
    () => log.records.replace(record(), '{}'),
    () => log.records.get('letters', 'x'),
    () => log.records.list('letters', null, 10),
    () => log.records.remove('letters', 'x'),
    () => log.records.count('letters'),
  ];
  const outcomes = await Promise.allSettled(attempts.map((attempt) => attempt()));
  expect(outcomes).toEqual(
    attempts.map(() => ({ status: 'rejected', reason: expect.any(EventLogUnavailableError) })),
  );
  expect(await log.status()).toMatchObject({ available: false });
  expect(performance.now() - began).toBeLessThan(BOUND_MS);
}

test('with Redis stopped everything is unavailable within the timeout, and works again when it is back', async () => {
  const log = await open();
  const given = deliveries(3);
  await log.append(given);
  await server().stop();
  await expectUnavailable(log);
  await server().restart();
  await untilAvailable(log);
  expect(await log.append([given[0] ?? delivery(), delivery()])).toMatchObject([
    { status: 'duplicate', position: { offset: 1 } },
    { status: 'appended', position: { offset: 4 } },
  ]);
});

test('with Redis frozen nothing waits longer than the timeout, and it works again when it thaws', async () => {
  const log = await open();
  await log.append(deliveries(2));
  server().pause();
  await expectUnavailable(log);
  server().resume();
  await untilAvailable(log);
  await appendWithRetries(log, delivery());
  const events = await readAll(log);
  expect(offsetsOf(events)).toEqual(range(1, events.length));
});

test('a node starts while Redis is down, says so, and works once it is up', async () => {
  await server().stop();
  const log = await open();
  await expectUnavailable(log);
  const following = take(followEvents({ log, source: 'orders', after: null, retryDelayMsMax: 50 }), 1);
  await server().restart();
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
    await server().kill();
    await server().restart();
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
  await admin().flushall();
  await log.append(deliveries(2));
  await reached(5);
  expect(offsetsOf(events)).toEqual([1, 2, 3, 1, 2]);
  expect(new Set(events.map(({ epoch }) => epoch)).size).toBe(2);
});

test('a Redis that takes no writes is unavailable, and every event it acknowledged is there', async () => {
  const log = await open();
  await log.append(deliveries(2));
  await admin().config('SET', 'maxmemory', '1');
  await expect(log.append([delivery()])).rejects.toThrow(EventLogUnavailableError);
  expect(await log.status()).toMatchObject({ available: false, detail: expect.stringContaining('OOM') });
  expect(await readAll(log)).toHaveLength(2);
  await admin().config('SET', 'maxmemory', '0');
  expect(await log.append([delivery()])).toMatchObject([{ position: { offset: 3 } }]);
});

test('a script that is not known any more is sent again', async () => {
  const log = await open();
  await log.append(deliveries(2));
  await admin().script('FLUSH');
  await Promise.all(deliveries(5).map((one) => log.append([one])));
  expect(offsetsOf(await readAll(log))).toEqual(range(1, 7));
});

test('ids expire after their time, never before the event is known', async () => {
  const log = await open();
  const one = delivery();
  await log.append([one]);
  const ttl = await admin().ttl(`sluice:{orders}:id:${one.id}`);
  expect(ttl).toBeGreaterThan(7 * 24 * 3600 - 60);
  expect(ttl).toBeLessThanOrEqual(7 * 24 * 3600);
});

test('a log that is closed while Redis is down keeps no process alive', async () => {
  await server().stop();
  const script = new URL('../conformance/children/close-while-down.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, 'redis', server().url, 'x:'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [ms] = await once(createInterface(child.stdout), 'line');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(Number(ms)).toBeLessThan(1000);
});

test('no password is logged, thrown or told', async () => {
  const said: string[] = [];
  const say = (context: object, message: string): void => void said.push(JSON.stringify(context), message);
  await admin().config('SET', 'requirepass', 'hush-hush');
  const url = `redis://someone:wr0ng-hush@127.0.0.1:${server().port}`;
  const log = await open({ url, log: { info: say, warn: say, error: say } });
  const error = await log.append([delivery()]).then(
    () => null,
    (reason: unknown) => reason as Error,
  );
  expect(error).toBeInstanceOf(EventLogUnavailableError);
  said.push(String(error?.stack), JSON.stringify(error), String(error?.cause), (await log.status()).detail);
  expect(said.length).toBeGreaterThan(4);
  expect(said.join('\n')).not.toMatch(/hush/);
});

test('an id known from a lost history does not keep its delivery out of the new one', async () => {
  const log = await open();
  const one = delivery();
  await log.append([delivery(), one]);
  await admin().del('sluice:{orders}:head');
  expect(await log.append([one])).toMatchObject([{ status: 'appended', position: { offset: 3 } }]);
  expect(offsetsOf(await readAll(log))).toEqual([1, 2, 3]);
});

test('a source whose head was lost keeps its events, whoever asks first', async () => {
  const log = await open();
  const given = deliveries(5);
  await log.append(given);
  const old = await log.head('orders');
  for (const ask of [
    () => log.read('orders', null, 1),
    () => log.head('orders'),
    () => log.append([delivery()]),
  ]) {
    await admin().del('sluice:{orders}:head');
    await ask();
    expect(idsOf((await readAll(log)).slice(0, 5))).toEqual(idsOf(given));
  }
  expect(await log.head('orders')).toMatchObject({ offset: 6 });
  await expect(log.read('orders', old, 1)).rejects.toThrow(CursorExpiredError);
});

test('probes for health that come together are one write, and its answer is kept', async () => {
  const log = await open({ statusKeptMs: 60_000 });
  await admin().config('RESETSTAT');
  await Promise.all(deliveries(20).map(() => log.status()));
  expect(await log.status()).toMatchObject({ available: true });
  expect(await admin().info('commandstats')).toMatch(/cmdstat_set:calls=1,/);
});
