import type { ExecutionResult } from 'graphql';
import type { ErrorCode } from '../errors.ts';
import type { ResultMediaType } from './media-type.ts';

/** What is wrong with the request itself, and 400 for every client. */
const malformedRequest: ReadonlySet<unknown> = new Set<ErrorCode>([
  'BAD_REQUEST',
  'PERSISTED_QUERY_MISMATCH',
]);

/** What `retry-after` of a 503 says: longer than one document can keep the others waiting. */
export const retryAfterSeconds = 5;

/**
 * HTTP status of a result (GraphQL over HTTP, section 6.4): an operation that was not executed is 400, but 200 for
 * clients of `application/json`, who can not tell such a 400 from one of a proxy. What the gateway could not do is 500 or
 * 503 for all. Errors beside data are 200.
 */
export function statusOf({ data, errors }: ExecutionResult, mediaType: ResultMediaType): number {
  if (data !== undefined || !errors) return 200;
  const code = errors[0]?.extensions['code'];
  if (code === 'INTERNAL_SERVER_ERROR') return 500;
  if (code === 'PLANNING_UNAVAILABLE') return 503;
  return mediaType === 'application/json' && !malformedRequest.has(code) ? 200 : 400;
}
