import { signedDelivery, type WebhookDelivery } from './webhook-delivery.ts';

type Source = 'orders' | 'payments' | 'inventory';

/** How a service tells one of its events about an order. */
interface ExampleEvent {
  readonly source: Source;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload: (orderId: string) => unknown;
}

const time = '2026-11-22T12:00:00.000Z';

/** An order as the orders service tells of it. */
const order = (id: string) => ({
  id,
  customerId: 'cus_1',
  status: 'pending',
  total: 179.8,
  currency: 'EUR',
  lines: [{ sku: 'KEYB-01', quantity: 2, unitPrice: 89.9 }],
  createdAt: time,
  updatedAt: time,
});

const payment = (orderId: string) => ({
  id: `pay_of_${orderId}`,
  orderId,
  amount: 179.8,
  currency: 'EUR',
  method: 'card',
  status: 'confirmed',
  failureReason: null,
  createdAt: time,
});

export const exampleEvents = {
  orderCreated: { source: 'orders', headers: { 'x-orders-event': 'orderCreated' }, payload: order },
  orderStatusChanged: {
    source: 'orders',
    headers: { 'x-orders-event': 'orderStatusChanged' },
    payload: order,
  },
  paymentConfirmed: {
    source: 'payments',
    payload: (orderId) => ({ type: 'payment.confirmed', timestamp: time, data: payment(orderId) }),
  },
  stockDeducted: {
    source: 'inventory',
    payload: (orderId) => ({
      event: 'stock_deducted',
      event_id: `evt_of_${orderId}`,
      sku: 'KEYB-01',
      order_id: orderId,
      quantity: 2,
      units_left: 38,
      occurred_at: time,
    }),
  },
} as const satisfies Record<string, ExampleEvent>;

export type ExampleEventName = keyof typeof exampleEvents;

export interface ExampleDeliveryOptions {
  readonly event: ExampleEventName;
  readonly orderId: string;
  readonly gatewayUrl: string;
  readonly secrets: Readonly<Record<Source, string>>;
  readonly id?: string;
}

/** A delivery of an event that only this delivery knows of: the services are as they were. */
export function exampleDelivery(options: ExampleDeliveryOptions): WebhookDelivery {
  const { event, orderId, gatewayUrl, secrets, id } = options;
  const { source, headers = {}, payload }: ExampleEvent = exampleEvents[event];
  return signedDelivery({
    gatewayUrl,
    source,
    secret: secrets[source],
    payload: payload(orderId),
    headers,
    ...(id !== undefined && { id }),
  });
}
