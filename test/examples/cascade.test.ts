import { afterEach, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import request from 'supertest';
import { startExamples, type StartedExamples } from '../../examples/start.ts';
import { openServiceDocument } from './service-document.ts';
import {
  isSigned,
  SECRET,
  startWebhookReceiver,
  type ReceivedDelivery,
  type WebhookReceiver,
} from './webhook-receiver.ts';

const open: { close: () => Promise<void> }[] = [];
const log = new EventEmitter();

afterEach(async () => {
  for (const resource of open.splice(0).toReversed()) await resource.close();
});

/** The four services, with one receiver that is told everything. */
async function start(options: Parameters<typeof startWebhookReceiver>[0] = {}) {
  const receiver = await startWebhookReceiver(options);
  open.push(receiver);
  const target = { url: receiver.url, secret: SECRET };
  const examples = await startExamples({
    ports: { orders: 0, payments: 0, inventory: 0, customers: 0 },
    webhookTargets: { payments: [target], inventory: [target] },
    webhooks: { backoffBaseMs: 1, backoffMaxMs: 4 },
    log: (line) => log.emit('line', line),
  });
  open.push(examples);
  await subscribe(examples, receiver).expect(201);
  return { examples, receiver };
}

function subscribe({ urls }: StartedExamples, { url }: WebhookReceiver) {
  return request(urls.orders).post('/subscriptions').send({ callbackUrl: url, secret: SECRET });
}

async function order({ urls }: StartedExamples, sku: string, quantity: number) {
  const answer = await request(urls.orders)
    .post('/orders')
    .send({ customerId: 'cus_1', lines: [{ sku, quantity }] })
    .expect(201);
  return answer.body as { id: string; status: string };
}

/** Name and payload of what was received, sorted by name: the services do not wait for each other. */
function eventsOf(deliveries: ReceivedDelivery[]) {
  return deliveries
    .map(({ headers, json }) => {
      const payload = json as Record<string, unknown>;
      return { name: String(headers['x-orders-event'] ?? payload.type ?? payload.event), payload };
    })
    .toSorted((one, other) => one.name.localeCompare(other.name));
}

const has = (name: string) => (deliveries: ReceivedDelivery[]) =>
  eventsOf(deliveries).some((event) => event.name === name);

it('one order sets off four events, each signed and as its document says', async () => {
  const { examples, receiver } = await start();
  const placed = await order(examples, 'KEYB-01', 2);
  const deliveries = await receiver.until(({ length }) => length === 4);
  const events = eventsOf(deliveries);

  expect(placed.status).toBe('pending');
  expect(events).toMatchObject([
    { name: 'orderCreated', payload: placed },
    { name: 'orderStatusChanged', payload: { id: placed.id, status: 'paid' } },
    {
      name: 'payment.confirmed',
      payload: { data: { orderId: placed.id, status: 'confirmed', amount: 179.8 } },
    },
    {
      name: 'stock_deducted',
      payload: { order_id: placed.id, sku: 'KEYB-01', quantity: 2, units_left: 398 },
    },
  ]);
  expect(await Promise.all(deliveries.map((delivery) => isSigned(delivery, SECRET)))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  const [orders, inventory, payments] = [
    openServiceDocument('orders'),
    openServiceDocument('inventory'),
    openServiceDocument('payments'),
  ];
  expect([
    orders.payloadErrors('orderCreated', events[0]?.payload),
    orders.payloadErrors('orderStatusChanged', events[1]?.payload),
    payments.payloadErrors('paymentConfirmed', events[2]?.payload),
    inventory.payloadErrors('stockDeducted', events[3]?.payload),
  ]).toEqual([undefined, undefined, undefined, undefined]);
  await request(examples.urls.orders)
    .get(`/orders/${placed.id}`)
    .expect(200)
    .expect(/"status":"paid"/);
  expect(examples.services.inventory.requests.counts()).toEqual({ 'GET /items': 1, 'POST /deductions': 1 });
});

it('an amount above the limit fails, and the order with it', async () => {
  const { examples, receiver } = await start();
  const { id } = await order(examples, 'DESK-01', 5);
  const events = eventsOf(
    await receiver.until((all) => has('orderStatusChanged')(all) && has('payment.failed')(all)),
  );
  const failed = events.find(({ name }) => name === 'payment.failed')?.payload;
  const changed = events.find(({ name }) => name === 'orderStatusChanged')?.payload;

  expect(failed).toMatchObject({ data: { orderId: id, status: 'failed', failureReason: 'limit_exceeded' } });
  expect(openServiceDocument('payments').payloadErrors('paymentFailed', failed)).toBeUndefined();
  expect(changed).toMatchObject({ id, status: 'payment_failed' });
});

it('an item that reaches its reorder level runs low', async () => {
  const { examples, receiver } = await start();
  await order(examples, 'CAMR-01', 1);
  const low = eventsOf(await receiver.until(has('stock_low'))).find(({ name }) => name === 'stock_low');
  expect(low?.payload).toMatchObject({ sku: 'CAMR-01', units_left: 5, reorder_level: 5 });
  expect(openServiceDocument('inventory').payloadErrors('stockLow', low?.payload)).toBeUndefined();
});

it('an order that is more than the stock is cancelled, and nobody pays', async () => {
  const { examples, receiver } = await start();
  const { id } = await order(examples, 'LAMP-01', 1);
  const events = eventsOf(await receiver.until(has('orderStatusChanged')));
  expect(events).toMatchObject([
    { name: 'orderCreated' },
    { name: 'orderStatusChanged', payload: { id, status: 'cancelled' } },
  ]);
  expect(examples.services.payments.requests.list()).toEqual([]);
});

it('a service that is down leaves the order pending and harms nothing else', async () => {
  const { examples, receiver } = await start();
  await examples.services.payments.close();
  const logged = once(log, 'line');
  const { id } = await order(examples, 'KEYB-01', 1);
  expect(await logged).toEqual([expect.stringMatching(`^fulfilling ${id} failed: .*ECONNREFUSED`)]);
  const events = eventsOf(await receiver.until(({ length }) => length === 2));
  expect(events).toMatchObject([{ name: 'orderCreated' }, { name: 'stock_deducted' }]);
  await request(examples.urls.orders)
    .get(`/orders/${id}`)
    .expect(200)
    .expect(/"status":"pending"/);

  await examples.services.customers.close();
  const refused = await request(examples.urls.orders)
    .post('/orders')
    .send({ customerId: 'cus_1', lines: [{ sku: 'KEYB-01', quantity: 1 }] });
  expect(refused.status).toBe(503);
  expect(refused.body).toMatchObject({ detail: 'The customers service does not answer; try again later' });
});

it('a subscriber that answers 410 is no longer listed', async () => {
  const { examples, receiver } = await start({ answer: () => ({ status: 410 }) });
  await order(examples, 'KEYB-01', 1);
  await receiver.until(has('orderCreated'));
  for (let listed: unknown; JSON.stringify(listed) !== '[]';) {
    listed = (await request(examples.urls.orders).get('/subscriptions')).body;
  }
});

it('a subscriber that has left is told nothing more', async () => {
  const { examples, receiver } = await start();
  const other = await startWebhookReceiver();
  open.push(other);
  await subscribe(examples, other).expect(201);
  await request(examples.urls.orders).delete('/subscriptions/sub_1').expect(204);
  await order(examples, 'KEYB-01', 1);
  await other.until(has('orderStatusChanged'));
  expect(receiver.deliveries.filter(({ headers }) => headers['x-orders-event'])).toEqual([]);
});
