import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { startExamples, type StartedExamples } from '../../examples/start.ts';
import { CUSTOMERS_CASES } from './rest-cases/customers.ts';
import { INVENTORY_CASES } from './rest-cases/inventory.ts';
import { ORDERS_CASES } from './rest-cases/orders.ts';
import { PAYMENTS_CASES } from './rest-cases/payments.ts';
import { openServiceDocument, SERVICE_NAMES } from './service-document.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const CASES = {
  orders: ORDERS_CASES,
  payments: PAYMENTS_CASES,
  inventory: INVENTORY_CASES,
  customers: CUSTOMERS_CASES,
};

let examples: StartedExamples;

async function start(): Promise<void> {
  examples = await startExamples({ ports: { orders: 0, payments: 0, inventory: 0, customers: 0 } });
}

describe.each(SERVICE_NAMES)('%s', (name) => {
  const document = openServiceDocument(name);
  beforeAll(start);
  afterAll(() => examples.close());

  it.each(CASES[name])('$operation: $sentence ($status)', async (given) => {
    const { path, method } = document.operation(given.operation);
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => given.path?.[key] ?? '');
    const verb = METHODS.find((known) => known === method) ?? 'get';
    const client = request(examples.urls[name]);
    const sending = client[verb](filled).query(given.query ?? {});
    const answer = await (given.body === undefined ? sending : sending.send(given.body));

    expect(answer.status).toBe(given.status);
    const body = answer.body as unknown;
    const type = answer.get('content-type') ?? '';
    expect(
      document.answerErrors({ operationId: given.operation, status: answer.status, type, body }),
    ).toBeUndefined();
    if (given.expected !== undefined) expect(body).toEqual(given.expected);
  });

  it('is asked for every operation of its document', () => {
    const asked = new Set(CASES[name].map(({ operation }) => operation));
    expect([...asked].sort()).toEqual(document.operations.map(({ operationId }) => operationId).sort());
  });

  it('serves its document', async () => {
    const answer = await request(examples.urls[name]).get('/openapi.json');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(document.document);
  });

  it.each([
    { sentence: 'a body that is not JSON', status: 400, send: () => malformed(examples.urls[name], name) },
    {
      sentence: 'a path that leads nowhere',
      status: 404,
      send: () => request(examples.urls[name]).get('/nowhere'),
    },
    {
      sentence: 'a list that comes in pieces',
      status: 400,
      send: () => request(examples.urls[name]).get(pieces[name]),
    },
  ])('answers $sentence with a $status problem', async ({ status, send }) => {
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(answer.get('content-type')).toMatch('application/problem+json');
    expect(answer.body).toMatchObject({ type: 'about:blank', title: expect.any(String), status });
  });
});

const pieces = {
  orders: '/orders?customerIds=cus_1&customerIds=cus_2',
  payments: '/payments?ids=pay_1&ids=pay_2',
  inventory: '/items?skus=KEYB-01&skus=KEYB-02',
  customers: '/customers?ids=cus_1&ids=cus_2',
};

function malformed(url: string, name: (typeof SERVICE_NAMES)[number]) {
  const path = {
    orders: '/orders',
    payments: '/payments',
    inventory: '/deductions',
    customers: '/customers',
  }[name];
  return request(url).post(path).set('content-type', 'application/json').send('{"lines": [');
}

describe('the count of requests', () => {
  beforeAll(start);
  afterAll(() => examples.close());

  it('is by method and path template, and can be set back', async () => {
    const { urls, services } = examples;
    services.customers.requests.reset();
    await request(urls.customers).get('/customers/cus_1');
    await request(urls.customers).get('/customers/cus_2?verbose=1');
    await request(urls.customers).get('/customers?ids=cus_1');

    expect(services.customers.requests.counts()).toEqual({
      'GET /customers/{customerId}': 2,
      'GET /customers': 1,
    });
    const answer = await request(urls.customers).get('/__requests');
    expect((answer.body as { requests: unknown[] }).requests[1]).toEqual({
      method: 'GET',
      path: '/customers/{customerId}',
      url: '/customers/cus_2?verbose=1',
    });
    await request(urls.customers).delete('/__requests').expect(204);
    expect(services.customers.requests.list()).toEqual([]);
    expect(services.customers.requests.counts()).toEqual({});
  });
});
