import { EventLogUnavailableError, type EventLog } from '../../../events/event-log.ts';
import { createClock, DAY_MS, HOUR_MS } from '../clock.ts';
import {
  createCollector,
  deliveries,
  delivery,
  largeDeliveries,
  offsetsOf,
  range,
  readAll,
} from '../deliveries.ts';
import { until } from '../../utils/until.ts';
import { useRedis } from './fixture.ts';

const { admin, open: openWith } = useRedis();

/** Nothing here is about a Redis that does not answer. */
const open: typeof openWith = (options) => openWith({ commandTimeoutMs: 5000, ...options });

function recordingLogger() {
  const said: string[] = [];
  const say = (context: object, message: string): void =>
    void said.push(`${message} ${JSON.stringify(context)}`);
  return { log: { info: say, warn: say, error: say }, said };
}

/** Lets Redis have so many bytes more than it has. */
async function leaveRoom(bytes: number): Promise<void> {
  const [, used] = /^used_memory:(\d+)/m.exec(await admin().info('memory')) ?? [];
  await admin().config('SET', 'maxmemory', String(Number(used) + bytes));
}

/** Appends until Redis takes no more. */
async function fill(log: EventLog): Promise<Error> {
  for (;;) {
    try {
      await log.append(largeDeliveries(1, 50_000));
    } catch (error) {
      return error as Error;
    }
  }
}

test('a full Redis takes no events, gives what it has, and takes events again when retention made room', async () => {
  const clock = createClock({ ageMs: HOUR_MS, bytesMax: 0 });
  const log = await open(clock.keeping);
  const { events, collect, reached } = createCollector();
  await log.append(deliveries(1));
  await leaveRoom(3_000_000);
  const error = await fill(log);
  expect(error).toBeInstanceOf(EventLogUnavailableError);
  expect(error.message).toMatch(/OOM/);
  const full = await log.head('orders');
  expect(full.offset).toBeGreaterThan(20);
  await log.subscribe('orders', collect);
  expect(offsetsOf(await log.read('orders', null, 5))).toEqual(range(1, 5));

  clock.move(HOUR_MS);
  await clock.swept();
  clock.move(HOUR_MS);
  const result = await until('there is room', () => log.append([delivery()]).catch(() => undefined));
  expect(result).toMatchObject([{ position: { epoch: full.epoch, offset: full.offset + 1 } }]);
  await reached(1);
  expect(offsetsOf(events)).toEqual([full.offset + 1]);
  expect(await until('it says so', async () => (await log.status()).available)).toBe(true);
});

test('a bound of bytes makes room in a full Redis too, and keeps it from being full', async () => {
  const log = await open({ retention: { ageMs: DAY_MS, bytesMax: 1_000_000 }, janitorEveryMs: 5 });
  await log.append(deliveries(1));
  await leaveRoom(3_000_000);
  const given = largeDeliveries(200, 50_000);
  for (const one of given) {
    await until('there is room', () => log.append([one]).catch(() => undefined));
  }
  expect((await log.head('orders')).offset).toBe(201);
  expect(offsetsOf(await readAll(log)).at(0)).toBeGreaterThan(100);
});

test('a full Redis recovers when an operator makes room', async () => {
  const log = await open();
  await log.append(deliveries(1));
  await leaveRoom(1_000_000);
  await fill(log);
  await admin().config('SET', 'maxmemory', '0');
  expect(await log.append([delivery()])).toMatchObject([{ status: 'appended' }]);
});

test('one node sweeps at a time, and another goes on when it is gone', async () => {
  const clock = createClock({ ageMs: HOUR_MS, bytesMax: 0 });
  const first = await open(clock.keeping);
  await first.append(deliveries(2));
  await clock.swept();
  const holder = await admin().get('sluice:janitor');
  const second = await open({ ...clock.keeping, now: undefined as never });
  await second.append(deliveries(2));
  await clock.swept();
  expect(await admin().get('sluice:janitor')).toBe(holder);
  await first.close();
  await until('the other took over', async () => {
    const found = await admin().get('sluice:janitor');
    return found !== null && found !== holder;
  });
});

