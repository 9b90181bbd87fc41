import type { NextFunction, Request, Response } from 'express';
import { STATUS_CODES } from 'node:http';
import { reasonOf } from './reason.ts';

/** An error that is answered as `application/problem+json` (RFC 9457). */
export type Problem = Error & { status: number };

/**
 * Makes an error for a handler to throw.
 *
 * @param options.status the HTTP status of the answer
 * @param options.detail one sentence for the caller about what was wrong with this request
 */
export function problem({ status, detail }: { status: number; detail: string }): Problem {
  return Object.assign(new Error(detail), { status });
}

/** The last route: whatever no other route has answered is not found. */
export function answerNotFound(request: Request): never {
  throw problem({ status: 404, detail: `There is nothing at ${request.method} ${request.path}` });
}

/**
 * Express error handler. Errors with a 4xx or 503 status (ours, and those of the body parser) tell their detail;
 * everything else is a plain 500, because its message is not meant for callers.
 */
export function answerProblem(
  error: unknown,
  _request: Request,
  response: Response,
  next: NextFunction,
): void {
  if (response.headersSent) {
    next(error);
    return;
  }
  const status = statusOf(error);
  const title = STATUS_CODES[status] ?? 'Error';
  const detail = status === 500 ? {} : { detail: reasonOf(error) };
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, ...detail }));
}

function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('status' in error)) return 500;
  const { status } = error;
  if (typeof status !== 'number') return 500;
  return (status >= 400 && status < 500) || status === 503 ? status : 500;
}
