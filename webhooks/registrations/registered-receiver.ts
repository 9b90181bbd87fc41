import { refusal } from '../problem.ts';
import type { WebhookAnswer, WebhookReceiver } from '../receive.ts';
import { registrationOf } from './registration.ts';
import type { Registrations } from './registrations.ts';

export interface RegisteredReceiverOptions {
  readonly receiver: WebhookReceiver;
  readonly known: Registrations['known'];
}

/**
 * A receiver that knows of registrations. The URL of a deleted one is gone, which tells its service to stop; the id in it
 * is as good as a secret, so it needs no signature. As long as registered secrets could not be read, a signature that is
 * not known may be good: that is 503, and the sender delivers again.
 */
export function registeredReceiver({ receiver, known }: RegisteredReceiverOptions): WebhookReceiver {
  return {
    ...receiver,
    async receive(request) {
      const id = registrationOf(request.target);
      if (id !== null && known.isGone(id)) return refused('WEBHOOK_REGISTRATION_GONE');
      const answer = await receiver.receive(request);
      const isUnsure = answer.body?.code === 'WEBHOOK_SIGNATURE_INVALID' && !known.isLoaded();
      return isUnsure ? refused('WEBHOOK_LOG_UNAVAILABLE', { 'retry-after': '5' }) : answer;
    },
  };
}

function refused(
  code: 'WEBHOOK_REGISTRATION_GONE' | 'WEBHOOK_LOG_UNAVAILABLE',
  headers: Readonly<Record<string, string>> = {},
): WebhookAnswer {
  const { refused: body } = refusal(code);
  return { status: body.status, headers, body };
}
