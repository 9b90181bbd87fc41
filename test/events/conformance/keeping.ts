import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { EventLogUnavailableError } from '../../../events/event-log.ts';
import type { RecordStore, StoredRecord } from '../../../events/record-store.ts';
import { deliveries, range, readAll } from '../deliveries.ts';
import { at, keysOf, record, records as someRecords } from '../records.ts';
import { startChild } from './child.ts';
import type { Guarantee } from './guarantee.ts';
import { nodeOf } from './sibling.ts';

/** Adds one to a number that many count up at once, by reading it and replacing what was read. */
async function countUp(records: RecordStore, counter: StoredRecord): Promise<void> {
  for (;;) {
    const found = await records.get(counter.collection, counter.key);
    const json = String(Number(found?.json ?? '0') + 1);
    if (await records.replace({ ...counter, json }, found?.json ?? null)) return;
  }
}

const oddTexts = [
  `it's "quoted" \`thrice\` \\ '); DROP TABLE records; --`,
  'Zoë 🜁 \u0000 \u2028 \uffff </script>',
  ' a\r\n\tb ',
  '%s {a}:b}* [x]? $1 -inf +',
  '__proto__',
  '',
];

export const keeping: readonly Guarantee[] = [
  {
    id: 'record-readable',
    sentence: 'a record that was added is found as it was given, and one that was not is null',
    run: async (store) => {
      const { records } = await store.open();
      const given = record();
      expect(await records.add(given)).toBe(true);
      expect(await records.get(given.collection, given.key)).toEqual(given);
      expect(await records.get(given.collection, 'another')).toBeNull();
      expect(await records.get('drafts', given.key)).toBeNull();
    },
  },
  {
    id: 'record-added-once',
    sentence: 'a second record of the same key is refused, and the first stays',
    run: async (store) => {
      const { records } = await store.open();
      const given = record();
      await records.add(given);
      expect(await records.add({ ...given, json: '"second"', at: at(9) })).toBe(false);
      expect(await records.get(given.collection, given.key)).toEqual(given);
      expect(await records.list(given.collection, null, 10)).toEqual([given]);
    },
  },
  {
    id: 'record-replaced',
    sentence: 'a record is replaced, its time too, where its json is the one expected',
    run: async (store) => {
      const { records } = await store.open();
      const given = record();
      const next = { ...given, json: '[]', at: at(1) };
      await records.add(given);
      expect(await records.replace(next, given.json)).toBe(true);
      expect(await records.get(given.collection, given.key)).toEqual(next);
      expect(await records.count(given.collection)).toBe(1);
    },
  },
  {
    id: 'record-not-expected',
    sentence: 'a record is left alone where its json differs from the one expected, be it by a space',
    run: async (store) => {
      const { records } = await store.open();
      const given = record({ json: '{"a":1}' });
      await records.add(given);
      for (const expected of ['{"a": 1}', '', '{"a":1} ', 'null', '{"A":1}', null]) {
        expect(await records.replace({ ...given, json: '2' }, expected)).toBe(false);
      }
      expect(await records.get(given.collection, given.key)).toEqual(given);
    },
  },
  {
    id: 'record-replace-absent',
    sentence: 'where there is none, null is what is expected, and nothing else',
    run: async (store) => {
      const { records } = await store.open();
      const given = record();
      expect(await records.replace(given, given.json)).toBe(false);
      expect(await records.replace(given, '')).toBe(false);
      expect(await records.get(given.collection, given.key)).toBeNull();
      expect(await records.replace(given, null)).toBe(true);
      expect(await records.get(given.collection, given.key)).toEqual(given);
    },
  },
  {
    id: 'record-removed',
    sentence:
      'a record is removed once, from the order too, only as it is expected, and its key is free again',
    run: async (store) => {
      const { records } = await store.open();
      const given = record();
      await records.add(given);
      expect(await records.remove(given.collection, given.key)).toBe(true);
      expect(await records.remove(given.collection, given.key)).toBe(false);
      expect(await records.get(given.collection, given.key)).toBeNull();
      expect(await records.list(given.collection, null, 10)).toEqual([]);
      expect(await records.replace(given, given.json)).toBe(false);
      expect(await records.add(given)).toBe(true);
      const removed = ['', `${given.json} `, given.json, given.json].map((expected) =>
        records.remove(given.collection, given.key, expected),
      );
      expect(await Promise.all(removed)).toEqual([false, false, true, false]);
    },
  },
  {
    id: 'record-count',
    sentence: 'records are counted by collection, replaced ones once',
    run: async (store) => {
      const { records } = await store.open();
      const given = someRecords(5);
      for (const one of given) await records.add(one);
      await records.add(record({ collection: 'drafts' }));
      await records.replace({ ...(given[0] as StoredRecord), at: at(7) }, given[0]?.json ?? '');
      await records.remove('letters', given[1]?.key ?? '');
      const counted = ['letters', 'drafts', 'nothing'].map((collection) => records.count(collection));
      expect(await Promise.all(counted)).toEqual([4, 1, 0]);
    },
  },
  {
    id: 'record-text-as-it-was',
    sentence:
      'collection, key and json come back character for character, and odd ones are kept apart: quotes, every plane',
    run: async (store) => {
      const { records } = await store.open();
      const given = oddTexts.flatMap((collection) =>
        oddTexts.map((key) => record({ collection, key, json: JSON.stringify(collection + key) + key })),
      );
      for (const one of given) expect(await records.add(one)).toBe(true);
      for (const one of given) expect(await records.get(one.collection, one.key)).toEqual(one);
      for (const one of given) {
        expect(await records.replace({ ...one, json: `[${one.json}]` }, one.json)).toBe(true);
        expect(await records.remove(one.collection, one.key)).toBe(true);
      }
    },
  },
  {
    id: 'record-large',
    sentence: 'a record of a million characters is kept, replaced and compared whole',
    run: async (store) => {
      const { records } = await store.open();
      const given = record({ json: JSON.stringify('é'.repeat(1_000_000)) });
      const changed = given.json.replace(/é"$/, 'è"');
      await records.add(given);
      expect(await records.replace(given, changed)).toBe(false);
      expect(await records.replace({ ...given, json: changed }, given.json)).toBe(true);
      const kept = await records.get(given.collection, given.key);
      expect(kept?.json === changed).toBe(true);
    },
  },
  {
    id: 'record-impossible',
    sentence: 'a record that can not be kept apart, or in order, is refused as a mistake of the caller',
    run: async (store) => {
      const { records } = await store.open();
      const impossible: Partial<StoredRecord>[] = [
        { at: '2026-11-22T10:00:00Z' },
        { at: '2026-11-22T10:00:00.000+01:00' },
        { at: '2026-11-22 10:00:00.000' },
        { at: '' },
        { key: 'half \ud83d' },
        { json: '"\udc00"' },
      ];
      for (const given of impossible) {
        await expect(records.add(record(given))).rejects.toThrow(RangeError);
        await expect(records.replace(record(given), 'x')).rejects.toThrow(RangeError);
        await expect(records.replace(record(given), null)).rejects.toThrow(RangeError);
      }
      await expect(records.get('letters', '\ud83d')).rejects.toThrow(RangeError);
      await expect(records.remove('letters', '\ud83d')).rejects.toThrow(RangeError);
      expect(await records.count('letters')).toBe(0);
    },
  },
  {
    id: 'record-other-node',
    sentence: 'what one node has kept, another finds at once',
    run: async (store) => {
      const [one, another] = await store.nodes();
      for (const given of someRecords(50)) {
        await one.records.add(given);
        expect(await another.records.get(given.collection, given.key)).toEqual(given);
        await another.records.remove(given.collection, given.key);
        expect(await one.records.get(given.collection, given.key)).toBeNull();
      }
    },
  },
  {
    id: 'record-add-race',
    sentence: 'of many who add a key at once, on two nodes, one succeeds, and it is what was kept',
    run: async (store) => {
      const nodes = await store.nodes();
      for (const { key } of someRecords(20)) {
        const attempts = range(1, 10).map((number) => record({ key, json: String(number) }));
        const added = await Promise.all(attempts.map((one, index) => nodeOf(nodes, index).records.add(one)));
        expect(added.filter(Boolean)).toHaveLength(1);
        expect(await nodes[0].records.get('letters', key)).toEqual(attempts[added.indexOf(true)]);
      }
    },
  },
  {
    id: 'record-claim-race',
    sentence: 'of many who replace what they read at once, on two nodes, one succeeds',
    run: async (store) => {
      const nodes = await store.nodes();
      for (const given of someRecords(20)) {
        await nodes[0].records.add(given);
        const claims = range(1, 10).map((number) => ({
          ...given,
          json: `"claimed by ${number}"`,
          at: at(number),
        }));
        const claimed = await Promise.all(
          claims.map((one, index) => nodeOf(nodes, index).records.replace(one, given.json)),
        );
        expect(claimed.filter(Boolean)).toHaveLength(1);
        const winner = claims[claimed.indexOf(true)];
        expect(await nodes[1].records.get(given.collection, given.key)).toEqual(winner);
      }
      expect(await nodes[0].records.list('letters', null, 100)).toHaveLength(20);
    },
  },
  {
    id: 'record-count-up',
    sentence: 'a number that two nodes count up by comparing and replacing loses no step',
    run: async (store) => {
      const nodes = await store.nodes();
      const counter = record();
      const counting = nodes.flatMap(({ records }) =>
        range(1, 4).map(async () => {
          for (const _ of range(1, 25)) await countUp(records, counter);
        }),
      );
      await Promise.all(counting);
      expect((await nodes[0].records.get(counter.collection, counter.key))?.json).toBe('200');
    },
  },
  {
    id: 'record-beside-events',
    sentence: 'records and events of one name, written at once, do not touch each other',
    run: async (store) => {
      const log = await store.open();
      const given = someRecords(50, { collection: 'orders' });
      const adding = given.map((one) => log.records.add(one));
      const appending = deliveries(50).map((one) => log.append([one]));
      await Promise.all([...adding, ...appending]);
      expect(await log.records.count('orders')).toBe(50);
      expect(await readAll(log)).toHaveLength(50);
      const again = await store.trimmed(log, 'orders', 50);
      expect(keysOf(await again.records.list('orders', null, 100))).toEqual(keysOf(given).sort());
    },
  },
  {
    id: 'record-reopen',
    sentence: 'a store that is opened again has its records, in their order',
    run: async (store) => {
      const first = await store.open();
      const given = range(1, 5).map((ms) => record({ at: at(ms) }));
      for (const one of given) await first.records.add(one);
      await first.records.remove('letters', given[4]?.key ?? '');
      await first.close();
      const { records } = await store.open();
      expect(await records.list('letters', null, 10)).toEqual(given.slice(0, 4));
      expect(await records.add(given[0] as StoredRecord)).toBe(false);
    },
  },
  {
    id: 'record-kill-9',
    sentence: 'a process killed in the middle of keeping records loses none that it acknowledged',
    run: async (store) => {
      const child = startChild('keep-until-killed', store.childArgs);
      const ended = once(child, 'exit');
      const acknowledged: string[] = [];
      for await (const line of createInterface(child.stdout)) {
        acknowledged.push(line);
        if (acknowledged.length === 100) child.kill('SIGKILL');
      }
      await ended;
      const { records } = await store.open();
      const kept = await records.list('letters', null, 10_000);
      const replaced = new Set(keysOf(kept.filter(({ json }) => json === '"replaced"')));
      expect(acknowledged.length).toBeGreaterThanOrEqual(100);
      expect(acknowledged.filter((key) => !replaced.has(key))).toEqual([]);
      expect(await records.count('letters')).toBe(kept.length);
    },
  },
  {
    id: 'record-close-settles',
    sentence: 'close waits for records under way: each is durable or refused',
    run: async (store) => {
      const first = await store.open();
      const given = someRecords(100);
      const adding = Promise.allSettled(given.map((one) => first.records.add(one)));
      await first.close();
      expect((await adding).map(({ status }) => status)).toEqual(given.map(() => 'fulfilled'));
      expect(await (await store.open()).records.count('letters')).toBe(100);
    },
  },
  {
    id: 'record-after-close',
    sentence: 'after close all of it is refused as unavailable',
    run: async (store) => {
      const log = await store.open();
      await log.close();
      const given = record();
      const attempts = [
        log.records.add(given),
        log.records.replace(given, '1'),
        log.records.get('letters', 'k'),
        log.records.list('letters', null, 1),
        log.records.remove('letters', 'k'),
        log.records.count('letters'),
        log.find('orders', 'd'),
        log.appendAll(deliveries(1)),
      ];
      for (const { status, ...outcome } of await Promise.allSettled(attempts)) {
        expect(status).toBe('rejected');
        expect(outcome).toEqual({ reason: expect.any(EventLogUnavailableError) });
      }
    },
  },
];
