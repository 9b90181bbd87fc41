import { GraphQLError, type ExecutionResult } from 'graphql';
import type { ErrorCode } from '../errors.ts';

/** An error as clients get it: with a code, `fallback` where it has none. */
export function withCode(error: GraphQLError, fallback: ErrorCode): GraphQLError {
  return new GraphQLError(error.message, {
    ...placeOf(error),
    extensions: { code: fallback, ...error.extensions },
  });
}

/**
 * Replaces errors that came from something else than GraphQL, whose messages may tell what no client should read.
 * @param failed takes what it came from, and makes an error for clients
 */
export function originalErrorsHidden(
  result: ExecutionResult,
  failed: (error: unknown) => GraphQLError,
): ExecutionResult {
  if (!result.errors?.some(isForeign)) return result;
  const errors = result.errors.map((error) => {
    if (!isForeign(error)) return error;
    const { message, extensions } = failed(error.originalError);
    return new GraphQLError(message, { ...placeOf(error), extensions });
  });
  return { ...result, errors };
}

function isForeign({ originalError }: GraphQLError): boolean {
  if (!originalError) return false;
  return originalError instanceof GraphQLError ? isForeign(originalError) : true;
}

function placeOf({ nodes, path, source, positions }: GraphQLError) {
  return {
    ...(nodes && { nodes }),
    ...(path && { path }),
    ...(source && { source }),
    ...(positions && { positions }),
  };
}
