import { createHmac } from 'node:crypto';

/** What a webhook secret looks like: `whsec_` and the key in base64. */
export const WEBHOOK_SECRET = /^whsec_[A-Za-z0-9+/]+=*$/;

/**
 * Signs a delivery by the rules of Standard Webhooks: HMAC-SHA256 over id, timestamp and body.
 *
 * @param options.secret `whsec_` and the key in base64
 * @param options.timestamp seconds since 1970
 * @param options.body the body exactly as it is sent
 * @returns the value of the header `webhook-signature`
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signWebhook({
  id,
  timestamp,
  body,
  secret,
}: {
  id: string;
  timestamp: number;
  body: string;
  secret: string;
}): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
