import { hash } from 'node:crypto';
import type { StoredRecord } from '../../events/record-store.ts';
import type { DeliveryHeaders, KeptBytes } from '../delivery.ts';
import type { WebhookProblem } from '../problem.ts';

/**
 * A delivery that was verified and is no event: kept until it is redriven or discarded. It is stored as this JSON, and
 * operators read it as this JSON.
 */
export interface DeadLetter {
  /** Opaque; `isLetterId` says how it looks. The same delivery has the same id whenever it comes. */
  readonly id: string;
  readonly source: string;
  /** `:event` of the URL that it came to; null for `/webhooks/:source`. */
  readonly event: string | null;
  /** What makes the delivery unique within its source; null when that could not be read. */
  readonly deliveryId: string | null;
  /** Why it was refused when it last came or was last redriven. */
  readonly reason: WebhookProblem;
  /** Names of the events that its signature was good for when it came. */
  readonly verifiedFor: readonly string[];
  /** As they came first, without the values of those that hold a secret. Those of the signature are there. */
  readonly headers: DeliveryHeaders;
  readonly bodyBase64: string;
  readonly bodyBytes: number;
  /** SHA-256 of the body, hex. */
  readonly bodyHash: string;
  /** When it came first, and last; RFC 3339 with milliseconds. */
  readonly receivedAt: string;
  readonly lastReceivedAt: string;
  /** How often it came. */
  readonly times: number;
  /** How often it was redriven in vain, and when last. */
  readonly redrives: number;
  readonly lastRedriveAt: string | null;
  /** Until when it is not discarded, because it is being redriven; absent when it is not. */
  readonly redriveUntil?: string | undefined;
}

/** The collection of the record store that holds dead letters. */
export const deadLetterCollection = 'dead-letters';

/** What tells one delivery from another. */
export interface LetterIdentity extends Pick<DeadLetter, 'source' | 'event' | 'deliveryId' | 'bodyHash'> {
  /** Values of the headers that say which delivery or which event it is, in a fixed order. */
  readonly headers: readonly unknown[];
}

/**
 * The id of a letter: 128 bits of a SHA-256 over what tells deliveries apart. Signatures and times are not in it, as a
 * sender that tries again makes new ones.
 */
export function letterIdOf({ source, event, deliveryId, bodyHash, headers }: LetterIdentity): string {
  return hash('sha256', JSON.stringify([source, event, deliveryId, bodyHash, headers]), 'hex').slice(0, 32);
}

/** Whether a text from outside may be the id of a letter. */
export function isLetterId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

/** A letter as the record store takes it. Its place in lists is that of the time when it came first. */
export function recordOf(letter: DeadLetter): StoredRecord {
  const { id: key, receivedAt: at } = letter;
  return { collection: deadLetterCollection, key, at, json: JSON.stringify(letter) };
}

/** The letter in a record that `recordOf` made. */
export function letterIn({ json }: Pick<StoredRecord, 'json'>): DeadLetter {
  return JSON.parse(json) as DeadLetter;
}

/**
 * The bytes of a letter, with its word that they were verified. A letter is that proof because nothing but
 * `Quarantine.keep` writes one, and that asks for `VerifiedBytes`. Whoever can write into the store of the event log
 * can forge letters, and could as well forge events.
 */
export function keptBytes({ headers, bodyBase64, verifiedFor }: DeadLetter): KeptBytes {
  return { headers, bytes: Buffer.from(bodyBase64, 'base64'), verifiedFor } as unknown as KeptBytes;
}
