import { singleHeader } from '../delivery.ts';
import { type MacOptions, createTextMac, isSignedByAny } from './mac.ts';
import { type Secrets, keysOf, signingSecret } from './secrets.ts';
import type { Signer, Verifier } from './verifier.ts';

/** GitHub's webhook signatures, also sent by services that follow GitHub. */
export interface GithubConfig {
  readonly scheme: 'github';
  /** Any text. */
  readonly secrets: Secrets;
}

const mac: MacOptions = { algorithm: 'sha256', encoding: 'hex', prefix: 'sha256=' };
const keyOf = (secret: string) => createTextMac('github', secret, mac);

/**
 * Verifies `x-hub-signature-256`: `sha256=` and the lower-case hex HMAC-SHA256 of the raw body. The older
 * `x-hub-signature` (SHA-1) is never looked at. The scheme signs neither a time nor `x-github-delivery`, so it
 * can't tell a replay under another delivery id.
 *
 * Source: docs.github.com, "Validating webhook deliveries".
 *
 * @throws SecretFormatError when a secret is empty.
 */
export function githubVerifier({ secrets }: GithubConfig): Verifier {
  const keys = keysOf(secrets, keyOf);
  return ({ headers, body }) => {
    const signature = singleHeader(headers, 'x-hub-signature-256');
    return signature !== null && isSignedByAny(keys(), [body], [signature]);
  };
}

/** Signs as GitHub does. */
export function githubSigner({ secrets }: GithubConfig): Signer {
  const sign = keyOf(signingSecret(secrets));
  return ({ body, id }) => ({
    'x-hub-signature-256': sign([body]).toString('latin1'),
    'x-github-delivery': id,
  });
}
