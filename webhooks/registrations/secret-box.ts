import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

/** Encrypts secrets that have to be kept, so that who reads the store does not read them. */
export interface SecretBox {
  /** @param place where it is kept: it opens nowhere else */
  readonly seal: (secret: string, place: string) => string;
  /** The secret; null when it was sealed by another key, for another place, or changed since. */
  readonly open: (sealed: string, place: string) => string | null;
}

const derive = promisify<string, string, number, object, Buffer>(scrypt);
const [nonceBytes, tagBytes] = [12, 16];

/** What an operator chose may be short of randomness: scrypt (RFC 7914) makes each guess cost 16 MiB and some 30 ms. */
const [salt, cost] = ['sluice webhook registrations 1', { N: 16_384, r: 8, p: 1 }] as const;

/** Makes the box of a key: AES-256-GCM (NIST SP 800-38D) under what scrypt derives from it. Every node has the same. */
export async function createSecretBox(adminKey: string): Promise<SecretBox> {
  const key = await derive(adminKey, salt, 32, cost);
  return {
    seal(secret, place) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64');
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed, 'base64');
      if (bytes.length < nonceBytes + tagBytes) return null;
      const [nonce, rest] = [bytes.subarray(0, nonceBytes), bytes.subarray(nonceBytes)];
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(place)).setAuthTag(rest.subarray(0, tagBytes));
      try {
        return decipher.update(rest.subarray(tagBytes), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        return null;
      }
    },
  };
}
