import { reasonOf } from './reason.ts';
import { signWebhook } from './webhook-signature.ts';

const RETRY_AFTER_MS_MAX = 60 * 60 * 1000;

/** An event on its way to one or more targets. */
export type WebhookDelivery = {
  /** The same for every target and on every attempt. */
  id: string;
  event: string;
  /** The body as it is sent and signed. */
  body: string;
  headers: Record<string, string>;
};

/** How one attempt ended: with a status, or with an error when there was no answer. */
export type WebhookOutcome = { status: number; retryAfterMs: number | undefined } | { error: string };

/**
 * Posts a delivery once. Never rejects.
 *
 * @param options.signal abandons the attempt
 */
export async function attemptWebhook({
  delivery,
  url,
  secret,
  nowMs,
  timeoutMs,
  signal,
}: {
  delivery: WebhookDelivery;
  url: string;
  secret: string;
  nowMs: number;
  timeoutMs: number;
  signal: AbortSignal;
}): Promise<WebhookOutcome> {
  const { id, body, headers } = delivery;
  const timestamp = Math.floor(nowMs / 1000);
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      headers: {
        ...headers,
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signWebhook({ id, timestamp, body, secret }),
      },
      body,
    });
    await response.body?.cancel();
    return {
      status: response.status,
      retryAfterMs: retryAfterMs(response.headers.get('retry-after'), nowMs),
    };
  } catch (error) {
    return { error: reasonOf(error) };
  }
}

/**
 * How long to wait after an attempt that failed: twice as long each time up to the longest, and at least as long as the
 * target asked for. A short Retry-After does not cut a long wait, or all attempts would be used up within seconds.
 *
 * @param options.attempt the one that failed, counted from 1
 * @param options.random takes up to a quarter off, so that many senders do not come back all at once
 */
export function retryWaitMs({
  attempt,
  outcome,
  backoffBaseMs,
  backoffMaxMs,
  random,
}: {
  attempt: number;
  outcome: WebhookOutcome;
  backoffBaseMs: number;
  backoffMaxMs: number;
  random: () => number;
}): number {
  const longest = Math.min(backoffMaxMs, backoffBaseMs * 2 ** (attempt - 1));
  const askedMs = 'status' in outcome ? (outcome.retryAfterMs ?? 0) : 0;
  return Math.max(askedMs, longest * (1 - random() / 4));
}

/** Milliseconds out of a Retry-After header, which holds seconds or a date (RFC 9110, 10.2.3). */
function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), RETRY_AFTER_MS_MAX);
}
