import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import { GraphQLError } from 'graphql';
import { clientError } from '../errors.ts';
import { readParameters } from '../operations/request-parameters.ts';
import type { GraphQLServer } from './graphql.ts';
import type { UploadLimits } from './multipart-request.ts';
import type { OriginCheck } from './origins.ts';
import { refuse } from './refusal.ts';
import { multipartRequests, preflightHeaders } from './uploads.ts';

export interface GraphQLDoorOptions {
  graphql: GraphQLServer;
  isAllowedOrigin: OriginCheck;
  uploads: Omit<UploadLimits, 'operationBytesMax'>;
  /** Largest request body, and largest `operations` and `map` of a multipart request, in bytes. */
  bodyBytesMax: number;
}

/**
 * What stands before `/graphql`: pages of other origins are kept out, and a POST must be JSON of a bounded size, or a
 * multipart request as uploads.ts takes it. Browsers send JSON to another origin only after a preflight, so no foreign page can set off a mutation.
 */
export function graphqlDoor(options: GraphQLDoorOptions): Router {
  const { graphql, isAllowedOrigin, uploads, bodyBytesMax } = options;
  const router = Router();
  router.use(graphql.graphqlEndpoint, originGuard(isAllowedOrigin), usableUrl, knownBodiesOnly);
  router.use(graphql.graphqlEndpoint, multipartRequests({ ...uploads, operationBytesMax: bodyBytesMax }));
  router.use(
    graphql.graphqlEndpoint,
    express.json({ limit: bodyBytesMax, strict: false }),
    asGraphQLError,
    withParameters,
  );
  router.use(graphql.graphqlEndpoint, graphql as unknown as RequestHandler);
  return router;
}

function originGuard(isAllowedOrigin: OriginCheck): RequestHandler {
  return (request, response, next) => {
    response.vary('accept, origin, accept-encoding');
    if (!isAllowedOrigin(request)) {
      refuse(
        request,
        response,
        403,
        clientError('FORBIDDEN', 'Pages of this origin may not use the gateway'),
      );
      return;
    }
    const { origin } = request.headers;
    if (origin !== undefined) response.set('access-control-allow-origin', origin);
    if (request.method !== 'OPTIONS') {
      next();
      return;
    }
    response.set({
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': [
        'accept',
        'authorization',
        'content-type',
        'last-event-id',
        ...preflightHeaders,
        // Those that services want, too. It does not stand for "authorization" (Fetch standard, section 3.3.3).
        '*',
      ].join(', '),
      'access-control-max-age': '600',
    });
    response.status(204).end();
  };
}

/**
 * What comes next makes a URL of the Host and the target, and fails with its own stack trace where they make none. Of an
 * absolute target (RFC 9112, section 3.2.2) only the path counts: whatever host it names, it came here.
 */
const usableUrl: RequestHandler = (request, response, next) => {
  const { host = 'localhost' } = request.headers;
  const isHost = host === '' || (!/[/?#@\\]/.test(host) && URL.canParse(`http://${host}`));
  const target = URL.parse(request.originalUrl, 'http://localhost');
  if (!isHost || !target) {
    const message = 'The Host header or the target of the request is none';
    refuse(request, response, 400, clientError('BAD_REQUEST', message));
    return;
  }
  if (!request.originalUrl.startsWith('/')) request.originalUrl = target.pathname + target.search;
  next();
};

const knownBodiesOnly: RequestHandler = (request, response, next) => {
  if (request.method !== 'POST' || request.is(['application/json', 'multipart/form-data'])) {
    next();
    return;
  }
  const error = clientError(
    'BAD_REQUEST',
    'A POST must have content-type application/json, or multipart/form-data for files',
  );
  refuse(request, response, 415, error);
};

/** What is no request goes no further. */
const withParameters: RequestHandler = (request, response, next) => {
  const parameters = request.method === 'POST' ? readParameters(request.body) : undefined;
  if (parameters instanceof GraphQLError) {
    refuse(request, response, 400, parameters);
    return;
  }
  next();
};

/** What the body parser tells by the type of its errors. Those of a decompressor have none. */
const bodyErrors: Readonly<Record<string, string>> = {
  'entity.too.large': 'The request body is too large',
  'entity.parse.failed': 'The request body is not valid JSON',
  'charset.unsupported': 'The charset of the request body is not one that is read: send UTF-8',
  'encoding.unsupported': 'The content-encoding of the request body must be gzip, deflate, br or zstd',
};

interface BodyError {
  status?: number;
  type?: string;
}

const asGraphQLError: ErrorRequestHandler = (error: BodyError, request, response, next) => {
  const { status = 500, type = '' } = error;
  // Not the client's doing: a file that could not be kept, for example.
  if (status >= 500) return next(error);
  const message = bodyErrors[type] ?? 'The request body can not be read';
  refuse(request, response, status, clientError('BAD_REQUEST', message));
};
