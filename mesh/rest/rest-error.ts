import { GraphQLError } from 'graphql';
import type { RestAnswer } from './exchange.ts';
import { readProblem, type ReadProblemOptions, type RefusedField } from './problem-document.ts';
import { retryAfterSeconds } from './retry-after.ts';

/** Error codes of REST calls, each with what it tells a client. docs/errors.md is generated from them. */
export const restErrorCodes = {
  BAD_USER_INPUT:
    "The service refused the input (400, 413 or 422), or an argument can not be sent to it. `extensions.fields` names the parts that the service did not take, each with the service's `message`.",
  UNAUTHENTICATED: 'The service wants other credentials (401).',
  FORBIDDEN: 'The service does not allow this (403).',
  NOT_FOUND: 'The service does not have what was asked for or should be changed (404 or 410).',
  CONFLICT: 'What should be changed is not in a state that allows it (409 or 412).',
  RATE_LIMITED:
    'The service answers no more calls for now (429). `extensions.retryAfter` has the seconds after which it wants to be asked again, when it said so.',
  UPSTREAM_TIMEOUT: 'The service did not answer in time.',
  UPSTREAM_UNAVAILABLE:
    'The service can not be reached, or failed (500 and above). `extensions.retryAfter` has the seconds that it asked for, when it said so.',
  UPSTREAM_INVALID: 'The service answered with something else than its document says.',
  UPSTREAM_ERROR:
    'The service refused the call with a status that has no code of its own, or redirects it elsewhere.',
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
  413: 'BAD_USER_INPUT',
  422: 'BAD_USER_INPUT',
  429: 'RATE_LIMITED',
};

export interface RestErrorDetails {
  status?: number;
  /** Seconds. */
  retryAfter?: number | undefined;
  fields?: readonly RefusedField[];
}

/** An error for a client. It names service and operation, and carries no URL, header or body of the service. */
export function restError(
  call: RestCallName,
  code: RestErrorCode,
  what: string,
  { status, retryAfter, fields = [] }: RestErrorDetails = {},
): GraphQLError {
  return new GraphQLError(`${call.subgraph}.${call.operation}: ${what}`, {
    extensions: {
      code,
      service: call.subgraph,
      operation: call.operation,
      ...(status !== undefined && { status }),
      ...(retryAfter !== undefined && { retryAfter }),
      ...(fields.length > 0 && { fields }),
    },
  });
}

/** The error that an answer outside 2xx stands for. Only 400 and 422 are read: what they say is meant for callers. */
export function statusError(
  call: RestCallName,
  answer: RestAnswer,
  optionsOfProblem: () => ReadProblemOptions,
): GraphQLError {
  const { status, headers } = answer;
  const what = `the service answered ${status}`;
  if (status === 400 || status === 422) {
    const { detail, fields } = readProblem(answer, optionsOfProblem());
    return restError(call, 'BAD_USER_INPUT', detail === undefined ? what : `${what}: ${detail}`, {
      status,
      fields,
    });
  }
  const code = codesByStatus[status] ?? (status >= 500 ? 'UPSTREAM_UNAVAILABLE' : 'UPSTREAM_ERROR');
  const mayBeAskedLater = code === 'RATE_LIMITED' || code === 'UPSTREAM_UNAVAILABLE';
  return restError(call, code, what, {
    status,
    retryAfter: mayBeAskedLater ? retryAfterSeconds(headers) : undefined,
  });
}

/** Whether a call failed only because there is no such thing. */
export function isNotFound(error: unknown): boolean {
  return error instanceof GraphQLError && error.extensions['code'] === ('NOT_FOUND' satisfies RestErrorCode);
}
