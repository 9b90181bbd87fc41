import type { RestRequest } from './rest-call.ts';
import type { TokenSource } from './client-credentials.ts';

/** What one operation shows of who calls; the same for every call of it. */
export interface Credentials {
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** `name=value`, encoded. */
  query: readonly string[];
  /** Value by name. */
  cookies: Readonly<Record<string, string>>;
  /** Gives the token of an `Authorization: Bearer`. */
  tokens: TokenSource | undefined;
}

/** Path and query with the credentials that go there. */
export function pathWith(path: string, { query }: Credentials): string {
  if (query.length === 0) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${query.join('&')}`;
}

/**
 * Puts credentials on the headers of a request, over whatever is there already.
 * @param token of `tokens`, when there are any
 */
export function putCredentials(
  headers: RestRequest['headers'],
  credentials: Credentials,
  token: string | undefined,
): void {
  Object.assign(headers, credentials.headers);
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  const own = Object.entries(credentials.cookies);
  if (own.length === 0) return;
  // A cookie of that name from elsewhere would be a second one, and services differ in which of two they read.
  const others = (headers['cookie'] ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '' && !Object.hasOwn(credentials.cookies, pair.split('=', 1)[0] ?? ''));
  headers['cookie'] = [...own.map(([name, value]) => `${name}=${value}`), ...others].join('; ');
}
