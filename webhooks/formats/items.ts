import type { DeliveryHeaders } from '../delivery.ts';
import type { Payload } from '../payload.ts';

/** One event of a delivery, and what its format says of it. */
export interface DeliveredItem {
  readonly payload: Payload;
  /** The delivery's headers. In CloudEvents the `ce-` ones are this event's attributes, whatever the content mode. */
  readonly headers: DeliveryHeaders;
  /** What tells whether it is the same one again, in whatever way it came. Where the format has none, the body does. */
  readonly content?: string | undefined;
  /** What makes it unique, where the format says so and the configuration does not. */
  readonly id?: string | undefined;
  /** What kind of event it is, in the sender's words. */
  readonly type?: string | undefined;
  /** Which thing it is about, where the configuration does not say. */
  readonly subject?: string | undefined;
}

export interface DeliveryItems {
  /** All of them are taken, or none. */
  readonly isBatch: boolean;
  /** Exactly one, or any number in a batch: none is a batch, too. */
  readonly items: readonly DeliveredItem[];
}

/** A delivery that is one event, of which its format says nothing. */
export function soleItem(headers: DeliveryHeaders, payload: Payload): DeliveryItems {
  return { isBatch: false, items: [{ payload, headers }] };
}
