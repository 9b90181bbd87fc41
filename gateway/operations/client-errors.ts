import { GraphQLError, type ExecutionResult } from 'graphql';
import { clientError, type ErrorCode } from '../errors.ts';

/** An error as clients get it: with a code, `fallback` where it has none. */
export function withCode(error: GraphQLError, fallback: ErrorCode): GraphQLError {
  return new GraphQLError(error.message, {
    ...placeOf(error),
    extensions: { code: fallback, ...error.extensions },
  });
}

/** Most errors of one answer: a service that is down fails each entity that is asked of it, under each alias. */
const answerErrorsMax = 1_000;

/** Tells the first errors of a result, and in one more how many there are besides. Its data stays as it is. */
export function errorsBounded(result: ExecutionResult): ExecutionResult {
  const { errors } = result;
  if (!errors || errors.length <= answerErrorsMax) return result;
  const omitted = errors.length - answerErrorsMax;
  const message = `${omitted} more errors are not told`;
  const last = clientError('ERRORS_OMITTED', message, { omitted });
  return { ...result, errors: [...errors.slice(0, answerErrorsMax), last] };
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
