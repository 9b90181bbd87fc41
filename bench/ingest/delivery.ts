import { signWebhook } from '../../examples/shared/webhook-signature.ts';
import { firstNumber, orderEvent } from '../fanout/order.ts';

/** Signs the deliveries of the benchmark. */
export const secret = `whsec_${Buffer.from('a secret of the benchmark').toString('base64')}`;

/** Where they go. */
export const path = '/webhooks/orders/orderCreated';

/** How long a body is. */
export const bodyBytes = 1024;

const shortest = JSON.stringify(orderEvent(firstNumber)).length;
const note = `${orderEvent(firstNumber).note}${'.'.repeat(bodyBytes - shortest)}`;

/** A delivery that nobody has seen before, signed now by the rules of Standard Webhooks. */
export function createDelivery(number: number): { headers: Readonly<Record<string, string>>; body: string } {
  const id = `msg_${number}`;
  const timestamp = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({ ...orderEvent(number), note });
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signWebhook({ id, timestamp, body, secret }),
    },
    body,
  };
}
