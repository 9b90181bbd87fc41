import { hash } from 'node:crypto';
import { credentialsSigner } from './credentials.ts';
import { githubSigner } from './github.ts';
import { hmacSigner } from './hmac.ts';
import { shopifySigner } from './shopify.ts';
import { slackSigner } from './slack.ts';
import { standardWebhooksSigner } from './standard-webhooks.ts';
import { stripeSigner } from './stripe.ts';
import { isForm, twilioSigner } from './twilio.ts';
import type { VerificationConfig } from './verification.ts';
import type { Signer } from './verifier.ts';

/**
 * Makes the signer of a scheme: the sender's side, for tools and tests. It signs with the first secret.
 * @throws SecretFormatError when there is no secret, it has the wrong format, or it is a public key
 */
export function createSigner(config: VerificationConfig): Signer {
  switch (config.scheme) {
    case 'none':
      return () => ({});
    case 'standard-webhooks':
      return standardWebhooksSigner(config);
    case 'github':
      return githubSigner(config);
    case 'stripe':
      return stripeSigner(config);
    case 'slack':
      return slackSigner(config);
    case 'shopify':
      return shopifySigner(config);
    case 'twilio':
      return twilioSigner(config);
    case 'hmac':
      return hmacSigner(config);
    default:
      return credentialsSigner(config);
  }
}

/** The URL that a sender calls with a body: Twilio puts the hash of one that is no form into the query. */
export function signedUrl(
  { scheme }: VerificationConfig,
  { url, body, contentType }: { url: string; body: Buffer; contentType: string },
): string {
  if (scheme !== 'twilio' || isForm({ 'content-type': contentType })) return url;
  const withHash = new URL(url);
  withHash.searchParams.set('bodySHA256', hash('sha256', body, 'hex'));
  return withHash.href;
}
