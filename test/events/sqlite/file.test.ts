import { copyFile, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { EventLogUnavailableError, type EventLog } from '../../../events/event-log.ts';
import { createSqliteEventLog } from '../../../events/sqlite/sqlite-event-log.ts';
import {
  createCollector,
  deliveries,
  delivery,
  idsOf,
  largeDeliveries,
  offsetsOf,
  range,
  readAll,
} from '../deliveries.ts';
import { record, records } from '../records.ts';

let folder: string;
let path: string;
const opened: EventLog[] = [];
const children: ChildProcess[] = [];

async function open(): Promise<EventLog> {
  const log = await createSqliteEventLog({ path, lockTimeoutMs: 0 });
  opened.push(log);
  return log;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-sqlite-'));
  path = join(folder, 'events.db');
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(opened.splice(0).map((log) => log.close()));
  await rm(folder, { recursive: true, force: true });
});

function startChild(name: string, shell: (command: string) => string = (command) => command) {
  const script = new URL(`../conformance/children/${name}.ts`, import.meta.url).pathname;
  const command = `exec "${process.execPath}" --disable-warning=ExperimentalWarning "${script}" sqlite "${path}"`;
  const child = spawn('bash', ['-c', shell(command)], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

test('a second log on the same file is refused with a message that says why, and the first goes on', async () => {
  const first = await open();
  await expect(open()).rejects.toThrow(`The event log ${path} is in use by another process`);
  await expect(open()).rejects.toThrow(EventLogUnavailableError);
  expect(await first.append([delivery()])).toMatchObject([{ status: 'appended' }]);
});

test('another process on the same file is refused, until the first is killed', async () => {
  const child = startChild('append-until-killed');
  await once(createInterface(child.stdout), 'line');
  await expect(open()).rejects.toThrow('is in use by another process');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect((await readAll(await open())).length).toBeGreaterThan(0);
});

test('a file that is no database is refused and left alone', async () => {
  await writeFile(path, 'Dear diary, '.repeat(1000));
  await expect(open()).rejects.toThrow(`${path} is not an event log: it is no SQLite database`);
  expect(await readdir(folder)).toEqual(['events.db']);
});

test('a database of something else is refused and left alone', async () => {
  const other = new DatabaseSync(path);
  other.exec('CREATE TABLE recipes (name TEXT)');
  other.close();
  await expect(open()).rejects.toThrow(`${path} is a database of something else`);
});

test('a file that was written before there were records keeps its events, its epoch and its ids, and takes records', async () => {
  const first = await open();
  const given = deliveries(3);
  await first.append(given);
  const head = await first.head('orders');
  await first.close();
  const database = new DatabaseSync(path);
  database.exec('DROP TABLE records; DROP TABLE marks; DROP INDEX ids_by_age; PRAGMA user_version = 1');
  database.close();
  const log = await open();
  expect(await log.head('orders')).toEqual(head);
  expect(await log.append(given)).toMatchObject(given.map(() => ({ status: 'duplicate' })));
  const kept = record();
  expect(await log.records.add(kept)).toBe(true);
  await log.close();
  expect(await (await open()).records.get(kept.collection, kept.key)).toEqual(kept);
});

test('a file that a later version has written is refused and left alone', async () => {
  await (await open()).close();
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 99');
  database.close();
  await expect(open()).rejects.toThrow(`${path} was written by a later version of Sluice`);
  const untouched = new DatabaseSync(path);
  expect(untouched.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
  untouched.close();
});

test('records beyond what may wait in memory are refused, and those that wait are kept', async () => {
  const log = await createSqliteEventLog({ path, waitingEventsMax: 10 });
  opened.push(log);
  const outcomes = await Promise.allSettled(records(12).map((one) => log.records.add(one)));
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...range(1, 10).map(() => 'fulfilled'),
    'rejected',
    'rejected',
  ]);
  expect(await log.records.count('letters')).toBe(10);
});

test('a folder in place of the file is refused', async () => {
  path = folder;
  await expect(open()).rejects.toThrow(`The event log ${folder} can't be opened`);
});

test('more deliveries than may wait for the disk are refused, and those that wait are kept', async () => {
  const log = await createSqliteEventLog({ path, waitingEventsMax: 10 });
  opened.push(log);
  const outcomes = await Promise.allSettled(deliveries(12).map((one) => log.append([one])));
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...range(1, 10).map(() => 'fulfilled'),
    'rejected',
    'rejected',
  ]);
  expect(outcomes[11]).toMatchObject({ reason: expect.any(EventLogUnavailableError) });
  expect(await readAll(log)).toHaveLength(10);
  expect(await log.append([delivery()])).toMatchObject([{ position: { offset: 11 } }]);
});

