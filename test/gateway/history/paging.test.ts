/** `Query.events` as a connection: paging both ways, filters, arguments. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EventLog } from '../../../events/event-log.ts';
import type { EventConnection, EventsArguments } from '../../../mesh/federation/event-history.ts';
import { range } from '../../events/deliveries.ts';
import { codeOf, historyOf, ids, openKeptEvents } from './kept-events.ts';

let log: EventLog;
beforeAll(async () => {
  log = await openKeptEvents();
});
afterAll(() => log.close());

const { read, forward, backward } = historyOf(() => log);

const orders = range(1, 12).map((number) => `o${number}`);
const sorted = (connection: EventConnection) => ids(connection).sort();

describe('paging', () => {
  const filters: readonly { title: string; args: EventsArguments; expected: readonly string[] }[] = [
    { title: 'a source', args: { source: 'orders' }, expected: orders },
    {
      title: 'a source by type',
      args: { source: 'orders', types: ['orderPaid'] },
      expected: ['o3', 'o6', 'o9', 'o12'],
    },
    {
      title: 'a source by subject',
      args: { source: 'orders', subject: 'odd' },
      expected: ['o1', 'o3', 'o5', 'o7', 'o9', 'o11'],
    },
    {
      title: 'all sources by type and subject',
      args: { types: ['orderPaid', 'stockLow'], subject: 'even' },
      expected: ['o6', 'o12'],
    },
    { title: 'a source without events', args: { source: 'quiet' }, expected: [] },
    { title: 'what nothing fits', args: { source: 'orders', subject: 'nobody' }, expected: [] },
  ];

  describe.each(filters)('of $title', ({ args, expected }) => {
    test.each([1, 2, 3, 5, 12, 100])('%i at a time, both ways, gives each once, in order', async (size) => {
      const onward = await forward({ ...args, first: size });
      expect(onward.flatMap(ids)).toEqual(expected);
      const back = await backward({ ...args, last: size });
      expect(back.flatMap(ids)).toEqual(expected);
      for (const page of [...onward.slice(0, -1), ...back.slice(1)]) expect(page.edges).toHaveLength(size);
    });

    test('goes on where the bound on what is looked at stopped it', async () => {
      const options = { limits: { lookedAtMax: 2 } };
      const onward = await forward({ ...args, first: 5 }, options);
      expect(onward.flatMap(ids)).toEqual(expected);
      expect((await backward({ ...args, last: 5 }, options)).flatMap(ids)).toEqual(expected);
      for (const page of onward.slice(0, -1)) expect(page.pageInfo.endCursor).not.toBeNull();
    });
  });

  test('of all sources goes by time, and by the log within a source whose clock went back', async () => {
    const all = ids(await read({ first: 100 }));
    expect(all.filter((id) => id.startsWith('o'))).toEqual(orders);
    expect(all.filter((id) => id.startsWith('s'))).toEqual(['s1', 's2', 's3', 's4', 's5', 's6']);
    expect(all.slice(0, 3)).toEqual(['o1', 's1', 'o2']);
    expect(all.at(-1)).toBe('s6');
  });

  test('every cursor of all sources parts the events: those up to it and those behind it, whoever gave it', async () => {
    const everything = sorted(await read({ first: 100 }));
    const given = [...(await read({ first: 100 })).edges, ...(await read({ last: 100 })).edges];
    expect(given).toHaveLength(36);
    for (const { cursor, node } of given) {
      const behind = await read({ after: cursor, first: 100 });
      expect(ids(behind)).not.toContain(node.id);
      for (const reading of [{ last: 100 }, { first: 100 }]) {
        const inFront = await read({ before: cursor, ...reading });
        expect([...ids(inFront), node.id, ...ids(behind)].sort()).toEqual(everything);
      }
      expect(sorted(await read({ after: cursor, last: 100 }))).toEqual(sorted(behind));
    }
  });

  test.each([1, 2, 5, 7])('of all sources, %i at a time, gives each once both ways', async (size) => {
    const everything = ids(await read({ first: 100 })).sort();
    expect((await forward({ first: size })).flatMap(ids).sort()).toEqual(everything);
    expect((await backward({ last: size })).flatMap(ids).sort()).toEqual(everything);
  });
});

/** What is asked of the twelve events of one source, and the numbers of those that are answered. */
const arguments_: readonly {
  title: string;
  args: (cursor: (number: number) => string) => EventsArguments;
  expected: readonly number[];
  more: readonly [previous: boolean, next: boolean];
}[] = [
  { title: 'nothing', args: () => ({}), expected: range(1, 12), more: [false, false] },
  {
    title: 'null',
    args: () => ({ first: null, last: null, after: null }),
    expected: range(1, 12),
    more: [false, false],
  },
  { title: 'first', args: () => ({ first: 3 }), expected: [1, 2, 3], more: [false, true] },
  { title: 'last', args: () => ({ last: 3 }), expected: [10, 11, 12], more: [true, false] },
  { title: 'first 0', args: () => ({ first: 0 }), expected: [], more: [false, true] },
  { title: 'last 0', args: () => ({ last: 0 }), expected: [], more: [true, false] },
  {
    title: 'first of more than there are',
    args: () => ({ first: 100 }),
    expected: range(1, 12),
    more: [false, false],
  },
  { title: 'after', args: (at) => ({ after: at(9) }), expected: [10, 11, 12], more: [true, false] },
  {
    title: 'after the newest',
    args: (at) => ({ after: at(12), first: 5 }),
    expected: [],
    more: [true, false],
  },
  { title: 'before', args: (at) => ({ before: at(4) }), expected: [1, 2, 3], more: [false, true] },
  {
    title: 'before the oldest',
    args: (at) => ({ before: at(1), last: 5 }),
    expected: [],
    more: [false, true],
  },
  { title: 'last before', args: (at) => ({ before: at(6), last: 2 }), expected: [4, 5], more: [true, true] },
  {
    title: 'first before',
    args: (at) => ({ before: at(6), first: 2 }),
    expected: [1, 2],
    more: [false, true],
  },
  {
    title: 'first between',
    args: (at) => ({ after: at(3), before: at(8), first: 2 }),
    expected: [4, 5],
    more: [true, true],
  },
  {
    title: 'last between',
    args: (at) => ({ after: at(3), before: at(8), last: 2 }),
    expected: [6, 7],
    more: [true, true],
  },
  {
    title: 'all between',
    args: (at) => ({ after: at(3), before: at(8) }),
    expected: [4, 5, 6, 7],
    more: [true, false],
  },
  {
    title: 'last after',
    args: (at) => ({ after: at(3), last: 100 }),
    expected: range(4, 12),
    more: [false, false],
  },
  { title: 'first and last', args: () => ({ first: 5, last: 2 }), expected: [4, 5], more: [true, true] },
  {
    title: 'between places that are the wrong way round',
    args: (at) => ({ after: at(8), before: at(3), first: 5 }),
    expected: [],
    more: [true, false],
  },
];

