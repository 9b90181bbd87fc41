/** Every way in which a request to `/admin` is refused: stable code, status, and what it means. */
export const adminProblems = {
  ADMIN_REQUEST_INVALID: { status: 400, title: 'The request is not as it must be here' },
  ADMIN_KEY_INVALID: { status: 401, title: 'The admin key is missing or wrong' },
  ADMIN_NOT_FOUND: { status: 404, title: 'There is nothing of this name' },
  ADMIN_METHOD_NOT_ALLOWED: { status: 405, title: 'This can not be done here' },
  ADMIN_FAILED: {
    status: 500,
    title: 'Something failed that should not; the log of the gateway has the reason',
  },
  ADMIN_STORE_UNAVAILABLE: { status: 503, title: 'The store does not answer now; try again later' },
} as const satisfies Record<string, { status: number; title: string }>;

export type AdminProblemCode = keyof typeof adminProblems;

/** Thrown by whatever answers a request to `/admin`, and answered as a problem document (RFC 9457). */
export class AdminProblem extends Error {
  override readonly name = 'AdminProblem';
  readonly code: AdminProblemCode;
  /** What is wrong with this request, for whoever sent it. */
  readonly detail: string | undefined;
  /** More headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: AdminProblemCode, detail?: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail ?? adminProblems[code].title);
    this.code = code;
    this.detail = detail;
    this.headers = headers;
  }
}
