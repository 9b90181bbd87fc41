import { EventLogUnavailableError } from '../../../events/event-log.ts';
import { delivery } from '../deliveries.ts';
import { at, keysOf, record, records as someRecords } from '../records.ts';
import { useRedis } from './fixture.ts';

const { server, admin, open } = useRedis();

const hash = 'sluice:{records:letters}:json';
const order = 'sluice:{records:letters}:order';

test('ids expire, and records do not', async () => {
  const log = await open({ idRetentionSeconds: 100 });
  const given = delivery();
  await log.append([given]);
  await log.appendAll([delivery({ id: 'batched' })]);
  const kept = record();
  await log.records.add(kept);
  await log.records.replace({ ...kept, json: '2' }, kept.json);
  for (const id of [given.id, 'batched']) {
    expect(await admin().ttl(`sluice:{orders}:id:${id}`)).toBeGreaterThan(0);
  }
  const forever = -1;
  expect([await admin().ttl(hash), await admin().ttl(order)]).toEqual([forever, forever]);
});

test('an id that has expired is not found, and its delivery is new', async () => {
  const log = await open();
  const given = delivery();
  await log.append([given]);
  await admin().pexpireat(`sluice:{orders}:id:${given.id}`, 1);
  expect(await log.find('orders', given.id)).toBeNull();
  expect(await log.appendAll([given])).toMatchObject([{ status: 'appended', position: { offset: 2 } }]);
});

test('an id known from a lost history is not found, before the new one begins and after', async () => {
  const log = await open();
  const given = delivery();
  await log.append([given]);
  await admin().del('sluice:{orders}:head');
  expect(await log.find('orders', given.id)).toBeNull();
  await log.append([delivery()]);
  expect(await log.find('orders', given.id)).toBeNull();
});

test('records outlive kill -9 and restart of Redis', async () => {
  const before = await open();
  const given = someRecords(20);
  for (const one of given) await before.records.add(one);
  await server().kill();
  await server().restart();
  const { records } = await open();
  expect(keysOf(await records.list('letters', null, 100))).toEqual(keysOf(given).sort());
});

test('a Redis that is full takes no record and leaves none half done, but lets go of them', async () => {
  const { records } = await open();
  const [kept, removed] = [record({ at: at(1) }), record({ at: at(2) })];
  await records.add(kept);
  await records.add(removed);
  await admin().config('SET', 'maxmemory', '1');
  for (const write of [
    () => records.add(record()),
    () => records.replace({ ...kept, at: at(9) }, kept.json),
  ]) {
    await expect(write()).rejects.toThrow(EventLogUnavailableError);
  }
  expect(await records.remove('letters', removed.key)).toBe(true);
  expect(await records.list('letters', null, 10)).toEqual([kept]);
  expect(await admin().zcard(order)).toBe(1);
  await admin().config('SET', 'maxmemory', '0');
  expect(await records.replace({ ...kept, at: at(9) }, kept.json)).toBe(true);
  expect(await admin().zrangebylex(order, '-', '+')).toEqual([`${at(9)}${kept.key}`]);
});

test('what an eviction left of a collection is not listed', async () => {
  const { records } = await open();
  const given = someRecords(3, { at: at(1) });
  for (const one of given) await records.add(one);
  await admin().del(hash);
  expect(await records.list('letters', null, 10)).toEqual([]);
  const again = { ...(given[1] ?? record()), at: at(2) };
  await records.add(again);
  expect(await records.list('letters', null, 10)).toEqual([again]);
});

test('collections are kept apart from sources of their name', async () => {
  const log = await open();
  const source = 'records:letters';
  await log.append([delivery({ source })]);
  const kept = record();
  await log.records.add(kept);
  expect(await log.head(source)).toMatchObject({ offset: 1 });
  expect(await log.records.list('letters', null, 10)).toEqual([kept]);
});
