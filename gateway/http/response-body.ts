import type { ExecutionResult } from 'graphql';
import { writtenBody } from '../operations/written-result.ts';

/**
 * Writes a result as JSON in UTF-8: the one place where results of queries and mutations become bytes. A string would
 * cost `node:http` more: it is measured, joined to the headers and only then encoded.
 */
export function responseBody(result: ExecutionResult): Buffer {
  return writtenBody(result) ?? Buffer.from(JSON.stringify(result));
}
