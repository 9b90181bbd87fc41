import { headerOf } from './answer-headers.ts';
import type { RestAnswer } from './exchange.ts';

const statuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Most redirects of one call. */
export const redirectsMax = 3;

/**
 * Where a GET goes on after an answer: services redirect to the same path with a slash, for example.
 * @returns path and query; undefined for an answer that is no redirect, or leads to another origin, where neither the
 * credentials of the call nor the gateway itself have any business
 */
export function redirectedPath(origin: string, path: string, answer: RestAnswer): string | undefined {
  const location = headerOf(answer.headers, 'location');
  if (!statuses.has(answer.status) || location === undefined) return undefined;
  const from = new URL(path, origin);
  if (!URL.canParse(location, from)) return undefined;
  const to = new URL(location, from);
  if (to.origin !== origin || to.username !== '' || to.password !== '') return undefined;
  return to.pathname + to.search;
}
