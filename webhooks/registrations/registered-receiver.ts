import { refusedAnswer } from '../answer.ts';
import { refusal } from '../problem.ts';
import type { WebhookReceiver } from '../receive.ts';
import { registrationOf } from './registration.ts';
import type { Registrations } from './registrations.ts';

/**
 * A receiver that knows of registrations. The URL of a deleted one is gone, which tells its service to stop; the id in it
 * is as good as a secret, so it needs no signature. As long as registered secrets can not be read, a signature that is
 * not known may be good: that is 503, and the sender delivers again.
 * @param registrations undefined where nobody can register
 * @param random from 0 up to 1 @default Math.random
 */
export function withRegistrations(
  receiver: WebhookReceiver,
  registrations: Pick<Registrations, 'known'> | undefined,
  random: () => number = Math.random,
): WebhookReceiver {
  if (!registrations) return receiver;
  const { known } = registrations;
  return {
    ...receiver,
    async receive(arriving) {
      const id = registrationOf(arriving.target);
      if (id !== null && known.isGone(id)) return refusedAnswer(refusal('WEBHOOK_REGISTRATION_GONE'), random);
      const answer = await receiver.receive(arriving);
      const isUnsure = answer.outcome === 'WEBHOOK_SIGNATURE_INVALID' && !known.isCurrent();
      return isUnsure ? refusedAnswer(refusal('WEBHOOK_LOG_UNAVAILABLE'), random) : answer;
    },
  };
}
