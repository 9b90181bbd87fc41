import { createHash } from 'node:crypto';
import type { VerifiedDelivery } from '../../events/event-log.ts';
import { orderEvent } from '../fanout/order.ts';
import { bodyBytes } from '../ingest/delivery.ts';

/** Where all events of the benchmark go. */
export const source = 'orders';

const shortest = JSON.stringify(orderEvent(0)).length;
const note = '.'.repeat(bodyBytes - shortest);

/** A delivery of about 1 KB that nobody has seen before. */
export function orderDelivery(number: number): VerifiedDelivery {
  const id = `msg_${number}`;
  const dataJson = JSON.stringify({ ...orderEvent(number), note });
  const fields: Omit<VerifiedDelivery, symbol> = {
    id,
    source,
    type: 'orderCreated',
    subject: `ord_${number}`,
    time: '2026-01-12T09:30:00.000Z',
    dataJson,
    bodyHash: createHash('sha256').update(id).digest('hex'),
    traceparent: null,
  };
  return fields as VerifiedDelivery;
}

export function numberOf(id: string): number {
  return Number(id.slice('msg_'.length));
}
