import { createHmac, timingSafeEqual } from 'node:crypto';
import { singleHeader } from '../delivery.ts';
import { type Verifier, SecretFormatError } from './verifier.ts';

/** GitHub's webhook signatures, also sent by services that follow GitHub. */
export interface GithubConfig {
  readonly scheme: 'github';
  /** Any text, used as its UTF-8 bytes; a signature by any of them is good (rotation). */
  readonly secrets: readonly string[];
}

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
  if (secrets.includes('')) throw new SecretFormatError('a github secret must not be empty');
  return ({ headers, body }) => {
    const signature = singleHeader(headers, 'x-hub-signature-256');
    if (signature === null) return false;
    const given = Buffer.from(signature, 'latin1');
    return secrets.some((secret) => {
      const expected = Buffer.from(
        `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
        'latin1',
      );
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
  };
}
