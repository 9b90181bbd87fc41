import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import { clientError } from '../errors.ts';
import { MultipartRequestError, readMultipartRequest, type UploadLimits } from './multipart-request.ts';
import { refuse } from './refusal.ts';

/** Headers of which a browser asks first before it sends them to another origin. */
export const preflightHeaders = ['apollo-require-preflight', 'x-apollo-operation-name'] as const;

/**
 * Takes GraphQL multipart requests: the body becomes the operation with its files. A form of a foreign page could be one
 * too and is sent without a preflight, so one of `preflightHeaders` must be there. Files are kept in a folder of the
 * system's temporary folder until the answer is sent or the client is gone.
 */
export function multipartRequests(limits: UploadLimits): RequestHandler {
  return async (request, response, next) => {
    if (request.method !== 'POST' || !request.is('multipart/form-data')) {
      next();
      return;
    }
    if (!preflightHeaders.some((name) => request.headers[name])) {
      const message = `A multipart request must have one of the headers ${preflightHeaders.join(', ')}`;
      refuse(request, response, 400, clientError('BAD_REQUEST', message));
      return;
    }
    const folder = await mkdtemp(join(tmpdir(), 'sluice-upload-'));
    const remove = () => rm(folder, { recursive: true, force: true });
    try {
      request.body = await readMultipartRequest(request, folder, limits);
    } catch (error) {
      await remove();
      if (!(error instanceof MultipartRequestError)) throw error;
      // What the client still sends is not read.
      response.set('connection', 'close');
      refuse(request, response, error.status, clientError('BAD_REQUEST', error.message));
      return;
    }
    if (response.closed) {
      await remove();
      return;
    }
    // Nobody is left to be told when this fails.
    response.once('close', () => void remove().catch(() => undefined));
    next();
  };
}
