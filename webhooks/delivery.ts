import type { VerifiedDelivery } from '../events/event-log.ts';
import type { Refusal } from './problem.ts';

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
  /** Raw bytes. */
  readonly body: Buffer;
}

/** A delivery whose head is here and whose body is still on its way. */
export interface ArrivingDelivery extends Omit<UnverifiedDelivery, 'body'> {
  /** Address of whoever sent it, as its connection tells; empty when there is none. */
  readonly peer: string;
  /**
   * Reads the body; called at most once. Never rejects.
   * @returns what came. It may stop at the first bytes above `bytesMax`. A refusal when it did not come to its end.
   */
  readonly readBody: (bytesMax: number) => Promise<Buffer | Refusal>;
}

declare const signatureWasGood: unique symbol;

/** The bytes of a delivery whose signature was good for `events`, and for no other event of its source. */
export interface VerifiedBytes<Event> {
  readonly [signatureWasGood]: true;
  readonly headers: DeliveryHeaders;
  readonly bytes: Buffer;
  readonly events: readonly Event[];
}

declare const keptAsVerified: unique symbol;

/**
 * The bytes of a delivery whose signature was good when it came, and that were kept since. Only a dead letter gives
 * them: `dead-letters/dead-letter.ts` says why that is a proof.
 */
export interface KeptBytes {
  readonly [keptAsVerified]: true;
  readonly headers: DeliveryHeaders;
  readonly bytes: Buffer;
  /** Names of the events that the signature was good for. */
  readonly verifiedFor: readonly string[];
}

/**
 * The second way to verified bytes: those that were verified before. The signature is not asked again, as its time has
 * passed and its secret may have been changed since. What it was good for then decides what the delivery may be now:
 * the events that share their verification with one of those, so that no secret vouches for the events of another.
 * @returns null when none of those events is left
 */
export function verifiedWhenKept<Event extends { readonly name: string }>(
  { headers, bytes, verifiedFor }: KeptBytes,
  groups: readonly { readonly events: readonly Event[] }[],
): VerifiedBytes<Event> | null {
  const good = groups.filter(({ events }) => events.some(({ name }) => verifiedFor.includes(name)));
  if (good.length === 0) return null;
  const events = good.flatMap((group) => group.events);
  return { headers, bytes, events } as unknown as VerifiedBytes<Event>;
}

/** Verified bytes without their content coding, where the signature was over the coded ones: they say what these are. */
export function withoutCoding<Event>(proof: VerifiedBytes<Event>, bytes: Buffer): VerifiedBytes<Event> {
  return { ...proof, bytes };
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