test('a source that another node appended to is swept as well', async () => {
  const clock = createClock({ ageMs: HOUR_MS, bytesMax: 0 });
  const janitor = await open(clock.keeping);
  await janitor.append(deliveries(1));
  await clock.swept();
  const sender = await open({ retention: clock.keeping.retention, janitorEveryMs: 5 });
  await sender.append(deliveries(3, { source: 'payments' }));
  await until('it is known', async () => (await admin().sismember('sluice:sources', 'payments')) === 1);
  await clock.swept();
  clock.move(2 * HOUR_MS);
  await until('removed', async () => (await readAll(sender, 'payments')).length === 0);
});

test('a server that lost the list of sources is told of all of them again, by whoever read it', async () => {
  const clock = createClock({ ageMs: HOUR_MS, bytesMax: 0 });
  const sender = await open({ retention: clock.keeping.retention, janitorEveryMs: 5 });
  await sender.append(deliveries(3));
  await until('it is known', async () => (await admin().sismember('sluice:sources', 'orders')) === 1);
  await sender.close();
  const janitor = await open(clock.keeping);
  await clock.swept();
  await admin().del('sluice:sources');
  await until('it is known again', async () => (await admin().sismember('sluice:sources', 'orders')) === 1);
  clock.move(2 * HOUR_MS);
  await until('removed', async () => (await readAll(janitor)).length === 0);
});

test('without a clock of its own the log goes by that of Redis', async () => {
  const log = await open({ retention: { ageMs: 200, bytesMax: 0 }, janitorEveryMs: 5 });
  await log.append(deliveries(3));
  await until('removed', async () => (await readAll(log)).length === 0);
  expect((await log.head('orders')).offset).toBe(3);
});

test('marks stay few, however often it is swept', async () => {
  const clock = createClock({ ageMs: HOUR_MS, bytesMax: 0 });
  const log = await open(clock.keeping);
  for (let at = 0; at < 40; at += 1) {
    await log.append([delivery()]);
    clock.move(HOUR_MS / 10);
    await clock.swept();
  }
  expect(await admin().llen('sluice:{orders}:marks')).toBeLessThan(15);
  const kept = offsetsOf(await readAll(log));
  expect(kept).toEqual(range(41 - kept.length, 40));
  expect(kept.length).toBeLessThan(15);
});

test('a mark above the head, left by a Redis that lost events, removes none of those that came after', async () => {
  const clock = createClock({ ageMs: HOUR_MS, bytesMax: 0 });
  const log = await open(clock.keeping);
  await log.append(deliveries(5));
  await clock.swept();
  await admin().hset('sluice:{orders}:head', 'offset', '2');
  await admin().xtrim('sluice:{orders}:events', 'MAXLEN', 0);
  await clock.swept();
  expect(await admin().lrange('sluice:{orders}:marks', 0, -1)).toHaveLength(1);
  expect((await admin().lindex('sluice:{orders}:marks', 0))?.split(' ')[1]).toBe('2');
});

test('a janitor that Redis refuses says so once, harms nothing, and goes on when it may again', async () => {
  const clock = createClock({ ageMs: HOUR_MS, bytesMax: 0 });
  const { log: logger, said } = recordingLogger();
  const log = await open({ ...clock.keeping, log: logger });
  await log.append(deliveries(2));
  await clock.swept();
  await admin().acl('SETUSER', 'default', '-xtrim');
  clock.move(HOUR_MS);
  await until('it said so', async () => said.some((line) => line.startsWith('Retention can not be applied')));
  await clock.swept();
  expect(await readAll(log)).toHaveLength(2);
  await admin().acl('SETUSER', 'default', '+xtrim');
  await until('removed', async () => (await readAll(log)).length === 0);
  await clock.swept();
  const lines = said.filter((line) => /etention/.test(line));
  expect(lines).toEqual([
    expect.stringMatching(/^Retention can not be applied now; trying again .*can't run this command/),
    'Events past retention were removed {"events":2}',
  ]);
});
