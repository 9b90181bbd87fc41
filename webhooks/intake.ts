import { hash } from 'node:crypto';
import { type EventLog, EventLogUnavailableError, type VerifiedDelivery } from '../events/event-log.ts';
import type { Logger } from '../events/logger.ts';
import { type WebhookAnswer, refusedAnswer, takenAnswer } from './answer.ts';
import type { CheckedItems, CheckOptions, DeliveryIdentity, RejectedItems } from './checked-items.ts';
import type { VerifiedBytes } from './delivery.ts';
import { type Refusal, type WebhookProblem, refusal } from './problem.ts';

/** A verified delivery that is no event, and why. */
export interface RefusedDelivery {
  readonly source: string;
  readonly event: string | null;
  readonly id: string | null;
  readonly verified: VerifiedBytes<{ readonly name: string }>;
  readonly bodyHash: string;
  readonly reason: WebhookProblem;
  readonly receivedMs: number;
}

export interface Quarantine {
  keep(delivery: RefusedDelivery): Promise<'kept' | 'known'>;
}

/** What the intake needs of the event log. */
export type IntakeLog = Pick<EventLog, 'append'> & {
  appendAll?(deliveries: readonly VerifiedDelivery[]): Promise<readonly { status: string }[]>;
  find?(source: string, id: string): Promise<{ bodyHash: string } | null>;
};

export interface IntakeOptions {
  readonly log: IntakeLog;
  readonly quarantine?: Quarantine | undefined;
  readonly logger: Logger;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** A verified delivery and the URL that it came to. */
export interface Arrival extends CheckOptions {
  /** `:event` of the route, or null. */
  readonly event: string | null;
}

/** Where everything goes that was verified: into the log, or into quarantine. Neither rejects. */
export interface Intake {
  readonly append: (checked: CheckedItems, arrival: Arrival) => Promise<WebhookAnswer>;
  /** What was in the log before is a duplicate, though it breaks the configuration of now. */
  readonly setAside: (rejected: RejectedItems, arrival: Arrival) => Promise<WebhookAnswer>;
}

/** Makes the intake of all sources. What the log or the quarantine can't keep now is 503, and the sender delivers again. */
export function createIntake({ log, quarantine, logger, random }: IntakeOptions): Intake {
  async function append(checked: CheckedItems, arrival: Arrival): Promise<WebhookAnswer> {
    const { deliveries, successStatus } = checked;
    return orUnavailable(arrival, async () => {
      const outcome = await appendTo(log, deliveries);
      if (outcome !== 'conflict') return takenAnswer(successStatus, outcome);
      await keep(refusal('WEBHOOK_ID_CONFLICT'), deliveries, arrival);
      return refusedAnswer(refusal('WEBHOOK_ID_CONFLICT'), random);
    });
  }

  async function setAside(rejected: RejectedItems, arrival: Arrival): Promise<WebhookAnswer> {
    const { refused, identities, successStatus, isStrict } = rejected;
    return orUnavailable(arrival, async () => {
      const known = await whatIsKnown(log, arrival.route.source, identities);
      if (known === 'duplicate') return takenAnswer(successStatus, 'duplicate');
      const reason = known === 'conflict' ? refusal('WEBHOOK_ID_CONFLICT') : { refused };
      const isKept = await keep(reason, identities, arrival);
      if (!isKept || isStrict || known === 'conflict') return refusedAnswer(reason, random);
      return takenAnswer(successStatus, 'quarantined');
    });
  }

  /** @returns false when there is no quarantine */
  async function keep(
    { refused: reason }: Refusal,
    identities: readonly { readonly id: string }[],
    { route: { source }, event, verified, receivedMs }: Arrival,
  ): Promise<boolean> {
    // A batch has an id for each item, and none of its own.
    const id = identities.length === 1 ? (identities[0]?.id ?? null) : null;
    const { status, code } = reason;
    logger.warn({ source, event, id, status, code }, 'webhook delivery refused');
    if (!quarantine) return false;
    const bodyHash = hash('sha256', verified.bytes, 'hex');
    await quarantine.keep({ source, event, id, verified, bodyHash, reason, receivedMs });
    return true;
  }

  async function orUnavailable(
    { route: { source }, event }: Arrival,
    answer: () => Promise<WebhookAnswer>,
  ): Promise<WebhookAnswer> {
    try {
      return await answer();
    } catch (error) {
      if (error instanceof EventLogUnavailableError)
        logger.warn({ source, event, reason: error.message }, 'event log unavailable');
      else logger.error({ source, event, err: error }, 'event log failed');
      return refusedAnswer(refusal('WEBHOOK_LOG_UNAVAILABLE'), random);
    }
  }

  return { append, setAside };
}

/** A batch is a duplicate when all of it is. */
async function appendTo(
  log: IntakeLog,
  deliveries: readonly VerifiedDelivery[],
): Promise<'appended' | 'duplicate' | 'conflict'> {
  const isSole = deliveries.length === 1;
  const results = isSole || !log.appendAll ? await log.append(deliveries) : await log.appendAll(deliveries);
  if (results.length !== deliveries.length) throw new Error('The event log gave too few results');
  if (results.some(({ status }) => status === 'conflict')) return 'conflict';
  return results.length > 0 && results.every(({ status }) => status === 'duplicate')
    ? 'duplicate'
    : 'appended';
}

async function whatIsKnown(
  log: IntakeLog,
  source: string,
  identities: readonly DeliveryIdentity[],
): Promise<'duplicate' | 'conflict' | null> {
  const found = await Promise.all(identities.map(async ({ id }) => log.find?.(source, id) ?? null));
  const isOther = found.map((known, index) => known && known.bodyHash !== identities[index]?.bodyHash);
  if (isOther.includes(true)) return 'conflict';
  return found.length > 0 && found.every((known) => known !== null) ? 'duplicate' : null;
}
