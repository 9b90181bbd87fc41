import type { ServiceRequest } from './service-request.ts';

/** Shorter ones are words that a service may use. */
const secretLengthMin = 6;

/** Headers that say nothing about who calls. */
const open: ReadonlySet<string> = new Set(['accept', 'content-type', 'traceparent', 'tracestate']);

/**
 * Texts of a request that an error must not repeat: values of its headers, whole and in the parts that a service may
 * know them by (a token without its scheme, single cookies, user and password), and of what the query has beside
 * arguments.
 * @param query `name=value`, encoded
 */
export function secretsOf(request: ServiceRequest, query: readonly string[]): string[] {
  const headers = Object.entries(request.headers).filter(([name]) => !open.has(name));
  const values = headers.flatMap(([, value]) => [value, ...partsOf(value)]);
  const inQuery = query.map((pair) => pair.slice(pair.indexOf('=') + 1));
  const all = [...values, ...inQuery, ...inQuery.map(decodeURIComponent)];
  return all.filter((value) => value.length >= secretLengthMin);
}

function partsOf(value: string): string[] {
  const [, scheme = '', credentials = ''] = /^(\w+) +(\S+)$/.exec(value) ?? [];
  if (scheme.toLowerCase() === 'basic') {
    const pair = Buffer.from(credentials, 'base64').toString();
    const colon = pair.indexOf(':');
    return [credentials, pair, pair.slice(0, colon), pair.slice(colon + 1)];
  }
  const cookies = value.split(/; */).map((cookie) => cookie.slice(cookie.indexOf('=') + 1));
  return [credentials, ...cookies];
}
