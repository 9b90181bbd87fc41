import { hash, timingSafeEqual } from 'node:crypto';
import { Router, type RequestHandler } from 'express';
import type { Logger } from '../../events/logger.ts';
import { notStored, problemAnswers } from '../../webhooks/problems/express.ts';
import { adminProblem } from './admin-problem.ts';

export interface AdminRouterOptions {
  /** What operators show as `authorization: Bearer <key>`; empty: there is no `/admin`. */
  readonly adminKey: string;
  /** What there is below `/admin`; their paths begin after it. */
  readonly resources: readonly Router[];
  readonly logger: Logger;
}

/** How everything below `/admin` refuses. */
export const { methodsOtherThan, nothingHere, problemAnswer } = problemAnswers({
  problem: adminProblem,
  codes: {
    unknown: 'ADMIN_NOT_FOUND',
    methodNotAllowed: 'ADMIN_METHOD_NOT_ALLOWED',
    storeUnavailable: 'ADMIN_STORE_UNAVAILABLE',
    failed: 'ADMIN_FAILED',
  },
});

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

/** Compared as hashes of one length, in constant time: how long it takes tells neither length nor content of the key. */
function keyCheck(adminKey: string): RequestHandler {
  const expected = hash('sha256', `Bearer ${adminKey}`, 'buffer');
  return (request, _response, next) => {
    const given = request.headersDistinct['authorization'] ?? [];
    // RFC 9110, section 11.1: the name of the scheme has no case.
    const credentials = given.length === 1 ? (given[0] ?? '').replace(/^bearer +/i, 'Bearer ') : '';
    if (timingSafeEqual(hash('sha256', credentials, 'buffer'), expected)) next();
    else throw adminProblem('ADMIN_KEY_INVALID', undefined, { 'www-authenticate': 'Bearer' });
  };
}
