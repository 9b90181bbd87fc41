/** What the payload of an event answers is not asked for again. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { runningPrograms } from '../../utils/child-process.ts';
import type { RequestCounts } from '../../utils/example-processes.ts';
import { startPlatform, type Platform } from '../../utils/platform.ts';
import type { ResultStream } from '../../utils/result-stream.ts';
import { createSseClient } from '../../utils/sse-client.ts';
import { connectWebSocket, type WsClient } from '../../utils/ws-client.ts';
import type { ExampleEventName } from '../../utils/example-events.ts';

let platform: Platform;
let client: WsClient;

beforeAll(async () => {
  platform = await startPlatform();
});

beforeEach(async () => {
  client = await connectWebSocket(platform.gateway.url);
});

afterEach(async () => {
  await client.close();
});

afterAll(async () => {
  await platform.close();
  expect(runningPrograms()).toEqual([]);
});

type Counts = Readonly<Partial<Record<string, RequestCounts>>>;
const none: Counts = { orders: {}, payments: {}, inventory: {}, customers: {} };

/** A subscription to an event about `ord_1001`, and every REST call that one event costs. */
const cases: readonly {
  title: string;
  event: ExampleEventName;
  selection: string;
  data: unknown;
  calls: Counts;
}[] = [
  {
    title: 'fields of the order alone',
    event: 'orderCreated',
    selection: 'id status',
    data: { id: 'ord_1001', status: 'PENDING' },
    calls: none,
  },
  {
    title: 'all required fields of the payload, nested ones and aliases too',
    event: 'orderCreated',
    selection: 'number: id total currency createdAt lines { sku quantity unitPrice __typename }',
    data: {
      number: 'ord_1001',
      total: 179.8,
      currency: 'EUR',
      createdAt: '2026-11-22T12:00:00.000Z',
      lines: [{ sku: 'KEYB-01', quantity: 2, unitPrice: 89.9, __typename: 'OrderLine' }],
    },
    calls: none,
  },
  {
    title: 'a payload in an envelope',
    event: 'paymentConfirmed',
    selection: 'id amount status',
    data: { id: 'pay_of_ord_1001', amount: 179.8, status: 'CONFIRMED' },
    calls: none,
  },
  {
    title: 'a payload that is no entity, with names of another case',
    event: 'stockDeducted',
    selection: 'sku orderId unitsLeft',
    data: { sku: 'KEYB-01', orderId: 'ord_1001', unitsLeft: 38 },
    calls: none,
  },
  {
    title: 'an optional field that the payload lacks: asked for, for it may have a value',
    event: 'orderCreated',
    selection: 'id note',
    data: { id: 'ord_1001', note: null },
    calls: { ...none, orders: { 'GET /orders/{orderId}': 1 } },
  },
  {
    title: 'the customer: one call to the service that knows',
    event: 'orderCreated',
    selection: 'id customer { name }',
    data: { id: 'ord_1001', customer: { name: 'Miriam Okafor' } },
    calls: { ...none, customers: { 'GET /customers': 1 } },
  },
  {
    title: 'a field of the code subgraph: no call',
    event: 'orderCreated',
    selection: 'id customer { loyaltyPoints }',
    data: { id: 'ord_1001', customer: { loyaltyPoints: 1200 } },
    calls: none,
  },
];

async function callsOf(event: ExampleEventName, stream: ResultStream) {
  await platform.live(event, [stream]);
  await platform.services.forgetRequests();
  await platform.deliver(event, 'ord_1001');
  const { data, errors } = await stream.next();
  return { data: errors ?? data?.[event], calls: await platform.services.requestCounts() };
}

describe('REST calls of one event', () => {
  test.each(cases)('$title', async ({ event, selection, data, calls }) => {
    const stream = client.subscribe(`subscription { ${event} { ${selection} } }`);
    expect(await callsOf(event, stream)).toEqual({ data, calls });
  });

  test('none over SSE either', async () => {
    const sse = createSseClient(platform.gateway.url);
    const stream = sse.subscribe('subscription { orderCreated { id status } }');
    expect(await callsOf('orderCreated', stream)).toEqual({
      data: { id: 'ord_1001', status: 'PENDING' },
      calls: none,
    });
    sse.close();
  });

  test('none for an order that only the event knows', async () => {
    const stream = client.subscribe('subscription { orderCreated { id status } }');
    await platform.live('orderCreated', [stream]);
    await platform.deliver('orderCreated', 'ord_unknown');
    expect(await stream.next()).toMatchObject({
      data: { orderCreated: { id: 'ord_unknown', status: 'PENDING' } },
    });
  });
});
