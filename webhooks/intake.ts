import { hash } from 'node:crypto';
import { type EventLog, EventLogUnavailableError, type VerifiedDelivery } from '../events/event-log.ts';
import type { Logger } from '../events/logger.ts';
import { type WebhookAnswer, refusedAnswer, takenAnswer } from './answer.ts';
import type { CheckedItems, CheckOptions, DeliveryIdentity, RejectedItems } from './checked-items.ts';
import type { Quarantine } from './dead-letters/quarantine.ts';
import { type Refusal, isRefusal, refusal } from './problem.ts';

/** What the intake needs of the event log. */
export type IntakeLog = Pick<EventLog, 'append' | 'appendAll' | 'find'>;

export interface IntakeOptions {
  readonly log: IntakeLog;
  readonly quarantine: Quarantine;
  readonly logger: Logger;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** A verified delivery and the URL that it came to. */
export interface Arrival extends CheckOptions {
  /** `:event` of the route, or null. */
  readonly event: string | null;
}

/** Where everything goes that was verified. */
export interface Intake {
  /** Into the log, or into quarantine. Never rejects. */
  readonly take: (checked: CheckedItems | RejectedItems, arrival: Arrival) => Promise<WebhookAnswer>;
  /**
   * Into the log, or not: nothing is kept elsewhere. What was in the log before is a duplicate, though it breaks the
   * configuration of now.
   * @throws EventLogUnavailableError when the log can't take it now
   */
  readonly settle: (
    checked: CheckedItems | RejectedItems,
    source: string,
  ) => Promise<'appended' | 'duplicate' | Refusal>;
}

/** Makes the intake of all sources. What the log or the quarantine can't keep now is 503, and the sender delivers again. */
export function createIntake({ log, quarantine, logger, random }: IntakeOptions): Intake {
  const settle: Intake['settle'] = async (checked, source) => {
    if (!isRefusal(checked)) {
      const outcome = await appendTo(log, checked.deliveries);
      return outcome === 'conflict' ? refusal('WEBHOOK_ID_CONFLICT') : outcome;
    }
    const known = await whatIsKnown(log, source, checked.identities);
    if (known === 'conflict') return refusal('WEBHOOK_ID_CONFLICT');
    return known ?? { refused: checked.refused };
  };

  async function take(checked: CheckedItems | RejectedItems, arrival: Arrival): Promise<WebhookAnswer> {
    try {
      const settled = await settle(checked, arrival.route.source);
      if (typeof settled === 'string') return takenAnswer(checked.successStatus, settled);
      return await quarantined(settled, checked, arrival);
    } catch (error) {
      return unavailable(error, arrival);
    }
  }

  async function quarantined(
    reason: Refusal,
    checked: CheckedItems | RejectedItems,
    arrival: Arrival,
  ): Promise<WebhookAnswer> {
    const isRejected = isRefusal(checked);
    const isKept = await keep(reason, isRejected ? checked.identities : checked.deliveries, arrival);
    const isStrict = isRejected && checked.isStrict;
    const isConflict = reason.refused.code === 'WEBHOOK_ID_CONFLICT';
    if (!isKept || isStrict || isConflict) return refusedAnswer(reason, random);
    return takenAnswer(checked.successStatus, 'quarantined');
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

  function unavailable(error: unknown, { route: { source }, event }: Arrival): WebhookAnswer {
    if (error instanceof EventLogUnavailableError)
      logger.warn({ source, event, reason: error.message }, 'event log unavailable');
    else logger.error({ source, event, err: error }, 'event log failed');
    return refusedAnswer(refusal('WEBHOOK_LOG_UNAVAILABLE'), random);
  }

  return { take, settle };
}

/** A batch is a duplicate when all of it is. */
async function appendTo(
  log: IntakeLog,
  deliveries: readonly VerifiedDelivery[],
): Promise<'appended' | 'duplicate' | 'conflict'> {
  const isSole = deliveries.length === 1;
  const results = isSole ? await log.append(deliveries) : await log.appendAll(deliveries);
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
  const found = await Promise.all(identities.map(({ id }) => log.find(source, id)));
  const isOther = found.map((known, index) => known && known.bodyHash !== identities[index]?.bodyHash);
  if (isOther.includes(true)) return 'conflict';
  return found.length > 0 && found.every((known) => known !== null) ? 'duplicate' : null;
}
