import { GraphQLError } from 'graphql';
import type { ErrorCode } from '../errors.ts';

/**
 * An error as clients get it: with a code, `fallback` where it has none, and without what transports note in its
 * extensions for themselves.
 */
export function withCode(error: GraphQLError, fallback: ErrorCode): GraphQLError {
  const { http: _http, originalError: _original, ...extensions } = error.extensions;
  return new GraphQLError(error.message, {
    ...(error.nodes && { nodes: error.nodes }),
    ...(error.path && { path: error.path }),
    ...(error.source && { source: error.source }),
    ...(error.positions && { positions: error.positions }),
    extensions: { code: fallback, ...extensions },
  });
}
