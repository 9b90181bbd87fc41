import { type ProblemRegistry, problemsOf } from '../problems/problem-document.ts';

/** Every way in which a request to `/webhooks/registrations` is refused: stable code, status, and what it means. */
export const registrationProblems = {
  REGISTRATION_REQUEST_INVALID: { status: 400, title: 'The request is not as it must be here' },
  REGISTRATION_TOKEN_INVALID: { status: 401, title: 'This token can not do this here' },
  REGISTRATION_UNKNOWN: { status: 404, title: 'There is nothing of this name' },
  REGISTRATION_METHOD_NOT_ALLOWED: { status: 405, title: 'This can not be done here' },
  REGISTRATION_LIMIT_REACHED: { status: 409, title: 'This source has as many registrations as it may have' },
  REGISTRATION_BODY_TOO_LARGE: { status: 413, title: 'The body is larger than a registration can be' },
  REGISTRATION_MEDIA_TYPE_UNSUPPORTED: { status: 415, title: 'Send uncompressed application/json' },
  REGISTRATION_ATTEMPTS_EXCEEDED: {
    status: 429,
    title: 'Too many wrong tokens came from here; try again later',
  },
  REGISTRATION_FAILED: {
    status: 500,
    title: 'Something failed that should not; the log of the gateway has the reason',
  },
  REGISTRATION_STORE_UNAVAILABLE: { status: 503, title: 'The store does not answer now; try again later' },
} as const satisfies ProblemRegistry;

/** Makes what is thrown by whatever answers a request to `/webhooks/registrations`. */
export const registrationProblem = problemsOf(registrationProblems);
