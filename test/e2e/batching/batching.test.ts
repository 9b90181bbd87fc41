/** REST calls of one operation: one for each entity type and level, never one for each row. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runningPrograms } from '../../utils/child-process.ts';
import type { ExampleName, RequestCounts } from '../../utils/example-processes.ts';
import { startPlatform, type Platform } from '../../utils/platform.ts';
import { connectWebSocket } from '../../utils/ws-client.ts';

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform();
});

afterAll(async () => {
  await platform.close();
  expect(runningPrograms()).toEqual([]);
});

type Calls = Readonly<Record<ExampleName, RequestCounts>>;
const none: Calls = { orders: {}, payments: {}, inventory: {}, customers: {} };

const cases: readonly { title: string; query: string; calls: Calls }[] = [
  {
    title: 'customers, their orders, the items of all lines',
    query: '{ customers { name orders { id lines { quantity item { inStock } } } } }',
    calls: {
      ...none,
      customers: { 'GET /customers': 1 },
      orders: { 'GET /orders': 1 },
      inventory: { 'GET /items': 1 },
    },
  },
  {
    title: 'the same level of two branches',
    query: '{ customers { orders { lines { item { displayName } } payments { status } } loyaltyPoints } }',
    calls: {
      customers: { 'GET /customers': 1 },
      orders: { 'GET /orders': 1 },
      inventory: { 'GET /items': 1 },
      payments: { 'GET /payments': 1 },
    },
  },
  {
    title: 'customers of orders: each asked for once',
    query: '{ orders { id customer { name tier } } }',
    calls: { ...none, orders: { 'GET /orders': 1 }, customers: { 'GET /customers': 1 } },
  },
  {
    title: 'a level below another of the same type',
    query: '{ orders { customer { orders { lines { item { sku unitPrice } } } } } }',
    calls: {
      ...none,
      orders: { 'GET /orders': 2 },
      inventory: { 'GET /items': 1 },
    },
  },
];

test.each(cases)('$title', async ({ query, calls }) => {
  await platform.services.forgetRequests();
  const { data, errors } = await platform.gateway.query(query);
  expect(errors).toBeUndefined();
  expect(data).toBeTruthy();
  expect(await platform.services.requestCounts()).toEqual(calls);
});

test('the rows are those of their keys, whatever order a service answers in', async () => {
  const { data } = await platform.gateway.query(
    '{ customers(ids: ["cus_3", "cus_1"]) { id orders { id lines { sku item { sku displayName } } } } }',
  );
  const { customers } = data as {
    customers: { id: string; orders: { id: string; lines: { sku: string; item: { sku: string } }[] }[] }[];
  };
  const orderIds = Object.fromEntries(
    customers.map(({ id, orders }) => [id, orders.map((order) => order.id)]),
  );
  expect(orderIds).toEqual({ cus_1: ['ord_1003', 'ord_1001'], cus_3: ['ord_1004'] });
  for (const { sku, item } of customers.flatMap(({ orders }) => orders).flatMap(({ lines }) => lines)) {
    expect(item.sku).toBe(sku);
  }
});

test('an event costs one call for each entity type too', async () => {
  const client = await connectWebSocket(platform.gateway.url);
  const stream = client.subscribe(
    'subscription { orderCreated { id customer { orders { lines { item { inStock } } } } payments { id } } }',
  );
  await platform.live('orderCreated', [stream]);
  await platform.services.forgetRequests();
  await platform.deliver('orderCreated', 'ord_1001');
  expect((await stream.next()).errors).toBeUndefined();
  expect(await platform.services.requestCounts()).toEqual({
    customers: {},
    orders: { 'GET /orders': 1 },
    inventory: { 'GET /items': 1 },
    payments: { 'GET /payments': 1 },
  });
  await client.close();
});
