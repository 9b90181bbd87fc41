import type { VerifiedDelivery } from '../events/event-log.ts';

/** Header names in lower case. A header that came several times is an array: it must not be read as one value. */
export type DeliveryHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A delivery as it came off the wire. Nothing in it is to be believed, and its body is only bytes. */
export interface UnverifiedDelivery {
  /** `:source` of the route. */
  readonly source: string;
  /** `:event` of the route, or null on `/webhooks/:source`. */
  readonly event: string | null;
  readonly method: string;
  /** The request target as it came: path and query. */
  readonly target: string;
  readonly headers: DeliveryHeaders;
  /** Raw bytes; may stop just above the size limit, and may be empty when `content-length` is above it. */
  readonly body: Buffer;
}

declare const signatureWasGood: unique symbol;

/** The bytes of a delivery whose signature was good for `events`, and for no other event of its source. */
export interface VerifiedBytes<Event> {
  readonly [signatureWasGood]: true;
  readonly headers: DeliveryHeaders;
  readonly bytes: Buffer;
  readonly events: readonly Event[];
}

/** A header that came exactly once; null when it is missing, empty or repeated. */
export function singleHeader(headers: DeliveryHeaders, name: string): string | null {
  const value = headers[name];
  if (typeof value === 'string') return value === '' ? null : value;
  return value?.length === 1 && value[0] ? value[0] : null;
}

/**
 * Vouches for a delivery: the one place that makes what `EventLog.append` takes. It asks for the verified bytes
 * as proof; the caller has validated `fields` against the event's schema.
 */
export function verifiedDelivery<Event>(
  proof: VerifiedBytes<Event>,
  fields: Omit<VerifiedDelivery, keyof VerificationMark | 'traceparent'>,
): VerifiedDelivery {
  return { ...fields, traceparent: traceparentOf(proof.headers) } as VerifiedDelivery;
}

type VerificationMark = { [Key in keyof VerifiedDelivery as Key extends symbol ? Key : never]: true };

/** W3C Trace Context, section 3.2: a valid `traceparent`, or null. */
function traceparentOf(headers: DeliveryHeaders): string | null {
  const value = singleHeader(headers, 'traceparent');
  const parts = value && /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(value);
  if (!parts) return null;
  const isAllZero = /^0+$/;
  return isAllZero.test(parts[1] ?? '') || isAllZero.test(parts[2] ?? '') ? null : value;
}
