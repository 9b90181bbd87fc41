import type { Request, Response } from 'express';
import type { GraphQLError } from 'graphql';
import { preferredMediaType } from './media-type.ts';

/** Answers what is no request for GraphQL, in the media type that its client prefers; `application/json` where it takes none. */
export function refuse(request: Request, response: Response, status: number, error: GraphQLError): void {
  const mediaType = preferredMediaType(request.headers.accept) ?? 'application/json';
  response
    .status(status)
    .type(`${mediaType}; charset=utf-8`)
    .send(JSON.stringify({ errors: [error] }));
}
