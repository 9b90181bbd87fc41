import type { VerifiedDelivery } from './event-log.ts';

/** Most deliveries in one batch: a store does nothing else while it takes one. */
export const BATCH_DELIVERIES_MAX = 1000;

/** @throws RangeError when the batch is too large, or not of one source. */
export function assertBatch(deliveries: readonly VerifiedDelivery[]): void {
  if (deliveries.length > BATCH_DELIVERIES_MAX)
    throw new RangeError(`A batch has at most ${BATCH_DELIVERIES_MAX} deliveries`);
  if (deliveries.some(({ source }) => source !== deliveries[0]?.source))
    throw new RangeError('The deliveries of a batch are of one source');
}
