/** What happened, asked for by a query: the same events as subscriptions got, joined with the services of now. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runningPrograms } from '../../utils/child-process.ts';
import { eventLogs } from '../../utils/event-log-urls.ts';
import { startPlatform, type Platform } from '../../utils/platform.ts';
import { startRedisServer } from '../../utils/redis-server.ts';
import { connectWebSocket } from '../../utils/ws-client.ts';

interface Page {
  events: {
    edges: { cursor: string; node: { id: string; cursor: string; data: unknown } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

const orderCreated = '{ id status total customer { name } }';

const pages = `query ($source: String, $types: [String!], $subject: String, $after: EventCursor, $before: EventCursor,
    $first: Int, $last: Int) {
  events(source: $source, types: $types, subject: $subject, after: $after, before: $before, first: $first, last: $last) {
    edges { cursor node { id type source subject time cursor data { orderCreated ${orderCreated} } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

const stockDeducted = (id: string) => ({
  id: `deducted_${id}`,
  data: {
    stockDeducted: { unitsLeft: 38, item: { inStock: expect.any(Boolean) }, order: { id } },
    paymentConfirmed: null,
  },
});

describe.each(eventLogs)('with events in $kind', ({ open }) => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await startPlatform({ openLog: open });
    for (const id of ['ord_1', 'ord_2', 'ord_3']) {
      await platform.deliver('orderCreated', id, { id: `created_${id}` });
      await platform.deliver('orderStatusChanged', id, { id: `changed_${id}` });
      await platform.deliver('stockDeducted', id, { id: `deducted_${id}` });
      await platform.deliver('paymentConfirmed', id, { id: `paid_${id}` });
    }
  });

  afterAll(async () => {
    await platform.close();
    expect(runningPrograms()).toEqual([]);
  });

  const ask = async (variables: Readonly<Record<string, unknown>>) => {
    const { data, errors } = await platform.gateway.query<Page>(pages, variables);
    expect(errors).toBeUndefined();
    return (data as Page).events;
  };

  test('an event of history answers what its subscription answered', async () => {
    const client = await connectWebSocket(platform.gateway.url);
    const live = client.subscribe(`subscription { orderCreated ${orderCreated} }`);
    await platform.live('orderCreated', [live]);
    await platform.deliver('orderCreated', 'ord_live', { id: 'created_live' });
    const { data, extensions } = await live.next();
    await client.close();
    const found = await ask({ source: 'orders', subject: 'ord_live', types: ['orderCreated'] });
    const { id, source, type, time, cursor } = extensions?.event ?? {};
    expect(found.edges).toEqual([
      { cursor, node: { id, source, type, time, cursor, subject: 'ord_live', data } },
    ]);
    expect(data).toEqual({
      orderCreated: { id: 'ord_live', status: 'PENDING', total: 179.8, customer: { name: 'Miriam Okafor' } },
    });
  });

  test('events of several services are joined with others, beside other fields of one query', async () => {
    const { data, errors } = await platform.gateway.query(`{
      events(subject: "KEYB-01", first: 2) { edges { node { id data {
        stockDeducted { unitsLeft item { inStock } order { id } }
        paymentConfirmed { id }
      } } } }
      paid: events(source: "payments", types: ["paymentConfirmed"], last: 1) {
        edges { node { data { paymentConfirmed { amount order { id } } } } }
      }
      event(id: "created_ord_2") { subject data { orderCreated { lines { sku quantity item { inStock } } } } }
      nothing: event(id: "nothing") { id }
      order(orderId: "ord_1001") { id customer { name } }
    }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      events: { edges: [{ node: stockDeducted('ord_1') }, { node: stockDeducted('ord_2') }] },
      paid: { edges: [{ node: { data: { paymentConfirmed: { amount: 179.8, order: { id: 'ord_3' } } } } }] },
      event: {
        subject: 'ord_2',
        data: {
          orderCreated: { lines: [{ sku: 'KEYB-01', quantity: 2, item: { inStock: expect.any(Boolean) } }] },
        },
      },
      nothing: null,
      order: { id: 'ord_1001', customer: { name: expect.any(String) } },
    });
  });

  test('a page costs each other service one call, however many events it has, and its own none', async () => {
    const before = [await callsOf('customers'), await callsOf('orders')];
    await ask({ source: 'orders', types: ['orderCreated'], first: 100 });
    const after = [await callsOf('customers'), await callsOf('orders')];
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 0]);
  });

  async function callsOf(subgraph: string): Promise<number> {
    const text = await (await fetch(`${platform.gateway.url}/metrics`)).text();
    const counts = text.matchAll(
      new RegExp(`^sluice_rest_calls_total\\{subgraph="${subgraph}".*\\} (\\d+)$`, 'gm'),
    );
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  test.each([1, 3, 100])('%i at a time, both ways, gives all of all services once', async (size) => {
    const everything = new Set((await ask({ first: 100 })).edges.map(({ node }) => node.id));
    expect(everything.size).toBeGreaterThanOrEqual(12);
    for (const [count, place, end] of [
      ['first', 'after', 'endCursor'],
      ['last', 'before', 'startCursor'],
    ] as const) {
      const ids: string[] = [];
      for (let cursor: unknown = null, isMore = true; isMore;) {
        const page = await ask({ [count]: size, [place]: cursor });
        const pageInfo: Readonly<Record<string, unknown>> = page.pageInfo;
        ids.push(...page.edges.map(({ node }) => node.id));
        [cursor, isMore] = [
          pageInfo[end],
          pageInfo[count === 'first' ? 'hasNextPage' : 'hasPreviousPage'] === true,
        ];
      }
      expect(ids).toHaveLength(everything.size);
      expect(new Set(ids)).toEqual(everything);
    }
  });

  test('a subscription goes on where a page of history ended', async () => {
    const { pageInfo } = await ask({ first: 100 });
    const client = await connectWebSocket(platform.gateway.url);
    const live = client.subscribe(
      'subscription ($after: EventCursor) { orderCreated(after: $after) { id } }',
      { after: pageInfo.endCursor },
    );
    await platform.deliver('orderCreated', 'ord_next', { id: 'created_next' });
    expect(await live.next()).toMatchObject({ data: { orderCreated: { id: 'ord_next' } } });
    await client.close();
  });

  test('a cursor that is none fails its field alone', async () => {
    const { data, errors } = await platform.gateway.query(
      '{ events(after: "x") { edges { cursor } } order(orderId: "ord_1001") { id } }',
    );
    expect(data).toEqual({ events: null, order: { id: 'ord_1001' } });
    expect(errors).toMatchObject([{ path: ['events'], extensions: { code: 'CURSOR_INVALID' } }]);
  });
});

test.each(['stop', 'pause'] as const)('Redis away (%s): history fails alone, and soon', async (end) => {
  const redis = await startRedisServer();
  const platform = await startPlatform({
    openLog: async () => ({ url: redis.url, close: () => redis.close() }),
  });
  await redis[end]();
  const { data, errors } = await platform.gateway.query(
    '{ events { edges { cursor } } event(id: "x") { id } order(orderId: "ord_1001") { id } }',
  );
  expect(data).toEqual({ events: null, event: null, order: { id: 'ord_1001' } });
  const failed = (errors ?? []).map(({ path, extensions }) => [path?.join('.'), extensions?.['code']]);
  expect(new Map(failed as [string, unknown][])).toEqual(
    new Map([
      ['events', 'EVENT_LOG_UNAVAILABLE'],
      ['event', 'EVENT_LOG_UNAVAILABLE'],
    ]),
  );
  if (end === 'pause') redis.resume();
  await platform.close();
});
