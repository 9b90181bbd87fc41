import { singleHeader } from '../delivery.ts';
import { type MacOptions, createTextMac, isSignedByAny } from './mac.ts';
import { type Secrets, keysOf, signingSecret } from './secrets.ts';
import type { Signer, Verifier } from './verifier.ts';

/** Shopify's webhook signatures. */
export interface ShopifyConfig {
  readonly scheme: 'shopify';
  /** The client secrets of the app, or the secret that the admin shows for its own webhooks. */
  readonly secrets: Secrets;
}

const mac: MacOptions = { algorithm: 'sha256', encoding: 'base64' };
const keyOf = (secret: string) => createTextMac('shopify', secret, mac);

/**
 * Verifies `x-shopify-hmac-sha256`: the base64 HMAC-SHA256 of the raw body. The scheme signs neither a time nor
 * `x-shopify-webhook-id`, so it can't tell a replay under another id.
 *
 * Source: shopify.dev, "Verify webhook deliveries".
 *
 * @throws SecretFormatError when a secret is empty.
 */
export function shopifyVerifier({ secrets }: ShopifyConfig): Verifier {
  const keys = keysOf(secrets, keyOf);
  return ({ headers, body }) => {
    const signature = singleHeader(headers, 'x-shopify-hmac-sha256');
    return signature !== null && isSignedByAny(keys(), [body], [signature]);
  };
}

/** Signs as Shopify does. */
export function shopifySigner({ secrets }: ShopifyConfig): Signer {
  const sign = keyOf(signingSecret(secrets));
  return ({ body, id }) => ({
    'x-shopify-hmac-sha256': sign([body]).toString('latin1'),
    'x-shopify-webhook-id': id,
  });
}
