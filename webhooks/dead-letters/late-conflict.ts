import type { VerifiedDelivery } from '../../events/event-log.ts';
import type { VerifiedBytes } from '../delivery.ts';
import { refusal } from '../problem.ts';
import type { RefusedDelivery } from './quarantine.ts';

/**
 * A delivery that was answered 2xx, and whose id turned out to be that of another one when it came from a journal into the
 * event log. What is left of it is its event: the payload as JSON, without the headers it came with. It was verified for
 * the event that it had become.
 */
export function lateConflict(delivery: VerifiedDelivery): RefusedDelivery {
  const { source, type, id, dataJson, bodyHash, time, traceparent } = delivery;
  const verified = {
    headers: { 'content-type': 'application/json', ...(traceparent !== null && { traceparent }) },
    bytes: Buffer.from(dataJson),
    events: [{ name: type }],
  } as unknown as VerifiedBytes<{ readonly name: string }>;
  const reason = refusal(
    'WEBHOOK_ID_CONFLICT',
    'It was found when the delivery came from the journal into the event log.',
  ).refused;
  return { source, event: type, id, verified, bodyHash, reason, receivedMs: Date.parse(time) };
}
