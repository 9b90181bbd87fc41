import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import { GraphQLError } from 'graphql';
import { clientError } from '../errors.ts';
import { readParameters } from '../operations/request-parameters.ts';
import type { GraphQLServer } from './graphql.ts';
import type { UploadLimits } from './multipart-request.ts';
import type { OriginCheck } from './origins.ts';
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
  router.use(graphql.graphqlEndpoint, originGuard(isAllowedOrigin), knownBodiesOnly);
  router.use(graphql.graphqlEndpoint, multipartRequests({ ...uploads, operationBytesMax: bodyBytesMax }));
  router.use(graphql.graphqlEndpoint, express.json({ limit: bodyBytesMax }), asGraphQLError, withParameters);
  router.use(graphql.graphqlEndpoint, graphql as unknown as RequestHandler);
  return router;
}

function originGuard(isAllowedOrigin: OriginCheck): RequestHandler {
  return (request, response, next) => {
    if (!isAllowedOrigin(request)) {
      response
        .status(403)
        .json({ errors: [clientError('FORBIDDEN', 'Pages of this origin may not use the gateway')] });
      return;
    }
    const { origin } = request.headers;
    response.vary('origin, accept-encoding');
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
      ].join(', '),
      'access-control-max-age': '600',
    });
    response.status(204).end();
  };
}

const knownBodiesOnly: RequestHandler = (request, response, next) => {
  if (request.method !== 'POST' || request.is(['application/json', 'multipart/form-data'])) {
    next();
    return;
  }
  const error = clientError(
    'BAD_REQUEST',
    'A POST must have content-type application/json, or multipart/form-data for files',
  );
  response.status(415).json({ errors: [error] });
};

/** What is no request goes no further. */
const withParameters: RequestHandler = (request, response, next) => {
  const parameters = request.method === 'POST' ? readParameters(request.body) : undefined;
  if (parameters instanceof GraphQLError) {
    response.status(400).json({ errors: [parameters] });
    return;
  }
  next();
};

/** Errors of the body parser: too large, or not JSON. */
const asGraphQLError: ErrorRequestHandler = (error: { status?: number }, _request, response, next) => {
  const { status = 500 } = error;
  // Not the client's doing: a file that could not be kept, for example.
  if (status >= 500) return next(error);
  const message = status === 413 ? 'The request body is too large' : 'The request body is not valid JSON';
  response.status(status).json({ errors: [clientError('BAD_REQUEST', message)] });
};
