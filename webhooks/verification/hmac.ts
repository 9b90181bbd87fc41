import { singleHeader } from '../delivery.ts';
import { type MacOptions, createTextMac, isSignedByAny } from './mac.ts';
import { type Secrets, keysOf, signingSecret } from './secrets.ts';
import { compileSignedText } from './signed-text.ts';
import { isTimely } from './timestamp.ts';
import type { Signer, SignerInput, Verifier } from './verifier.ts';

/** An HMAC that follows no scheme with a name: where it stands and what it signs is configured. */
export interface HmacConfig {
  readonly scheme: 'hmac';
  /** Any text. */
  readonly secrets: Secrets;
  /** Header that holds the code. */
  readonly header: string;
  /** @default 'sha256' */
  readonly algorithm?: MacOptions['algorithm'] | undefined;
  /** Hex is lower case, base64 has its padding, base64url has none. @default 'hex' */
  readonly encoding?: MacOptions['encoding'] | undefined;
  /** What stands before the code. @default nothing */
  readonly prefix?: string | undefined;
  /** What is signed; see signed-text.ts. @default '{body}' */
  readonly signed?: string | undefined;
  /** Header of `{id}`, which is then the delivery's id. */
  readonly idHeader?: string | undefined;
  /** Header of `{timestamp}`. */
  readonly timestampHeader?: string | undefined;
  /** @default 'seconds' */
  readonly timestampUnit?: 'seconds' | 'milliseconds' | undefined;
  /** How far the timestamp may lie in the past or in the future, in seconds. @default 300 */
  readonly toleranceSeconds?: number | undefined;
}

/**
 * Verifies an HMAC (RFC 2104) as it is configured. With a timestamp header the time must be near and signed; without
 * one the scheme can't tell a replay.
 * @throws SecretFormatError when a secret is empty
 * @throws Error when `signed` does not fit the other settings
 */
export function hmacVerifier(config: HmacConfig): Verifier {
  const { secrets, timestampHeader, timestampUnit, toleranceSeconds } = config;
  const keys = keysOf(secrets, keyOf(config));
  const signedText = compileSignedText(config);
  const header = config.header.toLowerCase();
  const timeHeader = timestampHeader?.toLowerCase();
  const unitMs = timestampUnit === 'milliseconds' ? 1 : 1000;
  return ({ headers, body, nowMs, target }) => {
    const signature = singleHeader(headers, header);
    if (signature === null) return false;
    if (timeHeader !== undefined) {
      const timestamp = singleHeader(headers, timeHeader);
      if (timestamp === null || !isTimely(timestamp, nowMs, toleranceSeconds, unitMs)) return false;
    }
    const parts = signedText({ headers, body, target });
    return parts !== null && isSignedByAny(keys(), parts, [signature]);
  };
}

/** Signs as such a sender does. Headers that `signed` names beside id and timestamp are for the caller to add. */
export function hmacSigner(config: HmacConfig): Signer {
  const { timestampHeader, timestampUnit, idHeader } = config;
  const sign = keyOf(config)(signingSecret(config.secrets));
  const signedText = compileSignedText(config);
  return ({ body, id, nowMs, url }: SignerInput) => {
    const timestamp = String(timestampUnit === 'milliseconds' ? nowMs : Math.floor(nowMs / 1000));
    const added = {
      ...(idHeader !== undefined && { [idHeader.toLowerCase()]: id }),
      ...(timestampHeader !== undefined && { [timestampHeader.toLowerCase()]: timestamp }),
    };
    const { pathname, search } = new URL(url);
    const parts = signedText({ headers: added, body, target: `${pathname}${search}` });
    if (!parts)
      throw new Error('"signed" names a header that this sender does not add, or the id does not fit it');
    return { ...added, [config.header.toLowerCase()]: sign(parts).toString('latin1') };
  };
}

function keyOf({ algorithm = 'sha256', encoding = 'hex', prefix }: HmacConfig) {
  return (secret: string) => createTextMac('hmac', secret, { algorithm, encoding, prefix });
}
