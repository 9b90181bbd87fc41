import { EventLogUnavailableError } from '../../events/event-log.ts';
import type { VerifiedBytes } from '../delivery.ts';
import type { WebhookProblem } from '../problem.ts';
import { letterIdOf, type DeadLetter } from './dead-letter.ts';
import type { ObserveLetterChange } from './letter-change.ts';
import type { LetterStore } from './letter-store.ts';
import { redactHeaders, type ConfiguredHeaders } from './redacted-headers.ts';

/** A verified delivery that is no event, and why. */
export interface RefusedDelivery {
  readonly source: string;
  /** `:event` of the route, or null on `/webhooks/:source`. */
  readonly event: string | null;
  /** The id of the delivery, as far as it could be read. */
  readonly id: string | null;
  /** The bytes as they were verified: the proof that nobody but a sender of the source fills the quarantine. */
  readonly verified: VerifiedBytes<{ readonly name: string }>;
  /** SHA-256 of the bytes, hex. */
  readonly bodyHash: string;
  readonly reason: WebhookProblem;
  /** Milliseconds since the epoch. */
  readonly receivedMs: number;
}

export interface Quarantine {
  /**
   * Keeps a delivery as a dead letter: raw bytes, headers without secrets, and the reason. Resolves when the store has
   * it. The same delivery again is the same letter: it is counted, and the reason is the new one.
   * @throws EventLogUnavailableError when it can't be kept, because the store does not answer or the quarantine is full:
   * answered 503, so that the sender keeps it
   */
  readonly keep: (delivery: RefusedDelivery) => Promise<'kept' | 'known'>;
}

export interface QuarantineOptions {
  readonly letters: LetterStore;
  /** What the headers of a source mean. */
  readonly headersOf: (source: string) => ConfiguredHeaders;
  /** Most letters that are kept. Several gateways on one store may go above it by one each. */
  readonly lettersMax: number;
  readonly observeChange: ObserveLetterChange;
}

/** The place for deliveries that were verified and can't be appended to the event log. */
export function createQuarantine(options: QuarantineOptions): Quarantine {
  const { letters, headersOf, lettersMax, observeChange } = options;

  async function keep(delivery: RefusedDelivery): Promise<'kept' | 'known'> {
    const { source } = delivery;
    const letter = letterOf(delivery, headersOf(source));
    for (;;) {
      if (await letters.change(letter.id, (known) => cameAgain(known, letter))) return 'known';
      if ((await letters.count()) >= lettersMax) {
        throw new EventLogUnavailableError(`The quarantine is full: it holds ${lettersMax} dead letters`);
      }
      if (!(await letters.add(letter))) continue;
      observeChange({ source, change: 'kept' });
      return 'kept';
    }
  }

  return { keep };
}

/** Say which event a delivery is whatever the configuration says: its format, and CloudEvents in HTTP (section 3.1.3). */
const telling = ['content-type', 'ce-id', 'ce-source', 'ce-type'];

function letterOf(delivery: RefusedDelivery, configured: ConfiguredHeaders): DeadLetter {
  const { source, event, id: deliveryId, verified, bodyHash, reason, receivedMs } = delivery;
  const { headers, bytes, events } = verified;
  const receivedAt = new Date(receivedMs).toISOString();
  const told = [...telling, ...configured.identifying].map((name) => headers[name] ?? null);
  return {
    id: letterIdOf({ source, event, deliveryId, bodyHash, headers: told }),
    source,
    event,
    deliveryId,
    reason,
    verifiedFor: events.map(({ name }) => name),
    headers: redactHeaders(headers, configured),
    bodyBase64: bytes.toString('base64'),
    bodyBytes: bytes.length,
    bodyHash,
    receivedAt,
    lastReceivedAt: receivedAt,
    times: 1,
    redrives: 0,
    lastRedriveAt: null,
  };
}

/** The configuration may have changed since, so what holds of the delivery is what was found now. */
function cameAgain(known: DeadLetter, { reason, verifiedFor, receivedAt }: DeadLetter): DeadLetter {
  return { ...known, reason, verifiedFor, lastReceivedAt: receivedAt, times: known.times + 1 };
}
