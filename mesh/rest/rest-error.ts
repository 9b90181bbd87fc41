import { GraphQLError } from 'graphql';

/** Error codes of REST calls, each with what it tells a client. docs/errors.md is generated from them. */
export const restErrorCodes = {
  BAD_USER_INPUT: 'The service refused the input (400 or 422), or an argument can not be sent to it.',
  UNAUTHENTICATED: 'The service wants other credentials (401).',
  FORBIDDEN: 'The service does not allow this (403).',
  NOT_FOUND: 'The service does not have what was asked for or should be changed (404 or 410).',
  CONFLICT: 'What should be changed is not in a state that allows it (409 or 412).',
  RATE_LIMITED: 'The service answers no more calls for now (429).',
  UPSTREAM_TIMEOUT: 'The service did not answer in time.',
  UPSTREAM_UNAVAILABLE: 'The service can not be reached, or says that it is unavailable (502, 503, 504).',
  UPSTREAM_ERROR: 'The service answered with an error of its own, or with something that can not be read.',
} as const;

export type RestErrorCode = keyof typeof restErrorCodes;

/** Who was asked for what: enough to find the place, nothing that came from outside. */
export interface RestCallName {
  subgraph: string;
  operation: string;
}

const codesByStatus: Readonly<Record<number, RestErrorCode>> = {
  400: 'BAD_USER_INPUT',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  410: 'NOT_FOUND',
  412: 'CONFLICT',
  422: 'BAD_USER_INPUT',
  429: 'RATE_LIMITED',
  502: 'UPSTREAM_UNAVAILABLE',
  503: 'UPSTREAM_UNAVAILABLE',
  504: 'UPSTREAM_UNAVAILABLE',
};

/** An error for a client. It names service and operation, and carries no URL, header or body of the service. */
export function restError(
  call: RestCallName,
  code: RestErrorCode,
  what: string,
  options: { status?: number } = {},
): GraphQLError {
  return new GraphQLError(`${call.subgraph}.${call.operation}: ${what}`, {
    extensions: {
      code,
      service: call.subgraph,
      operation: call.operation,
      ...(options.status !== undefined && { status: options.status }),
    },
  });
}

/** The error that an answer outside 2xx stands for. */
export function statusError(call: RestCallName, status: number): GraphQLError {
  const code = codesByStatus[status] ?? 'UPSTREAM_ERROR';
  return restError(call, code, `the service answered ${status}`, { status });
}

/** Whether a call failed only because there is no such thing. */
export function isNotFound(error: unknown): boolean {
  return error instanceof GraphQLError && error.extensions['code'] === ('NOT_FOUND' satisfies RestErrorCode);
}
