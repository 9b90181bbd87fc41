import { singleHeader } from '../delivery.ts';
import { type MacOptions, createTextMac, isSignedByAny } from './mac.ts';
import { type Secrets, keysOf, signingSecret } from './secrets.ts';
import { isTimely, secondsOf } from './timestamp.ts';
import type { Signer, Verifier } from './verifier.ts';

/** Stripe's webhook signatures. */
export interface StripeConfig {
  readonly scheme: 'stripe';
  /** Signing secrets of the endpoint. The text is the key as it is, `whsec_` included. */
  readonly secrets: Secrets;
  /** How far the timestamp may lie in the past or in the future, in seconds. @default 300 */
  readonly toleranceSeconds?: number | undefined;
}

const mac: MacOptions = { algorithm: 'sha256', encoding: 'hex' };
const keyOf = (secret: string) => createTextMac('stripe', secret, mac);

/**
 * Verifies `stripe-signature`: `t=<seconds>,v1=<hex>`, where one `v1` must be the lower-case hex HMAC-SHA256 of
 * `{t}.{body}`. There are several while Stripe rolls a secret. Other entries, such as `v0` of test mode, are ignored:
 * taking them would be a downgrade. Stricter than Stripe's libraries: one `t` of digits alone, and not from the future
 * either.
 *
 * Source: docs.stripe.com, "Resolve webhook signature verification errors" and "Verify webhook signatures manually".
 *
 * @throws SecretFormatError when a secret is empty.
 */
export function stripeVerifier({ secrets, toleranceSeconds }: StripeConfig): Verifier {
  const keys = keysOf(secrets, keyOf);
  return ({ headers, body, nowMs }) => {
    const entries = singleHeader(headers, 'stripe-signature')?.split(',') ?? [];
    const [timestamp, ...more] = valuesOf(entries, 't=');
    if (timestamp === undefined || more.length > 0) return false;
    if (!isTimely(timestamp, nowMs, toleranceSeconds)) return false;
    return isSignedByAny(keys(), [`${timestamp}.`, body], valuesOf(entries, 'v1='));
  };
}

/** Signs as Stripe does. The id of an event is in its payload. */
export function stripeSigner({ secrets }: StripeConfig): Signer {
  const sign = keyOf(signingSecret(secrets));
  return ({ body, nowMs }) => {
    const timestamp = secondsOf(nowMs);
    return { 'stripe-signature': `t=${timestamp},v1=${sign([`${timestamp}.`, body]).toString('latin1')}` };
  };
}

function valuesOf(entries: readonly string[], key: string): string[] {
  return entries.filter((entry) => entry.startsWith(key)).map((entry) => entry.slice(key.length));
}
