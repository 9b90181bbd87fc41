import { hash, timingSafeEqual } from 'node:crypto';
import { Router, type ErrorRequestHandler, type RequestHandler, type Response } from 'express';
import { EventLogUnavailableError } from '../../events/event-log.ts';
import type { Logger } from '../../events/logger.ts';
import { AdminProblem, adminProblems } from './admin-problem.ts';

export interface AdminRouterOptions {
  /** What operators show as `authorization: Bearer <key>`; empty: there is no `/admin`. */
  readonly adminKey: string;
  /** What there is below `/admin`; their paths begin after it. */
  readonly resources: readonly Router[];
  readonly logger: Logger;
}

/**
 * Everything below `/admin`, behind one key. Nothing of a request is looked at before its key. Answers are not to be
 * stored, and errors are problem documents. It has no CORS headers, and browsers do not send the key by themselves.
 */
export function adminRouter({ adminKey, resources, logger }: AdminRouterOptions): Router {
  const router = Router({ caseSensitive: true });
  if (adminKey === '') return router;
  router.use('/admin', notStored, keyCheck(adminKey), ...resources, nothingHere, problemAnswer(logger));
  return router;
}

/** Ends a route: its other methods are 405. @param allow those that it has, as the header `allow` lists them */
export function methodsOtherThan(allow: string): RequestHandler {
  return () => {
    throw new AdminProblem('ADMIN_METHOD_NOT_ALLOWED', undefined, { allow });
  };
}

const notStored: RequestHandler = (_request, response, next) => {
  response.set({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  next();
};

/** Compared as hashes of one length, in constant time: how long it takes tells neither length nor content of the key. */
function keyCheck(adminKey: string): RequestHandler {
  const expected = hash('sha256', `Bearer ${adminKey}`, 'buffer');
  return (request, _response, next) => {
    const given = request.headersDistinct['authorization'] ?? [];
    // RFC 9110, section 11.1: the name of the scheme has no case.
    const credentials = given.length === 1 ? (given[0] ?? '').replace(/^bearer +/i, 'Bearer ') : '';
    if (timingSafeEqual(hash('sha256', credentials, 'buffer'), expected)) next();
    else throw new AdminProblem('ADMIN_KEY_INVALID', undefined, { 'www-authenticate': 'Bearer' });
  };
}

const nothingHere: RequestHandler = () => {
  throw new AdminProblem('ADMIN_NOT_FOUND');
};

function problemAnswer(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) next(error);
    else
      sendProblem(
        response,
        problemOf(error, () => logger.error(unexpected(error, request.path), failed)),
      );
  };
}

const failed = 'A request of an operator failed unexpectedly';
const unexpected = (err: unknown, path: string) => ({ err, path });

/** @param onUnexpected is called for what is nobody's mistake but ours */
function problemOf(error: unknown, onUnexpected: () => void): AdminProblem {
  if (error instanceof AdminProblem) return error;
  // A path that can't be decoded (`%FF`) names nothing. To Express it is an error.
  if (error instanceof URIError) return new AdminProblem('ADMIN_NOT_FOUND');
  if (error instanceof EventLogUnavailableError)
    return new AdminProblem('ADMIN_STORE_UNAVAILABLE', undefined, { 'retry-after': '5' });
  onUnexpected();
  return new AdminProblem('ADMIN_FAILED');
}

function sendProblem(response: Response, { code, detail, headers }: AdminProblem): void {
  const { status, title } = adminProblems[code];
  response.status(status).set({ ...headers, 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ title, status, code, ...(detail !== undefined && { detail }) }));
}
