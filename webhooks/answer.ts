import { problemMediaType } from './problems/problem-document.ts';
import type { Refusal, WebhookProblemCode } from './problem.ts';

/** What became of a delivery, for metrics and logs. */
export type DeliveryOutcome = 'appended' | 'duplicate' | 'quarantined' | 'handshake' | WebhookProblemCode;

/** What the sender is told. `body` is text, whose media type is in `headers`; null is no body. */
export interface WebhookAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly outcome: DeliveryOutcome;
}

/** How long a sender is asked to wait with 429 and 503, in seconds; give or take the spread at random. */
export const retryAfterSeconds = 5;

/** So that the senders that were refused together don't come back together. */
export const retryAfterSpreadSeconds = 2;

/**
 * Answers a delivery that goes no further with its problem (RFC 9457).
 * @param random from 0 up to 1
 */
export function refusedAnswer({ refused }: Refusal, random: () => number): WebhookAnswer {
  const { status, code } = refused;
  return {
    status,
    headers: {
      'content-type': problemMediaType,
      ...headersOf[code],
      ...((status === 429 || status === 503) && { 'retry-after': retryAfter(random) }),
    },
    body: JSON.stringify(refused),
    outcome: code,
  };
}

/** Answers a delivery that was taken, with the code that its document declares. */
export function takenAnswer(
  status: number,
  outcome: 'appended' | 'duplicate' | 'quarantined',
): WebhookAnswer {
  return { status, headers: headersOfTaken[outcome], body: null, outcome };
}

const headersOf: Partial<Record<WebhookProblemCode, Readonly<Record<string, string>>>> = {
  // RFC 9110, section 15.5.2 wants a challenge with every 401.
  WEBHOOK_SIGNATURE_INVALID: { 'www-authenticate': 'Webhook-Signature' },
  WEBHOOK_METHOD_NOT_ALLOWED: { allow: 'POST' },
  // RFC 9110, section 12.5.3: with 415 it names the codings that would do.
  WEBHOOK_CODING_UNSUPPORTED: { 'accept-encoding': 'gzip, deflate, br, zstd' },
};

const headersOfTaken = {
  appended: {},
  duplicate: { 'sluice-duplicate': 'true' },
  quarantined: { 'sluice-quarantined': 'true' },
} as const;

function retryAfter(random: () => number): string {
  const [least, choices] = [retryAfterSeconds - retryAfterSpreadSeconds, 2 * retryAfterSpreadSeconds + 1];
  return String(least + Math.floor(random() * choices));
}
