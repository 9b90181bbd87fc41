import { createHmac, timingSafeEqual } from 'node:crypto';
import { SecretFormatError } from './verifier.ts';

export interface MacOptions {
  readonly algorithm: 'sha1' | 'sha256' | 'sha512';
  readonly encoding: 'hex' | 'base64' | 'base64url';
  /** What stands before the code in its header. @default nothing */
  readonly prefix?: string | undefined;
}

/** What is signed, piece after piece. A text came in a header or a request target, which Node decodes as latin1. */
export type SignedParts = readonly (string | Buffer)[];

/** The HMAC (RFC 2104) of a message as it stands in a header, by one key. */
export type Mac = (parts: SignedParts) => Buffer;

/** Makes the message authentication codes of a key. */
export function createMac(key: Buffer, { algorithm, encoding, prefix = '' }: MacOptions): Mac {
  return (parts) => {
    const hmac = createHmac(algorithm, key);
    for (const part of parts) {
      if (typeof part === 'string') hmac.update(part, 'latin1');
      else hmac.update(part);
    }
    return Buffer.from(`${prefix}${hmac.digest(encoding)}`, 'latin1');
  };
}

/**
 * The same for a secret that is any text, used as its UTF-8 bytes.
 * @throws SecretFormatError when it is empty
 */
export function createTextMac(scheme: string, secret: string, options: MacOptions): Mac {
  if (secret === '') throw new SecretFormatError(`a secret of ${scheme} must not be empty`);
  return createMac(Buffer.from(secret, 'utf8'), options);
}

/** Whether one of the given signatures is the code of the message by one of the keys, compared in constant time. */
export function isSignedByAny(
  macs: readonly Mac[],
  parts: SignedParts,
  signatures: readonly string[],
): boolean {
  const given = signatures.map((signature) => Buffer.from(signature, 'latin1'));
  return macs.some((mac) => {
    const expected = mac(parts);
    return given.some((bytes) => bytes.length === expected.length && timingSafeEqual(bytes, expected));
  });
}
