import { type ProblemRegistry, problemsOf } from '../../webhooks/problems/problem-document.ts';

/** Every way in which a request to `/admin` is refused: stable code, status, and what it means. */
export const adminProblems = {
  ADMIN_REQUEST_INVALID: { status: 400, title: 'The request is not as it must be here' },
  ADMIN_KEY_INVALID: { status: 401, title: 'The admin key is missing or wrong' },
  ADMIN_NOT_FOUND: { status: 404, title: 'There is nothing of this name' },
  ADMIN_METHOD_NOT_ALLOWED: { status: 405, title: 'This can not be done here' },
  ADMIN_CURSOR_EXPIRED: {
    status: 410,
    title: 'Events behind the cursor are no longer kept; the detail has the earliest cursor that works',
  },
  ADMIN_CONFLICT: { status: 409, title: 'This can not be done now, because something else is being done' },
  ADMIN_FAILED: {
    status: 500,
    title: 'Something failed that should not; the log of the gateway has the reason',
  },
  ADMIN_STORE_UNAVAILABLE: { status: 503, title: 'The store does not answer now; try again later' },
} as const satisfies ProblemRegistry;

/** Makes what is thrown by whatever answers a request to `/admin`. */
export const adminProblem = problemsOf(adminProblems);
