import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EventLogUnavailableError, type EventLog } from '../../../events/event-log.ts';
import { createSqliteEventLog, type SqliteEventLogOptions } from '../../../events/sqlite/sqlite-event-log.ts';
import { createClock, DAY_MS, HOUR_MS } from '../clock.ts';
import { deliveries, delivery, idsOf, largeDeliveries, readAll } from '../deliveries.ts';
import { canMount, mountSmallDisk, type SmallDisk } from '../../utils/small-disk.ts';
import { until } from '../../utils/until.ts';

let folder: string;
let path: string;
const opened: EventLog[] = [];

async function open(options: Partial<SqliteEventLogOptions> = {}): Promise<EventLog> {
  const log = await createSqliteEventLog({ path, lockTimeoutMs: 0, statusKeptMs: 0, ...options });
  opened.push(log);
  return log;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-retention-'));
  path = join(folder, 'events.db');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((log) => log.close()));
  await rm(folder, { recursive: true, force: true });
});

/** Asks the file of a closed log. */
function ask(sql: string): unknown {
  const database = new DatabaseSync(path);
  try {
    return Object.values(database.prepare(sql).get() ?? {})[0];
  } finally {
    database.close();
  }
}

test('ids are forgotten after 7 days, not before, whatever became of their events', async () => {
  const clock = createClock({ ageMs: 30 * DAY_MS, bytesMax: 0 });
  const log = await open(clock.keeping);
  const [old, young] = [delivery(), delivery()];
  await log.append([old]);
  clock.move(DAY_MS);
  await log.append([young]);
  clock.move(6 * DAY_MS);
  await clock.swept();
  expect(await log.find('orders', old.id)).not.toBeNull();
  clock.move(1);
  await clock.swept();
  expect(await log.find('orders', old.id)).toBeNull();
  expect(await log.find('orders', young.id)).not.toBeNull();
  expect(idsOf(await readAll(log))).toEqual([old.id, young.id]);
});

test('many ids are forgotten, step by step', async () => {
  const clock = createClock({ ageMs: HOUR_MS, bytesMax: 0 });
  const log = await open(clock.keeping);
  const given = deliveries(5000);
  await log.append(given);
  clock.move(8 * DAY_MS);
  await until('forgotten', async () => (await log.find('orders', given.at(-1)?.id ?? '')) === null);
  await log.close();
  expect(ask('SELECT count(*) FROM ids')).toBe(0);
});

test('the file stops growing: what was removed makes room for what comes', async () => {
  const log = await open({ retention: { ageMs: DAY_MS, bytesMax: 2_000_000 }, janitorEveryMs: 5 });
  const sizes: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    for (const one of largeDeliveries(40, 100_000)) await log.append([one]);
    await until(
      'removed',
      async () => (await log.read('orders', null, 1))[0]?.offset === 40 * (round + 1) - 18,
    );
    sizes.push((await stat(path)).size);
  }
  await log.close();
  const size = (await stat(path)).size;
  // 24 MB went through a bound of 2 MB.
  expect(size).toBeLessThan(12_000_000);
  expect(ask('SELECT count(*) FROM events')).toBe(19);
});

test('appends do not wait for a long sweep', async () => {
  const clock = createClock({ ageMs: HOUR_MS, bytesMax: 0 });
  const log = await open(clock.keeping);
  for (let at = 0; at < 20; at += 1) await log.append(deliveries(1000));
  clock.move(HOUR_MS);
  await clock.swept();
  clock.move(HOUR_MS);
  await until('it began', async () => (await log.read('orders', null, 1))[0]?.offset !== 1);
  await log.append([delivery()]);
  // The sweep was not over: the append stood between two of its steps.
  expect((await log.read('orders', null, 1))[0]?.offset).toBeLessThan(20_001);
});

test('rows are weighed anew after the last of them went, and a bound of bytes holds on', async () => {
  const clock = createClock({ ageMs: HOUR_MS, bytesMax: 500_000 });
  const log = await open(clock.keeping);
  for (let round = 0; round < 3; round += 1) {
    await log.append(largeDeliveries(20, 50_000));
    await until('removed', async () => (await log.read('orders', null, 1))[0]?.offset === 20 * round + 12);
    clock.move(HOUR_MS / 2);
    await clock.swept();
    clock.move(HOUR_MS);
    await until('removed', async () => (await readAll(log)).length === 0);
  }
});

test('a sweep that comes after a close does nothing, and a close waits for no sweep', async () => {
  const clock = createClock({ ageMs: HOUR_MS, bytesMax: 0 });
  const log = await open(clock.keeping);
  for (let at = 0; at < 20; at += 1) await log.append(deliveries(1000));
  clock.move(HOUR_MS);
  await clock.swept();
  clock.move(HOUR_MS);
  await until('it began', async () => (await log.read('orders', null, 1))[0]?.offset !== 1);
  await log.close();
  expect(Number(ask('SELECT count(*) FROM events'))).toBeGreaterThan(0);
});

// Only root on Linux may mount one; elsewhere `file.test.ts` fills a file up to its limit instead.
(canMount ? describe : describe.skip)('on a small disk', () => {
  let disk: SmallDisk;
  let log: EventLog;

  async function openOnDisk(mebibytes: number, options: Partial<SqliteEventLogOptions>): Promise<void> {
    disk = await mountSmallDisk(mebibytes);
    log = await createSqliteEventLog({ path: join(disk.path, 'events.db'), ...options });
  }

  afterEach(async () => {
    await log.close();
    await disk.close();
  });

  test('a full disk is unavailable, what is kept can be read, and it recovers when there is room', async () => {
    const clock = createClock({ ageMs: HOUR_MS, bytesMax: 0 });
    await openOnDisk(8, clock.keeping);
    await log.append(deliveries(3));
    await disk.fill();
    const kept: string[] = [];
    for (let refusals = 0; refusals < 3;) {
      const [one = delivery()] = largeDeliveries(1, 100_000);
      try {
        await log.append([one]);
        kept.push(one.id);
        refusals = 0;
      } catch (error) {
        expect(error).toBeInstanceOf(EventLogUnavailableError);
        refusals += 1;
      }
    }
    // A commit whose sync failed may be there all the same: its sender sends again.
    const found = idsOf(await readAll(log)).filter((id) => kept.includes(id));
    expect(found).toEqual(kept);
    await disk.empty();
    const one = delivery();
    await until('there is room', () => log.append([one]).catch(() => undefined));
    expect(await log.append([one])).toMatchObject([{ status: 'duplicate' }]);
    expect(idsOf(await readAll(log)).at(-1)).toBe(one.id);
  });

  test('a bound of bytes keeps the disk from being full', async () => {
    // The write-ahead log takes up to 32 MiB and a commit of it.
    await openOnDisk(64, { retention: { ageMs: DAY_MS, bytesMax: 2_000_000 }, janitorEveryMs: 5 });
    for (let at = 0; at < 100; at += 1) await log.append(largeDeliveries(10, 100_000));
    expect((await log.head('orders')).offset).toBe(1000);
  });
});
