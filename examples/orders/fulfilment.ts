import { callRest } from '../shared/rest-call.ts';
import type { Order } from './order.ts';

/** The services that take part once an order was accepted. */
export type FulfilmentPeers = { inventory: string; payments: string };

/**
 * What happens after an order was accepted: its stock is taken, then its money is collected. The payments service
 * reports back by itself.
 *
 * @returns whether there was enough stock; without it no money is collected
 * Rejects when a service does not answer or refuses; the order stays pending then.
 */
export async function fulfil({
  order,
  peers,
  signal,
}: {
  order: Order;
  peers: FulfilmentPeers;
  signal: AbortSignal;
}): Promise<'paying' | 'out of stock'> {
  const deduction = await callRest({
    method: 'POST',
    url: `${peers.inventory}/deductions`,
    body: { order_id: order.id, lines: order.lines.map(({ sku, quantity }) => ({ sku, quantity })) },
    signal,
  });
  if (deduction.status === 409) return 'out of stock';
  if (deduction.status !== 201) throw new Error(`inventory answered ${deduction.status}`);

  const payment = await callRest({
    method: 'POST',
    url: `${peers.payments}/payments`,
    body: { orderId: order.id, amount: order.total, currency: order.currency },
    signal,
  });
  if (payment.status !== 201) throw new Error(`payments answered ${payment.status}`);
  return 'paying';
}
