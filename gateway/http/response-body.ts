import type { ExecutionResult } from 'graphql';

/** Writes a result as JSON text: the one place where results of queries and mutations become text. */
export function responseBody(result: ExecutionResult): string {
  return JSON.stringify(result);
}
