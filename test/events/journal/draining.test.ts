/** What a journal takes is in the shared log, once and in order, whatever becomes of Redis. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EventLogUnavailableError, type EventLog } from '../../../events/event-log.ts';
import { createJournaledEventLog } from '../../../events/journal/journaled-event-log.ts';
import { createSqliteEventLog } from '../../../events/sqlite/sqlite-event-log.ts';
import { createCollector, deliveries, delivery, idsOf, largeDeliveries, readAll } from '../deliveries.ts';
import { breath, untilDrained, useJournal } from './fixture.ts';

const { server, folder, open } = useJournal({ appendOnly: true });

async function untilAvailable(log: EventLog): Promise<void> {
  while (!(await log.status()).available) await breath();
}

test('what is appended reaches subscribers of the shared log, in order', async () => {
  const { log, store } = await open();
  const { events, collect, reached } = createCollector();
  await store.subscribe('orders', collect);
  const given = deliveries(300);
  await Promise.all(given.map((one) => log.append([one])));
  await reached(300);
  expect(idsOf(events)).toEqual(idsOf(given));
});

test('with Redis down deliveries are taken, and are there in order when it is back', async () => {
  const journaled = await open();
  const { log, store } = journaled;
  const before = deliveries(3);
  await log.append(before);
  await untilDrained(journaled);
  await server().stop();
  const during = deliveries(200);
  for (const one of during) expect(await log.append([one])).toMatchObject([{ status: 'appended' }]);
  expect(log.waits()).toMatchObject({ events: 200, oldestMs: expect.any(Number) });
  expect((await log.status()).detail).toMatch(/, 200 events wait in the journal, the oldest for \d+ s$/);
  await server().restart();
  await untilAvailable(store);
  const after = deliveries(3);
  await log.append(after);
  await untilDrained(journaled);
  expect(idsOf(await readAll(store))).toEqual(idsOf([...before, ...during, ...after]));
  expect(log.waits()).toEqual({ events: 0, chars: 0, oldestMs: null });
});

test('a repeat of what is in the journal is a duplicate at once, and another body a conflict', async () => {
  const { log } = await open();
  await server().stop();
  const one = delivery({ id: 'x' });
  const [first] = await log.append([one]);
  expect(await log.append([one])).toEqual([{ status: 'duplicate', position: first?.position }]);
  expect(await log.append([delivery({ id: 'x' })])).toEqual([
    { status: 'conflict', position: first?.position },
  ]);
  expect(await log.find('orders', 'x')).toMatchObject({ bodyHash: one.bodyHash });
});

test('an id is found where its event stands for readers, as soon as it stands there', async () => {
  const journaled = await open();
  const { log, store } = journaled;
  await store.append(deliveries(3));
  const [one, another] = [delivery(), delivery()];
  await log.append([one]);
  await untilDrained(journaled);
  const known = await log.find('orders', one.id);
  expect(known).toEqual(await store.find('orders', one.id));
  const { epoch = '', offset = 0 } = known?.position ?? {};
  expect(idsOf(await log.read('orders', { epoch, offset: offset - 1 }, 1))).toEqual([one.id]);
  await server().stop();
  await log.append([another]);
  expect(await log.find('orders', another.id)).toMatchObject({ bodyHash: another.bodyHash });
});

test('a journal that can not be read keeps none of the others open', async () => {
  const at = '2026-11-23T10:00:00.000Z';
  const path = join(folder(), 'journal.db');
  const broken = await createSqliteEventLog({ path: join(folder(), 'journal-2.db') });
  await broken.records.add({ collection: 'journal-places', key: 'orders', at, json: 'nothing' });
  await broken.close();
  const { store } = await open({ path: join(folder(), 'elsewhere', 'journal.db') });
  const opening = createJournaledEventLog({ store, path, sources: new Set(['orders']) });
  await expect(opening).rejects.toThrow(SyntaxError);
  for (const name of ['journal.db', 'journal-2.db']) {
    await (await createSqliteEventLog({ path: join(folder(), name) })).close();
  }
});

test('what only the shared log knows is found when draining: a duplicate is dropped, a conflict handed on', async () => {
  const journaled = await open();
  const { log, store, conflicts } = journaled;
  const [known, taken] = [delivery({ id: 'known' }), delivery({ id: 'taken' })];
  await store.append([known, taken]);
  const other = delivery({ id: 'taken', subject: 'x', traceparent: 'y' });
  const last = delivery();
  expect(await log.append([known, other, last])).toMatchObject([
    { status: 'appended' },
    { status: 'appended' },
    { status: 'appended' },
  ]);
  await untilDrained(journaled);
  expect(conflicts).toEqual([other]);
  expect(idsOf(await readAll(store))).toEqual(['known', 'taken', last.id]);
});

test('a conflict that can not be kept holds back what is behind it, until it can', async () => {
  const { store } = await open({ sources: new Set() });
  await store.append([delivery({ id: 'taken' })]);
  const { log } = await open({ store });
  let attempts = 0;
  log.startDraining(() => {
    attempts += 1;
    return attempts < 3 ? Promise.reject(new Error('not now')) : Promise.resolve();
  });
  const last = delivery();
  await log.append([delivery({ id: 'taken' }), last]);
  while (log.waits().events > 0) await breath();
  expect(attempts).toBe(3);
  expect(idsOf(await readAll(store))).toEqual(['taken', last.id]);
});

test('a source without a journal is refused while Redis is down, beside one that has one', async () => {
  const { log } = await open();
  await server().stop();
  await expect(log.append([delivery({ source: 'payments' })])).rejects.toThrow(EventLogUnavailableError);
  expect(await log.append([delivery()])).toMatchObject([{ status: 'appended' }]);
});

test('a batch goes into the journal as a whole or not at all', async () => {
  const journaled = await open();
  const { log, store } = journaled;
  await log.append([delivery({ id: 'x' })]);
  expect(await log.appendAll([delivery(), delivery({ id: 'x' })])).toMatchObject([
    { status: 'withheld' },
    { status: 'conflict' },
  ]);
  const batch = deliveries(3);
  await log.appendAll(batch);
  await untilDrained(journaled);
  expect(idsOf(await readAll(store))).toEqual(['x', ...idsOf(batch)]);
});

test('a full journal refuses deliveries, and takes them again when it is drained', async () => {
  const journaled = await open({ charsMax: 10_000 });
  const { log, store } = journaled;
  await server().stop();
  const given = largeDeliveries(3, 3000);
  for (const one of given) await log.append([one]);
  await expect(log.append(largeDeliveries(1, 3000))).rejects.toThrow('The journal is full');
  await server().restart();
  await untilDrained(journaled);
  const [last] = largeDeliveries(1, 3000);
  await log.append(last === undefined ? [] : [last]);
  await untilDrained(journaled);
  expect(idsOf(await readAll(store))).toEqual(idsOf([...given, ...(last === undefined ? [] : [last])]));
});

test('what waited when it was closed is drained after the next start, though its source has no journal any more', async () => {
  const first = await open();
  await server().stop();
  const given = deliveries(150);
  await first.log.append(given);
  await first.log.close();
  const second = await open({ sources: new Set() });
  expect(second.log.waits()).toMatchObject({ events: 150 });
  await server().restart();
  await untilDrained(second);
  expect(idsOf(await readAll(second.store))).toEqual(idsOf(given));
  await second.log.close();
  const third = await open();
  expect(third.log.waits()).toMatchObject({ events: 0 });
});

test('close drains what can be drained', async () => {
  const { log } = await open();
  const { store } = await open({ sources: new Set(), path: `${folder()}/none.db` });
  const given = deliveries(1000);
  await log.append(given);
  await log.close();
  expect(idsOf(await readAll(store))).toEqual(idsOf(given));
});

test('two processes have a file each, and who starts later drains what another left behind', async () => {
  const [first, second] = [await open(), await open()];
  await server().stop();
  const [one, two] = [delivery(), delivery()];
  await first.log.append([one]);
  await second.log.append([two]);
  expect((await readdir(folder())).filter((name) => name.endsWith('.db'))).toEqual([
    'journal-2.db',
    'journal.db',
  ]);
  await first.log.close();
  await second.log.close();
  await server().restart();
  const third = await open();
  await untilDrained(third);
  expect(idsOf(await readAll(third.store)).toSorted()).toEqual(idsOf([one, two]).toSorted());
});
