import type { ExecutionResult } from 'graphql';

/** Writes a result as JSON, as text or as UTF-8: the one place where results of queries and mutations become bytes. */
export function responseBody(result: ExecutionResult): string | Buffer {
  return JSON.stringify(result);
}
