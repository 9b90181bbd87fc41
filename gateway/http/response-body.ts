import type { ExecutionResult } from 'graphql';
import { writtenBody } from '../operations/written-result.ts';

/** Writes a result as JSON, as text or as UTF-8: the one place where results of queries and mutations become bytes. */
export function responseBody(result: ExecutionResult): string | Buffer {
  return writtenBody(result) ?? JSON.stringify(result);
}
