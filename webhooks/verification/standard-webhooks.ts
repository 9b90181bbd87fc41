import { createHmac, timingSafeEqual } from 'node:crypto';
import { singleHeader } from '../delivery.ts';
import { type Verifier, SecretFormatError } from './verifier.ts';

/** Standard Webhooks 1.0.0, symmetric signatures (`v1`). */
export interface StandardWebhooksConfig {
  readonly scheme: 'standard-webhooks';
  /** Base64, with or without the `whsec_` prefix; a signature by any of them is good (rotation). */
  readonly secrets: readonly string[];
  /** How far `webhook-timestamp` may lie in the past or in the future, in seconds. @default 300 */
  readonly toleranceSeconds?: number | undefined;
}

/**
 * Verifies `webhook-signature`: a space-separated list of `v1,<base64>` where one must be the HMAC-SHA256 of
 * `{webhook-id}.{webhook-timestamp}.{body}`. Stricter than the reference libraries: raw bytes and never a decoded
 * string, a timestamp of digits alone, each header once, no `.` in the id (the specification forbids it, because
 * the signed text could then be split elsewhere), base64 in its canonical form.
 *
 * Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Signature scheme" and
 * "Webhook headers".
 *
 * @throws SecretFormatError when a secret is not base64.
 */
export function standardWebhooksVerifier({
  secrets,
  toleranceSeconds = 300,
}: StandardWebhooksConfig): Verifier {
  const keys = secrets.map(decodeSecret);
  return ({ headers, body, nowMs }) => {
    const id = singleHeader(headers, 'webhook-id');
    const timestamp = singleHeader(headers, 'webhook-timestamp');
    const signatures = singleHeader(headers, 'webhook-signature');
    if (id === null || timestamp === null || signatures === null) return false;
    if (id.includes('.') || !/^\d{1,12}$/.test(timestamp)) return false;
    if (Math.abs(nowMs - Number(timestamp) * 1000) > toleranceSeconds * 1000) return false;

    // Node decodes header values as latin1, so this gives back the bytes that were sent.
    const signed = Buffer.from(`${id}.${timestamp}.`, 'latin1');
    const given = signatures
      .split(' ')
      .filter((signature) => signature.startsWith('v1,'))
      .map((signature) => Buffer.from(signature.slice(3), 'latin1'));
    return keys.some((key) => {
      const expected = Buffer.from(
        createHmac('sha256', key).update(signed).update(body).digest('base64'),
        'latin1',
      );
      return given.some((bytes) => bytes.length === expected.length && timingSafeEqual(bytes, expected));
    });
  };
}

/** Least bytes of a key, by "Signature scheme" of the specification: 24 to 64. */
export const secretBytesMin = 24;

/** Whether a key is shorter than the specification wants. Such a key still verifies: services in use have them. */
export function hasShortSecret({ secrets }: StandardWebhooksConfig): boolean {
  return secrets.some((secret) => decodeSecret(secret).length < secretBytesMin);
}

function decodeSecret(secret: string): Buffer {
  const text = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  const key = Buffer.from(text, 'base64');
  if (key.length === 0 || key.toString('base64') !== text) {
    throw new SecretFormatError(
      'a standard-webhooks secret must be base64, with or without the prefix whsec_',
    );
  }
  return key;
}
