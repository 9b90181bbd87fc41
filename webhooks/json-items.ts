import type { DeliveryHeaders, VerifiedBytes } from './delivery.ts';
import { type Payload, readPayload, unsupportedMedia } from './payload.ts';
import { type Refusal, isRefusal, refusal } from './problem.ts';

/** One event of a delivery, and what its format says of it. */
export interface DeliveredItem {
  readonly payload: Payload;
  readonly headers: DeliveryHeaders;
  readonly id?: string | undefined;
  readonly type?: string | undefined;
  readonly subject?: string | undefined;
}

export interface DeliveryItems {
  /** All of them are taken, or none. */
  readonly isBatch: boolean;
  readonly items: readonly DeliveredItem[];
}

/** Reads a body that is one event in JSON. */
export function readItems<Event>(verified: VerifiedBytes<Event>): DeliveryItems | Refusal {
  const headers = { ...verified.headers, 'content-encoding': undefined };
  const payload = readPayload({ ...verified, headers });
  return isRefusal(payload) ? payload : { isBatch: false, items: [{ payload, headers: verified.headers }] };
}

/** Refuses a media type that is not JSON. */
export function refuseMedia(headers: DeliveryHeaders): Refusal | undefined {
  const unsupported = unsupportedMedia({ ...headers, 'content-encoding': undefined });
  return unsupported === null ? undefined : refusal('WEBHOOK_MEDIA_TYPE_UNSUPPORTED', unsupported);
}
