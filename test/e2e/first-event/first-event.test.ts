/** One event, end to end: a mutation at the gateway comes back as events of four services, joined. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runningPrograms } from '../../utils/child-process.ts';
import { eventLogs } from '../../utils/event-log-urls.ts';
import type { ExampleEventName } from '../../utils/example-events.ts';
import { startPlatform, type Platform } from '../../utils/platform.ts';
import type { ResultStream, SubscriptionResult } from '../../utils/result-stream.ts';
import { createSseClient, type SseClient } from '../../utils/sse-client.ts';
import { connectWebSocket, type WsClient } from '../../utils/ws-client.ts';

const subscription =
  'subscription { orderCreated { id status total customer { name loyaltyPoints } lines { sku quantity item { inStock } } } }';

const createOrder = `mutation {
  createOrder(input: { customerId: "cus_2", lines: [{ sku: "KEYB-01", quantity: 2 }, { sku: "CABL-01", quantity: 3 }] }) { id status total }
}`;

/** What one order sets off elsewhere, and what tells that it is about this order. */
const cascade: readonly {
  event: ExampleEventName;
  query: string;
  count: number;
  expected: (orderId: string) => unknown[];
}[] = [
  {
    event: 'stockDeducted',
    query: 'subscription { stockDeducted { sku quantity item { displayName } order { id total } } }',
    count: 2,
    expected: (id) => [
      {
        sku: 'KEYB-01',
        quantity: 2,
        item: { displayName: 'Mechanical keyboard' },
        order: { id, total: 218.5 },
      },
      { sku: 'CABL-01', quantity: 3, item: { displayName: expect.any(String) }, order: { id, total: 218.5 } },
    ],
  },
  {
    event: 'paymentConfirmed',
    query: 'subscription { paymentConfirmed { status amount order { id customer { name } } } }',
    count: 1,
    expected: (id) => [
      { status: 'CONFIRMED', amount: 218.5, order: { id, customer: { name: 'Jonas Lindqvist' } } },
    ],
  },
  {
    event: 'orderStatusChanged',
    query: 'subscription { orderStatusChanged { id status payments { status } } }',
    count: 1,
    expected: (id) => [{ id, status: 'PAID', payments: [{ status: 'CONFIRMED' }] }],
  },
];

describe.each(eventLogs)('with events in $kind', ({ open }) => {
  let platform: Platform;
  let ws: WsClient;
  let sse: SseClient;

  beforeAll(async () => {
    platform = await startPlatform({ openLog: open });
    ws = await connectWebSocket(platform.gateway.url);
    sse = createSseClient(platform.gateway.url);
  });

  afterAll(async () => {
    await ws.close();
    sse.close();
    await platform.close();
    expect(runningPrograms()).toEqual([]);
  });

  /** Everything that a subscriber got, up to an event of which nothing comes after. */
  async function untilCurtain(event: ExampleEventName, stream: ResultStream): Promise<SubscriptionResult[]> {
    const id = `curtain-${event}`;
    await platform.deliver(event, 'ord_curtain', { id });
    const results = await stream.through(({ extensions }) => extensions?.event?.id === id);
    return results.slice(0, -1);
  }

  test('a mutation arrives as one event at each subscriber, joined from all services', async () => {
    const streams = [ws.subscribe(subscription), sse.subscribe(subscription)];
    const followers = cascade.map(({ query }) => ws.subscribe(query));
    await platform.live('orderCreated', streams);
    for (const [index, { event }] of cascade.entries())
      await platform.live(event, [followers[index] as ResultStream]);

    const { data } = await platform.gateway.query<{ createOrder: { id: string } }>(createOrder);
    expect(data).toEqual({
      createOrder: { id: expect.stringMatching(/^ord_/), status: 'PENDING', total: 218.5 },
    });
    const id = data?.createOrder.id ?? '';

    const firsts = await Promise.all(streams.map((stream) => stream.next()));
    const expected = {
      data: {
        orderCreated: {
          id,
          status: 'PENDING',
          total: 218.5,
          customer: { name: 'Jonas Lindqvist', loyaltyPoints: 340 },
          lines: [
            { sku: 'KEYB-01', quantity: 2, item: { inStock: true } },
            { sku: 'CABL-01', quantity: 3, item: { inStock: true } },
          ],
        },
      },
      extensions: {
        event: {
          id: expect.stringMatching(/^msg_/),
          type: 'orderCreated',
          source: 'orders',
          time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          cursor: expect.stringMatching(/^[\w-]+$/),
        },
      },
    };
    expect(firsts).toEqual([expected, expected]);
    // One event: both transports tell the same id and the same cursor.
    expect(firsts[0]?.extensions).toEqual(firsts[1]?.extensions);

    for (const [index, { event, count, expected: about }] of cascade.entries()) {
      const stream = followers[index] as ResultStream;
      const results: SubscriptionResult[] = [];
      while (results.length < count) results.push(await stream.next());
      expect(results.map((result) => result.errors ?? result.data?.[event])).toEqual(about(id));
      expect(await untilCurtain(event, stream)).toEqual([]);
    }
    for (const stream of streams) expect(await untilCurtain('orderCreated', stream)).toEqual([]);
  });
});
