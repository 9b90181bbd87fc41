import { hash, timingSafeEqual } from 'node:crypto';
import { singleHeader } from '../delivery.ts';
import { type Secrets, keysOf, signingSecret } from './secrets.ts';
import { type Signer, type Verifier, SecretFormatError } from './verifier.ts';

/** HTTP Basic authentication. */
export interface BasicConfig {
  readonly scheme: 'basic';
  /** Holds no `:`. */
  readonly user: string;
  /** Passwords. */
  readonly secrets: Secrets;
}

/** A bearer token. */
export interface BearerConfig {
  readonly scheme: 'bearer';
  /** Tokens. */
  readonly secrets: Secrets;
}

/** A key in a header of its own. */
export interface ApiKeyConfig {
  readonly scheme: 'api-key';
  readonly header: string;
  /** Keys. */
  readonly secrets: Secrets;
}

export type CredentialsConfig = BasicConfig | BearerConfig | ApiKeyConfig;

/**
 * Verifies that a delivery brings a secret: user and password (RFC 7617), a bearer token (RFC 6750, section 2.1) or a
 * key in a header. None of these signs anything: whoever reads one delivery can make others, so they are only as good
 * as the TLS that they travel through. Hashes of equal length are compared, so that not even the length shows.
 * @throws SecretFormatError when a secret is empty or does not fit into a header, or a user holds a colon
 */
export function credentialsVerifier(config: CredentialsConfig): Verifier {
  const { header, authScheme, credentials } = placeOf(config);
  const keys = keysOf(config.secrets, (secret) => hash('sha256', credentials(secret), 'buffer'));
  return ({ headers }) => {
    const value = singleHeader(headers, header);
    const given = value === null ? undefined : credentialsOf(value, authScheme);
    if (given === undefined) return false;
    const bytes = hash('sha256', given, 'buffer');
    return keys().some((key) => timingSafeEqual(key, bytes));
  };
}

/** Adds the secret as such a sender does. */
export function credentialsSigner(config: CredentialsConfig): Signer {
  const { header, authScheme, credentials } = placeOf(config);
  const text = credentials(signingSecret(config.secrets));
  return () => ({ [header]: authScheme === '' ? text : `${authScheme} ${text}` });
}

interface CredentialsPlace {
  readonly header: string;
  /** Before the credentials, with a space between them; empty for none. */
  readonly authScheme: string;
  /** A secret as it stands in the header. */
  readonly credentials: (secret: string) => string;
}

function placeOf(config: CredentialsConfig): CredentialsPlace {
  const asItIs = (secret: string) => headerText(config.scheme, secret);
  if (config.scheme === 'api-key') {
    return { header: config.header.toLowerCase(), authScheme: '', credentials: asItIs };
  }
  if (config.scheme === 'bearer')
    return { header: 'authorization', authScheme: 'Bearer', credentials: asItIs };
  const { user } = config;
  if (user.includes(':')) throw new SecretFormatError('the user of basic must not hold a colon');
  const credentials = (password: string) => {
    if (password === '') throw new SecretFormatError('a secret of basic must not be empty');
    return Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
  };
  return { header: 'authorization', authScheme: 'Basic', credentials };
}

/** The name of an authentication scheme is the same in any case (RFC 9110, section 11.1). */
function credentialsOf(value: string, authScheme: string): string | undefined {
  if (authScheme === '') return value;
  const start = value.slice(0, authScheme.length + 1).toLowerCase();
  return start === `${authScheme.toLowerCase()} ` ? value.slice(authScheme.length + 1) : undefined;
}

/** Visible characters: HTTP takes spaces around a value away, and others do not come through unchanged. */
function headerText(scheme: string, secret: string): string {
  if (/^[\x21-\x7e]+$/.test(secret)) return secret;
  throw new SecretFormatError(`a secret of ${scheme} must be visible ASCII characters without spaces`);
}
