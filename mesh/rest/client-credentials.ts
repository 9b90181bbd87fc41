import { Pool } from 'undici';
import { isObject } from '../document/openapi-document.ts';
import { createCallLimits } from './call-limits.ts';
import { exchange, type RestAnswer } from './exchange.ts';

export interface ClientCredentialsOptions {
  /** Absolute http or https URL. */
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scopes: readonly string[];
  /** Where the client's id and secret go, by OpenID Connect's names. @default client_secret_basic */
  authentication?: 'client_secret_basic' | 'client_secret_post';
  /** Longest time of one request for a token, in milliseconds. */
  timeoutMs: number;
  /** Milliseconds. @default Date.now */
  now?: () => number;
}

/** Gives access tokens, and remembers each until shortly before it expires. */
export interface TokenSource {
  /**
   * @returns at once when one is known; those who wait for one share a request
   * @throws TokenError
   */
  token(): string | Promise<string>;
  /** Forgets a token that a service did not take. */
  refused(token: string): void;
  close(): Promise<void>;
}

/** No token could be got. The message names neither the endpoint nor anything that was sent to it. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
}

/** A token is not used in its last seconds, which it may spend on its way. */
const spareMs = 30_000;

/** RFC 6749, section 5.2. Other words of a token endpoint are not passed on. */
const knownErrors: ReadonlySet<unknown> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
]);

/** OAuth 2.0 client credentials (RFC 6749, section 4.4). */
export function createTokenSource(options: ClientCredentialsOptions): TokenSource {
  const { tokenUrl, timeoutMs, now = Date.now } = options;
  const { origin, pathname, search } = new URL(tokenUrl);
  const pool = new Pool(origin, { connections: 1, connect: { timeout: timeoutMs }, maxResponseSize: 65_536 });
  const limits = createCallLimits(timeoutMs);
  const request = { method: 'POST' as const, path: pathname + search, ...writeRequest(options) };
  let known: { token: string; until: number } | undefined;
  let asking: Promise<string> | undefined;

  const ask = async (): Promise<string> => {
    const limit = limits.start(undefined);
    const askedAt = now();
    try {
      const { token, lifetimeMs } = readToken(await exchange(pool, request, limit));
      known = { token, until: askedAt + lifetimeMs - Math.min(spareMs, lifetimeMs / 2) };
      return token;
    } catch (error) {
      throw error instanceof TokenError ? error : new TokenError('the token endpoint can not be reached');
    } finally {
      limits.end(limit);
      asking = undefined;
    }
  };

  return {
    token: () => (known && known.until > now() ? known.token : (asking ??= ask())),
    refused(token) {
      if (known?.token === token) known = undefined;
    },
    close: () => pool.destroy(),
  };
}

function writeRequest(options: ClientCredentialsOptions) {
  const { clientId, clientSecret, scopes, authentication = 'client_secret_basic' } = options;
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scopes.length > 0) form.set('scope', scopes.join(' '));
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
  };
  if (authentication === 'client_secret_post') {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  } else {
    // Each part is form-encoded first (section 2.3.1).
    const pair = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`;
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  return { headers, body: form.toString() };
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

function readToken({ status, body }: RestAnswer): { token: string; lifetimeMs: number } {
  const answer = parse(body);
  if (status !== 200) {
    const reason = knownErrors.has(answer['error']) ? ` (${String(answer['error'])})` : '';
    throw new TokenError(`the token endpoint answered ${status}${reason}`);
  }
  const { access_token: token, token_type: type, expires_in: seconds } = answer;
  // RFC 6750, section 2.1: what else would not be a header value.
  if (typeof token !== 'string' || !/^[\w.~+/-]+=*$/.test(token)) {
    throw new TokenError('the token endpoint answered without a token');
  }
  if (typeof type === 'string' && type.toLowerCase() !== 'bearer') {
    throw new TokenError('the token endpoint answered with a token that is no bearer token');
  }
  const lifetime = Number(seconds ?? NaN);
  // Without a time, a token is good until a service refuses it.
  return { token, lifetimeMs: lifetime > 0 ? lifetime * 1000 : Infinity };
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
