import type { RecordPlace, RecordStore, StoredRecord } from '../../../events/record-store.ts';
import { range } from '../deliveries.ts';
import { at, keysOf, record, records as someRecords } from '../records.ts';
import type { Guarantee } from './guarantee.ts';

/** Reads a collection to its end. */
async function listPages(
  records: RecordStore,
  pageSize: number,
  betweenPages: (page: readonly StoredRecord[]) => Promise<unknown> = () => Promise.resolve(),
): Promise<StoredRecord[]> {
  const listed: StoredRecord[] = [];
  for (let after: RecordPlace | null = null; ; after = listed.at(-1) ?? null) {
    const page = await records.list('letters', after, pageSize);
    listed.push(...page);
    if (page.length < pageSize) return listed;
    await betweenPages(page);
  }
}

async function addAll(records: RecordStore, given: readonly StoredRecord[]): Promise<void> {
  await Promise.all(given.map((one) => records.add(one)));
}

export const listing: readonly Guarantee[] = [
  {
    id: 'list-order',
    sentence: 'records are listed by time, then by the UTF-8 bytes of their keys, however they came',
    run: async (store) => {
      const { records } = await store.open();
      const keys = ['', 'A', 'B', 'a', 'a\u0000', 'aa', 'ab', 'b', 'é', '\uffee', '🜁'];
      const given = [1, 2, 30].flatMap((ms) => keys.map((key) => record({ at: at(ms), key: `${ms}${key}` })));
      given.push(...keys.map((key) => record({ at: at(4000), key })));
      await addAll(records, given.toReversed());
      expect(await records.list('letters', null, 1000)).toEqual(given);
      expect(await listPages(records, 1)).toEqual(given);
    },
  },
  {
    id: 'list-own-collection',
    sentence: 'a collection lists its own records only',
    run: async (store) => {
      const { records } = await store.open();
      await addAll(
        records,
        ['letters', 'letter', 'letters2', 'Letters'].map((collection) => record({ collection })),
      );
      expect((await records.list('letters', null, 10)).map(({ collection }) => collection)).toEqual([
        'letters',
      ]);
      expect(await records.list('nothing', null, 10)).toEqual([]);
    },
  },
  {
    id: 'list-limit',
    sentence: 'a page has as many records as asked for, while there are so many above its place',
    run: async (store) => {
      const { records } = await store.open();
      const given = range(1, 10).map((ms) => record({ at: at(ms) }));
      await addAll(records, given);
      expect(await records.list('letters', null, 4)).toEqual(given.slice(0, 4));
      expect(await records.list('letters', given[3] ?? null, 4)).toEqual(given.slice(4, 8));
      expect(await records.list('letters', given[7] ?? null, 4)).toEqual(given.slice(8));
      expect(await records.list('letters', given[9] ?? null, 4)).toEqual([]);
    },
  },
  {
    id: 'list-impossible',
    sentence: 'a limit that is no whole number above 0, and a place that is none, are refused',
    run: async (store) => {
      const { records } = await store.open();
      for (const limit of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(records.list('letters', null, limit)).rejects.toThrow(RangeError);
      }
      for (const after of [
        { at: 'yesterday', key: '' },
        { at: at(0), key: '\ud800' },
      ]) {
        await expect(records.list('letters', after, 1)).rejects.toThrow(RangeError);
      }
    },
  },
  {
    id: 'list-after-nobody',
    sentence: 'listing goes on from a place where no record stands, or stands no longer',
    run: async (store) => {
      const { records } = await store.open();
      const given = range(1, 6).map((ms) => record({ at: at(ms) }));
      await addAll(records, given);
      await records.remove('letters', given[2]?.key ?? '');
      expect(await records.list('letters', given[2] ?? null, 10)).toEqual(given.slice(3));
      expect(await records.list('letters', { at: at(4), key: '' }, 10)).toEqual(given.slice(3));
      expect(await records.list('letters', { at: at(0), key: 'zzz' }, 10)).toEqual([
        ...given.slice(0, 2),
        ...given.slice(3),
      ]);
    },
  },
  {
    id: 'list-moved',
    sentence: 'a record whose time changed stands at its new place only',
    run: async (store) => {
      const { records } = await store.open();
      const given = range(1, 3).map((ms) => record({ at: at(ms) }));
      await addAll(records, given);
      const moved = { ...(given[0] as StoredRecord), at: at(9) };
      await records.replace(moved, moved.json);
      expect(await records.list('letters', null, 10)).toEqual([...given.slice(1), moved]);
      await records.remove('letters', moved.key);
      expect(await records.list('letters', null, 10)).toEqual(given.slice(1));
    },
  },
  {
    id: 'list-large',
    sentence: 'a page of large records is as long as asked for',
    run: async (store) => {
      const { records } = await store.open();
      const json = JSON.stringify('x'.repeat(600_000));
      const given = range(1, 7).map((ms) => record({ at: at(ms), json }));
      await addAll(records, given);
      expect(keysOf(await records.list('letters', null, 6))).toEqual(keysOf(given.slice(0, 6)));
      expect(keysOf(await records.list('letters', null, 100))).toEqual(keysOf(given));
    },
  },
  {
    id: 'list-many',
    sentence: 'a page of many records is as long as asked for',
    run: async (store) => {
      const { records } = await store.open();
      const given = range(1, 1024).map((ms) => record({ at: at(ms) }));
      await addAll(records, given);
      for (const limit of [256, 257, 512, 1000, 1024, 5000]) {
        expect(keysOf(await records.list('letters', null, limit))).toEqual(keysOf(given.slice(0, limit)));
      }
    },
  },
  {
    id: 'list-while-changed',
    sentence: 'read page by page while records come and go, those that stay are given once, in order',
    run: async (store) => {
      const { records } = await store.open();
      const staying = range(1, 200).map((ms) => record({ at: at(10 * ms), key: `stays${ms}` }));
      const leaving = range(1, 200).map((ms) => record({ at: at(10 * ms), key: `leaves${ms}` }));
      await addAll(records, [...staying, ...leaving]);
      let round = 0;
      const listed = await listPages(records, 7, (page) => {
        round += 1;
        const gone = [...page.filter(({ key }) => key.startsWith('leaves')), leaving[150 + round]];
        const come = someRecords(3, { at: at(25 * round) });
        return Promise.all([
          ...gone.map((one) => records.remove('letters', one?.key ?? '')),
          addAll(records, come),
        ]);
      });
      const stayed = keysOf(listed).filter((key) => key.startsWith('stays'));
      expect(stayed).toEqual(keysOf(staying));
      expect(new Set(keysOf(listed)).size).toBe(listed.length);
      expect(listed.map((one) => one.at)).toEqual(listed.map((one) => one.at).sort());
    },
  },
];
