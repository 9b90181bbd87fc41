import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startServerProcess, type ServerProcess } from '../../bench/server-process.ts';

let store: ServerProcess;

beforeAll(async () => {
  store = await startServerProcess({ args: ['bench/gateways/services.ts'] });
});
afterAll(() => store.stop());

const get = async (path: string): Promise<unknown> => (await fetch(store.url + path)).json();

test.each([
  { path: '/customers/customers?ids=a,b', ids: ['a', 'b'] },
  { path: '/customers/customers?ids=b%2Ca', ids: ['b', 'a'] },
  { path: '/customers/customers?ids=a&ids=b', ids: ['a', 'b'] },
])('$path answers what was asked for, in any way of writing a list', async ({ path, ids }) => {
  const found = (await get(path)) as { id: string }[];
  expect(found.map(({ id }) => id)).toEqual(ids);
});

test.each([
  { path: '/orders/orders?page=1', length: 100 },
  { path: '/orders/invoices?page=1', length: 60 },
])('$path answers $length objects', async ({ path, length }) => {
  expect(await get(path)).toHaveLength(length);
});

test('the calls are counted', async () => {
  const before = (await get('/calls')) as number;
  await get('/payments/payments/one');
  await fetch(`${store.url}/orders/orders`, { method: 'POST', body: '{"customerId":"cus_1"}' });
  expect(await get('/calls')).toBe(before + 2);
});

test('what nobody has is not found', async () => {
  expect((await fetch(`${store.url}/orders/nothing`)).status).toBe(404);
});
