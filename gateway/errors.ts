import { GraphQLError, type ASTNode } from 'graphql';
import { restErrorCodes } from '../mesh/rest/rest-error.ts';

/** Every code that `extensions.code` of a GraphQL error can have, with what it tells a client. docs/errors.md lists them. */
export const errorCodes = {
  ...restErrorCodes,
  BAD_REQUEST: 'The HTTP request is not one for GraphQL: another content type, too large, or not JSON.',
  PERSISTED_QUERY_NOT_FOUND:
    'No document is known by this hash or id. Send the request again, with the document beside its hash.',
  PERSISTED_QUERY_MISMATCH: 'The hash of the request is not the SHA-256 of its document.',
  DOCUMENT_NOT_TRUSTED:
    'Only documents of the manifest (TRUSTED_DOCUMENTS) are executed, and this is none of them.',
  GRAPHQL_PARSE_FAILED: 'The operation is not GraphQL.',
  OPERATION_RESOLUTION_FAILURE:
    'The document holds several operations, and operationName names none of them.',
  GRAPHQL_VALIDATION_FAILED: 'The operation does not fit the schema.',
  OPERATION_TOO_COMPLEX:
    'Validating or planning the operation takes more time or memory than an operation may, and the same document is refused for a minute without another try. With a `path`: so many objects belong there, lists in lists, that they are left out.',
  PLANNING_UNAVAILABLE:
    'The operation is new to the gateway, and either too many new ones wait already or the gateway is closing. It may be sent again, over HTTP after the seconds of `retry-after`.',
  CURSOR_INVALID: 'The value of `after` or `before` is not a cursor that Sluice gave, or not of this stream.',
  CURSOR_EXPIRED:
    'Events above the cursor are no longer kept. `extensions.earliest` is a cursor from which everything still is.',
  EVENT_LOG_UNAVAILABLE:
    'The event log does not answer now, so history can not be read; other fields are answered. It may be asked again.',
  DOWNSTREAM_SERVICE_ERROR: 'A subgraph failed without saying how.',
  ERRORS_OMITTED:
    'The answer has more errors than are told, 1,000; `extensions.omitted` is how many. Nulls of its data may be among them.',
  INTERNAL_SERVER_ERROR: 'Something failed that should not. The log of the gateway has the reason.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** An error for a client, with a code of the registry. */
export function clientError(
  code: ErrorCode,
  message: string,
  extensions: Record<string, unknown> = {},
  nodes?: readonly ASTNode[],
): GraphQLError {
  return new GraphQLError(message, { ...(nodes && { nodes }), extensions: { code, ...extensions } });
}
