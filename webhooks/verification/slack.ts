import { singleHeader } from '../delivery.ts';
import { type MacOptions, createTextMac, isSignedByAny } from './mac.ts';
import { type Secrets, keysOf, signingSecret } from './secrets.ts';
import { isTimely, secondsOf } from './timestamp.ts';
import type { Signer, Verifier } from './verifier.ts';

/** Slack's request signatures. */
export interface SlackConfig {
  readonly scheme: 'slack';
  /** Signing secrets of the app. */
  readonly secrets: Secrets;
  /** How far the timestamp may lie in the past or in the future, in seconds. @default 300 */
  readonly toleranceSeconds?: number | undefined;
}

const mac: MacOptions = { algorithm: 'sha256', encoding: 'hex', prefix: 'v0=' };
const keyOf = (secret: string) => createTextMac('slack', secret, mac);

/**
 * Verifies `x-slack-signature`: `v0=` and the lower-case hex HMAC-SHA256 of `v0:{x-slack-request-timestamp}:{body}`.
 *
 * Source: docs.slack.dev, "Verifying requests from Slack".
 *
 * @throws SecretFormatError when a secret is empty.
 */
export function slackVerifier({ secrets, toleranceSeconds }: SlackConfig): Verifier {
  const keys = keysOf(secrets, keyOf);
  return ({ headers, body, nowMs }) => {
    const timestamp = singleHeader(headers, 'x-slack-request-timestamp');
    const signature = singleHeader(headers, 'x-slack-signature');
    if (timestamp === null || signature === null) return false;
    if (!isTimely(timestamp, nowMs, toleranceSeconds)) return false;
    return isSignedByAny(keys(), [`v0:${timestamp}:`, body], [signature]);
  };
}

/** Signs as Slack does. The id of an event is in its payload. */
export function slackSigner({ secrets }: SlackConfig): Signer {
  const sign = keyOf(signingSecret(secrets));
  return ({ body, nowMs }) => {
    const timestamp = secondsOf(nowMs);
    return {
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': sign([`v0:${timestamp}:`, body]).toString('latin1'),
    };
  };
}