test('a full disk is unavailable, keeps every acknowledged event in order, and is recovered from without a restart', async () => {
  const child = startChild('append-on-request', (command) => `ulimit -S -f 400; ${command}`);
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ask = async (request: object): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return JSON.parse((await answers.next()).value ?? 'null');
  };
  const append = (number: number) => ask({ append: `n${number}`, bytes: 20_000 });

  // The first refusal may free the room of the write-ahead log: the disk is full when refusals follow each other.
  let number = 1;
  for (let refusals = 0; refusals < 3;) {
    const answer = await append(number);
    const isKept = answer === 'appended' || answer === 'duplicate';
    if (!isKept)
      expect(answer).toMatch(/^EventLogUnavailableError: .*(disk I\/O error|database or disk is full)/);
    refusals = isKept ? 0 : refusals + 1;
    number += isKept ? 1 : 0;
  }
  expect(number).toBeGreaterThan(3);
  // Opening succeeds on a full disk: what counts is that a write does.
  expect(((await ask({ said: true })) as string[]).at(-1)).toBe('The event log takes no writes');
  spawnSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:unlimited']);
  const recovered = await append(number);
  expect(['appended', 'duplicate']).toContain(recovered);
  expect(((await ask({ said: true })) as string[]).at(-1)).toBe('The event log is open again');
  expect(await append(number)).toBe('duplicate');
  expect(await append(number + 1)).toBe('appended');
  const wanted = range(1, number + 1).map((one) => `n${one}`);
  expect(await ask({ read: true })).toEqual({ ids: wanted, live: wanted });
  child.stdin.end();
  await once(child, 'exit');
  const log = await open();
  expect(idsOf(await readAll(log))).toEqual(wanted);
});

test('the clock going back changes nothing', async () => {
  let nowMs = Date.now();
  const log = await createSqliteEventLog({ path, now: () => (nowMs -= 60_000) });
  opened.push(log);
  const { events, collect, reached } = createCollector();
  await log.subscribe('orders', collect);
  for (const one of deliveries(5)) await log.append([one]);
  await reached(5);
  expect(offsetsOf(events)).toEqual(range(1, 5));
});

test.each([
  ['deleted', () => rm(path)],
  [
    'replaced',
    async () => {
      await copyFile(path, `${path}.copy`);
      await rename(`${path}.copy`, path);
    },
  ],
])('a file that is %s while it is open is unavailable once, then opened anew', async (what, change) => {
  const log = await createSqliteEventLog({ path, statusKeptMs: 0 });
  opened.push(log);
  await log.append(deliveries(2));
  await change();
  await expect(log.append([delivery()])).rejects.toThrow(`its file was ${what} while it was open`);
  const one = delivery();
  expect(await log.append([one])).toMatchObject([{ status: 'appended' }]);
  await change();
  expect(await log.status()).toMatchObject({ available: false, detail: expect.stringContaining(what) });
  expect(await log.status()).toMatchObject({ available: true });
  await log.append([one]);
  await log.close();
  expect(idsOf(await readAll(await open()))).toContain(one.id);
});

test('a thread that ends unasked is said, and another takes its place', async () => {
  const [line] = (await once(createInterface(startChild('lose-thread').stdout), 'line')) as [string];
  const reason = 'The thread of the event log ended';
  expect(JSON.parse(line)).toEqual({
    refusal: `EventLogUnavailableError: ${reason}`,
    result: expect.stringMatching(/^(appended|duplicate)$/),
    live: [1, 2],
    said: [
      `The thread of the event log ended; starting another: ${reason}`,
      `The event log takes no writes: ${reason}`,
      'The event log is open again',
    ],
  });
});

test('appends beyond what may wait in memory are refused, whatever the number of events', async () => {
  const log = await createSqliteEventLog({ path, waitingDataCharsMax: 3_000_000 });
  opened.push(log);
  const outcomes = await Promise.allSettled(largeDeliveries(5, 1_000_000).map((one) => log.append([one])));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  expect(await log.append(largeDeliveries(1, 4_000_000))).toMatchObject([{ status: 'appended' }]);
});

test('probes for health that come together are one write, and its answer is kept', async () => {
  const log = await createSqliteEventLog({ path, statusKeptMs: 60_000 });
  await Promise.all(range(1, 20).map(() => log.status()));
  expect(await log.status()).toMatchObject({ available: true });
  await log.close();
  const database = new DatabaseSync(path);
  expect(database.prepare('SELECT probes FROM log').get()).toMatchObject({ probes: 1 });
  database.close();
});
