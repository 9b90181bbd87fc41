import { exampleDelivery, exampleEvents } from '../../utils/example-events.ts';
import { signedDelivery, type WebhookDelivery } from '../../utils/webhook-delivery.ts';

/** To whom, and signed with what. */
export interface Sender {
  readonly gatewayUrl: string;
  readonly secrets: Readonly<Record<'orders' | 'payments' | 'inventory', string>>;
}

/** A delivery that is refused, and why. */
export interface RefusedCase {
  readonly title: string;
  readonly delivery: (sender: Sender) => WebhookDelivery;
  readonly status: number;
  readonly code: string;
}

export const good = (sender: Sender, id?: string): WebhookDelivery =>
  exampleDelivery({ event: 'orderCreated', orderId: 'ord_7', ...sender, ...(id !== undefined && { id }) });

const without = (delivery: WebhookDelivery, name: string): WebhookDelivery => ({
  ...delivery,
  headers: Object.fromEntries(Object.entries(delivery.headers).filter(([header]) => header !== name)),
});

const { headers } = exampleEvents.orderCreated;
const orders = ({ gatewayUrl, secrets }: Sender) => ({
  gatewayUrl,
  source: 'orders',
  secret: secrets.orders,
  headers,
});

export const refusedCases: readonly RefusedCase[] = [
  {
    title: 'a body that was changed by one byte',
    delivery: (sender) => {
      const delivery = good(sender);
      return { ...delivery, body: delivery.body.replace('179.8', '179.9') };
    },
    status: 401,
    code: 'WEBHOOK_SIGNATURE_INVALID',
  },
  {
    title: 'a body with one more space',
    delivery: (sender) => {
      const delivery = good(sender);
      return { ...delivery, body: `${delivery.body} ` };
    },
    status: 401,
    code: 'WEBHOOK_SIGNATURE_INVALID',
  },
  {
    title: 'no signature',
    delivery: (sender) => without(good(sender), 'webhook-signature'),
    status: 401,
    code: 'WEBHOOK_SIGNATURE_INVALID',
  },
  {
    title: 'the secret of another service',
    delivery: (sender) => signedDelivery({ ...orders(sender), secret: sender.secrets.payments, payload: {} }),
    status: 401,
    code: 'WEBHOOK_SIGNATURE_INVALID',
  },
  {
    title: 'a source that nobody knows',
    delivery: (sender) => ({ ...good(sender), url: `${sender.gatewayUrl}/webhooks/nobody` }),
    status: 404,
    code: 'WEBHOOK_SOURCE_UNKNOWN',
  },
  {
    title: 'a source that has no events',
    delivery: (sender) => ({ ...good(sender), url: `${sender.gatewayUrl}/webhooks/customers` }),
    status: 404,
    code: 'WEBHOOK_SOURCE_UNKNOWN',
  },
  {
    title: 'more than a megabyte',
    delivery: (sender) => signedDelivery({ ...orders(sender), payload: 'x'.repeat(1024 * 1024) }),
    status: 413,
    code: 'WEBHOOK_BODY_TOO_LARGE',
  },
];

/** Deliveries that are verified and no events: answered as a success, and kept for operators. */
export const quarantinedCases: readonly Pick<RefusedCase, 'title' | 'delivery'>[] = [
  {
    title: 'no event that the source is known for',
    delivery: (sender) =>
      signedDelivery({ ...orders(sender), payload: {}, headers: { 'x-orders-event': 'orderEaten' } }),
  },
  {
    title: 'a payload that breaks its schema',
    delivery: (sender) => signedDelivery({ ...orders(sender), payload: { id: 'ord_7', total: 'much' } }),
  },
  {
    title: 'a signed body that is no JSON',
    delivery: (sender) => signedDelivery({ ...orders(sender), text: '{"id":' }),
  },
];
