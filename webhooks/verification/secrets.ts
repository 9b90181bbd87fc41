import { SecretFormatError } from './verifier.ts';

/**
 * The secrets of a scheme; a delivery by any of them is good (rotation). A function where they change while the gateway
 * runs: it gives the same array for as long as they are the same.
 */
export type Secrets = readonly string[] | (() => readonly string[]);

/**
 * Makes the keys of secrets, once for each array that is given. One that a function gives later and that does not fit
 * its scheme verifies nothing.
 * @throws SecretFormatError when the secrets are fixed and one does not fit its scheme
 */
export function keysOf<Key>(secrets: Secrets, keyOf: (secret: string) => Key): () => readonly Key[] {
  if (typeof secrets !== 'function') {
    const keys = secrets.map(keyOf);
    return () => keys;
  }
  let list: readonly string[] | undefined;
  let keys: readonly Key[] = [];
  return () => {
    const current = secrets();
    if (current !== list) {
      list = current;
      keys = current.flatMap((secret) => fittingKey(secret, keyOf));
    }
    return keys;
  };
}

function fittingKey<Key>(secret: string, keyOf: (secret: string) => Key): Key[] {
  try {
    return [keyOf(secret)];
  } catch (error) {
    if (error instanceof SecretFormatError) return [];
    throw error;
  }
}

/** Those that are good now. */
export function secretsNow(secrets: Secrets): readonly string[] {
  return typeof secrets === 'function' ? secrets() : secrets;
}

/**
 * The secret that a sender signs with: the first.
 * @throws SecretFormatError when there is none
 */
export function signingSecret(secrets: Secrets): string {
  const [secret] = secretsNow(secrets);
  if (secret === undefined) throw new SecretFormatError('there is no secret to sign with');
  return secret;
}