describe('arguments', () => {
  test.each(arguments_)('$title', async ({ args, expected, more }) => {
    const all = await read({ source: 'orders', first: 12 });
    const cursor = (number: number) => all.edges[number - 1]?.cursor ?? '';
    const { edges, pageInfo } = await read({ source: 'orders', ...args(cursor) });
    expect(edges.map(({ node }) => node.id)).toEqual(expected.map((number) => `o${number}`));
    expect([pageInfo.hasPreviousPage, pageInfo.hasNextPage]).toEqual(more);
    expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual(
      edges.length === 0 ? [null, null] : [edges[0]?.cursor, edges.at(-1)?.cursor],
    );
  });

  const refused: readonly { title: string; args: EventsArguments; code: string }[] = [
    { title: 'first below 0', args: { first: -1 }, code: 'BAD_USER_INPUT' },
    { title: 'last below 0', args: { last: -1 }, code: 'BAD_USER_INPUT' },
    { title: 'first above the bound', args: { first: 101 }, code: 'BAD_USER_INPUT' },
    { title: 'last above the bound', args: { first: 1, last: 101 }, code: 'BAD_USER_INPUT' },
    { title: 'a source that there is not', args: { source: 'nobody' }, code: 'BAD_USER_INPUT' },
    { title: 'a type that there is not', args: { types: ['nothing'] }, code: 'BAD_USER_INPUT' },
    { title: 'no cursor', args: { after: 'yesterday' }, code: 'CURSOR_INVALID' },
    { title: 'an empty cursor', args: { before: '' }, code: 'CURSOR_INVALID' },
    { title: 'a cursor that is no text', args: { before: 7 }, code: 'CURSOR_INVALID' },
  ];
  test.each(refused)('$title is refused', async ({ args, code }) => {
    expect(await codeOf(read(args))).toBe(code);
  });

  test('a cursor of another source is refused', async () => {
    const [edge] = (await read({ source: 'stock', first: 1 })).edges;
    expect(await codeOf(read({ source: 'orders', after: edge?.cursor }))).toBe('CURSOR_INVALID');
  });
});
