/** `Query.events` and `Query.event` on a log: paging both ways, filters, bounds, refusals. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CursorExpiredError,
  EventLogUnavailableError,
  type EventLog,
  type StoredEvent,
} from '../../../events/event-log.ts';
import { createSqliteEventLog } from '../../../events/sqlite/sqlite-event-log.ts';
import { createEventHistory, type HistoryOptions } from '../../../gateway/history/history.ts';
import type { EventConnection, EventsArguments } from '../../../mesh/federation/event-history.ts';
import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { delivery, range } from '../../events/deliveries.ts';

const field = (name: string, source: string, pointer = '') => ({ name, source, type: name, pointer });
const fields = [
  field('orderCreated', 'orders'),
  field('orderPaid', 'orders'),
  field('stockLow', 'stock', '/item'),
  field('quiet', 'quiet'),
];

let log: EventLog;

/** Twelve of orders, six of stock whose clock went back in between; together in the order of `merged`. */
beforeAll(async () => {
  log = await createSqliteEventLog({ path: ':memory:' });
  const at = (second: number) => `2026-11-23T10:00:${String(second).padStart(2, '0')}.000Z`;
  await log.append(
    range(1, 12).map((number) =>
      delivery({
        id: `o${number}`,
        type: number % 3 === 0 ? 'orderPaid' : 'orderCreated',
        subject: number % 2 === 0 ? 'even' : 'odd',
        time: at(2 * number),
        dataJson: `{"number":${number},"large":12345678901234567890}`,
      }),
    ),
  );
  const clock = [3, 9, 5, 4, 11, 30];
  await log.append(
    clock.map((second, at_) =>
      delivery({
        id: `s${at_ + 1}`,
        source: 'stock',
        type: at_ === 5 ? 'formerly' : 'stockLow',
        time: at(second),
        dataJson: `{"item":{"sku":"${at_ + 1}"}}`,
      }),
    ),
  );
});

afterAll(() => log.close());

const context = createSubgraphContext({});
const history = (options: Partial<HistoryOptions> = {}) => createEventHistory({ log, fields, ...options });
const read = (args: EventsArguments, options?: Partial<HistoryOptions>) =>
  history(options).events(args, context);
const ids = ({ edges }: EventConnection) => edges.map(({ node }) => node.id);

async function forward(args: EventsArguments, options?: Partial<HistoryOptions>): Promise<EventConnection[]> {
  const pages: EventConnection[] = [];
  for (let after: string | null = null; ;) {
    const page: EventConnection = await read({ ...args, after }, options);
    pages.push(page);
    if (!page.pageInfo.hasNextPage) return pages;
    after = page.pageInfo.endCursor;
  }
}

async function backward(
  args: EventsArguments,
  options?: Partial<HistoryOptions>,
): Promise<EventConnection[]> {
  const pages: EventConnection[] = [];
  for (let before: string | null = null; ;) {
    const page: EventConnection = await read({ ...args, before }, options);
    pages.unshift(page);
    if (!page.pageInfo.hasPreviousPage) return pages;
    before = page.pageInfo.startCursor;
  }
}

const orders = range(1, 12).map((number) => `o${number}`);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (error: { extensions?: { code?: string } }) => error.extensions?.code ?? String(error),
  );

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
    const sorted = (connection: EventConnection) => ids(connection).sort();
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

describe('an event', () => {
  test('has what was received, and its payload under the name of its field', async () => {
    const [{ node }] = (await read({ source: 'stock', first: 1 })).edges as never as [{ node: object }];
    expect(node).toEqual({
      id: 's1',
      type: 'stockLow',
      source: 'stock',
      subject: null,
      time: '2026-11-23T10:00:03.000Z',
      cursor: expect.any(String),
      data: { stockLow: { sku: '1' } },
    });
  });

  test('without a field has no data', async () => {
    const { edges } = await read({ source: 'stock', last: 1 });
    expect(edges).toMatchObject([{ node: { id: 's6', type: 'formerly', data: null } }]);
  });

  test('is found by its id, in its source or in all', async () => {
    expect(await history().event({ id: 'o7' }, context)).toMatchObject({ id: 'o7', source: 'orders' });
    expect(await history().event({ id: 's2', source: 'stock' }, context)).toMatchObject({ id: 's2' });
    expect(await history().event({ id: 's2', source: 'orders' }, context)).toBeNull();
    expect(await history().event({ id: 'nobody' }, context)).toBeNull();
  });

  test('of an id that two sources have is asked for with its source', async () => {
    const both = await createSqliteEventLog({ path: ':memory:' });
    await both.append([delivery({ id: 'one' }), delivery({ id: 'one', source: 'stock' })]);
    const { event } = history({ log: both });
    expect(await codeOf(event({ id: 'one' }, context))).toBe('BAD_USER_INPUT');
    expect(await event({ id: 'one', source: 'stock' }, context)).toMatchObject({ source: 'stock' });
    await both.close();
  });
});

describe('what one request may cost', () => {
  test('a page ends with the event that brings it to the bound of data', async () => {
    const pages = await forward({ source: 'orders', first: 100 }, { limits: { dataCharsMax: 100 } });
    expect(pages.map(({ edges }) => edges.length)).toEqual([3, 3, 3, 3, 0]);
  });

  test('a log that is slow is not read on', async () => {
    let nowMs = 0;
    const limits = { readingMsMax: 100, now: () => (nowMs += 40) };
    const { edges, pageInfo } = await read({ source: 'orders', first: 100 }, { limits });
    expect(edges.length).toBeLessThan(5);
    expect(pageInfo.hasNextPage).toBe(true);
  });

  test('nobody waits for it any more: it is not read on', async () => {
    const signal = AbortSignal.abort();
    const reading = history().events({ first: 1 }, createSubgraphContext({ signal }));
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('the log refuses', () => {
  const fails = (error: Error) => ({
    find: () => Promise.reject(error),
    read: (): Promise<StoredEvent[]> => Promise.reject(error),
    readBefore: (): Promise<StoredEvent[]> => Promise.reject(error),
  });

  test('it does not answer: EVENT_LOG_UNAVAILABLE', async () => {
    const { events, event } = history({ log: fails(new EventLogUnavailableError('Redis is away')) });
    expect(await codeOf(events({}, context))).toBe('EVENT_LOG_UNAVAILABLE');
    expect(await codeOf(events({ last: 1 }, context))).toBe('EVENT_LOG_UNAVAILABLE');
    expect(await codeOf(event({ id: 'o1' }, context))).toBe('EVENT_LOG_UNAVAILABLE');
  });

  test('it does not keep what is asked for: CURSOR_EXPIRED, with the earliest cursor', async () => {
    const [edge] = (await read({ source: 'orders', first: 1 })).edges;
    const expired = new CursorExpiredError('orders', { epoch: 'e', offset: 7 });
    const reading = history({ log: fails(expired) }).events(
      { source: 'orders', after: edge?.cursor },
      context,
    );
    await expect(reading).rejects.toMatchObject({
      extensions: { code: 'CURSOR_EXPIRED', earliest: expect.any(String) },
    });
  });

  test('an event whose id is known and which is no longer kept is none', async () => {
    const trimmed = {
      ...log,
      read: (): Promise<StoredEvent[]> =>
        Promise.reject(new CursorExpiredError('orders', { epoch: 'e', offset: 7 })),
    };
    expect(await history({ log: trimmed }).event({ id: 'o1' }, context)).toBeNull();
  });
});
