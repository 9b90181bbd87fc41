import type { Route } from './compiled-source.ts';
import type { DeliveryHeaders, VerifiedBytes } from './delivery.ts';
import { type DeliveryFormat, type DeliveryItems, readItems, refuseMedia } from './formats/format.ts';
import { type Refusal, isRefusal } from './problem.ts';

/** The items of a delivery, and the format that they were read by. */
export interface DeliveredItems extends DeliveryItems {
  readonly format: DeliveryFormat;
}

/** Refuses a media type that none of a route's formats takes. It reads headers only. */
export function refuseMediaOf({ formats }: Route, headers: DeliveryHeaders): Refusal | undefined {
  let first: Refusal | undefined;
  for (const format of formats) {
    const refused = refuseMedia(format, headers);
    if (!refused) return undefined;
    first ??= refused;
  }
  return first;
}

/** Reads a delivery by the first format that can read it, of the events that its signature is good for. */
export function readDelivered(
  { formats }: Route,
  { headers, bytes, events }: VerifiedBytes<{ readonly format: DeliveryFormat }>,
): DeliveredItems | Refusal {
  let last: DeliveryItems | Refusal | undefined;
  for (const format of formats) {
    if (!events.some((event) => event.format === format)) continue;
    last = readItems(format, headers, bytes);
    if (!isRefusal(last)) return { format, ...last };
  }
  if (!last) throw new Error('A verified delivery has at least one event');
  return last as Refusal;
}
