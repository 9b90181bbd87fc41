import { type KeyObject, createPublicKey, verify } from 'node:crypto';
import { singleHeader } from '../delivery.ts';
import { createMac, isSignedByAny } from './mac.ts';
import { type Secrets, keysOf, signingSecret } from './secrets.ts';
import { isTimely, secondsOf } from './timestamp.ts';
import { type Signer, type Verifier, SecretFormatError } from './verifier.ts';

/** Standard Webhooks 1.0.0: symmetric signatures (`v1`) and asymmetric ones (`v1a`). */
export interface StandardWebhooksConfig {
  readonly scheme: 'standard-webhooks';
  /** Base64, with or without the `whsec_` prefix; or the sender's Ed25519 public key with the prefix `whpk_`. */
  readonly secrets: Secrets;
  /** What the names of the headers begin with: senders through Svix say `svix-id` for `webhook-id`. @default webhook */
  readonly headerPrefix?: 'webhook' | 'svix' | undefined;
  /** How far `webhook-timestamp` may lie in the past or in the future, in seconds. @default 300 */
  readonly toleranceSeconds?: number | undefined;
}

/** The names of the headers, under their prefix. */
export function standardWebhooksHeaders({
  headerPrefix = 'webhook',
}: Pick<StandardWebhooksConfig, 'headerPrefix'>) {
  return {
    id: `${headerPrefix}-id`,
    timestamp: `${headerPrefix}-timestamp`,
    signature: `${headerPrefix}-signature`,
  };
}

/** Whether one of the signatures of `webhook-signature` is good by this key. */
type Key = (signed: string, body: Buffer, signatures: readonly string[]) => boolean;

/**
 * Verifies `webhook-signature`: a space-separated list where one must sign `{webhook-id}.{webhook-timestamp}.{body}`,
 * as `v1,` and base64 HMAC-SHA256, or as `v1a,` and base64 Ed25519. Stricter than the reference libraries: raw bytes
 * and never a decoded string, a timestamp of digits alone, each header once, no `.` in the id (the specification
 * forbids it, because the signed text could then be split elsewhere), base64 in its canonical form.
 *
 * Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Signature scheme" and
 * "Webhook headers"; of `svix-…`: docs.svix.com/receiving/verifying-payloads/how-manual.
 *
 * @throws SecretFormatError when a secret is not base64, or a public key not one of Ed25519.
 */
export function standardWebhooksVerifier(config: StandardWebhooksConfig): Verifier {
  const { secrets, toleranceSeconds } = config;
  const keys = keysOf(secrets, keyOf);
  const names = standardWebhooksHeaders(config);
  return ({ headers, body, nowMs }) => {
    const id = singleHeader(headers, names.id);
    const timestamp = singleHeader(headers, names.timestamp);
    const signatures = singleHeader(headers, names.signature)?.split(' ');
    if (id === null || timestamp === null || !signatures) return false;
    if (id.includes('.') || !isTimely(timestamp, nowMs, toleranceSeconds)) return false;
    return keys().some((isGood) => isGood(`${id}.${timestamp}.`, body, signatures));
  };
}

/**
 * Signs as a sender of Standard Webhooks does, with `v1`.
 * @throws SecretFormatError when the first secret is a public key: only its owner can sign
 */
export function standardWebhooksSigner(config: StandardWebhooksConfig): Signer {
  const secret = signingSecret(config.secrets);
  const names = standardWebhooksHeaders(config);
  if (secret.startsWith(publicPrefix)) {
    throw new SecretFormatError('whpk_ is a public key: only the sender, who has its private key, can sign');
  }
  const sign = createMac(decodeSecret(secret), macOptions);
  return ({ body, id, nowMs }) => {
    const timestamp = secondsOf(nowMs);
    return {
      [names.id]: id,
      [names.timestamp]: timestamp,
      [names.signature]: sign([`${id}.${timestamp}.`, body]).toString('latin1'),
    };
  };
}

/** Least bytes of a key, by "Signature scheme" of the specification: 24 to 64. */
export const secretBytesMin = 24;

/** Whether a secret is shorter than the specification wants. It still verifies: services in use have such. */
export function isShortSecret(secret: string): boolean {
  const key = secret.startsWith(publicPrefix) ? null : keyBytes(secret);
  return key !== null && key.length < secretBytesMin;
}

const publicPrefix = 'whpk_';
const macOptions = { algorithm: 'sha256', encoding: 'base64', prefix: 'v1,' } as const;

function keyOf(secret: string): Key {
  if (secret.startsWith(publicPrefix)) return asymmetricKey(decodePublicKey(secret));
  const macs = [createMac(decodeSecret(secret), macOptions)];
  return (signed, body, signatures) => isSignedByAny(macs, [signed, body], signatures);
}

/** An Ed25519 signature costs more than an HMAC to check; no sender rotates through more keys than these. */
const asymmetricSignaturesMax = 8;

function asymmetricKey(key: KeyObject): Key {
  return (signed, body, signatures) => {
    const given = signatures
      .filter((signature) => signature.startsWith('v1a,'))
      .slice(0, asymmetricSignaturesMax);
    if (given.length === 0) return false;
    const message = Buffer.concat([Buffer.from(signed, 'latin1'), body]);
    return given.some((signature) => {
      const bytes = fromBase64(signature.slice('v1a,'.length));
      return bytes?.length === 64 && verify(null, message, key, bytes);
    });
  };
}

function decodeSecret(secret: string): Buffer {
  const key = keyBytes(secret);
  if (key && key.length > 0) return key;
  throw new SecretFormatError('a standard-webhooks secret must be base64, with or without the prefix whsec_');
}

function keyBytes(secret: string): Buffer | null {
  return fromBase64(secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret);
}

function decodePublicKey(secret: string): KeyObject {
  const bytes = fromBase64(secret.slice(publicPrefix.length));
  if (bytes?.length !== 32) {
    throw new SecretFormatError('a standard-webhooks public key must be base64 of 32 bytes, behind whpk_');
  }
  return createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') },
    format: 'jwk',
  });
}

/** Null when it is not the one base64 text (RFC 4648, section 4) of its bytes. */
function fromBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}
