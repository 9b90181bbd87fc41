import Negotiator from 'negotiator';

/** Media types of a result that is one JSON text; the first one is for clients that have no preference. */
export const resultMediaTypes = ['application/json', 'application/graphql-response+json'] as const;
export type ResultMediaType = (typeof resultMediaTypes)[number];

/** What nearly all clients send. */
const known = new Map<string | undefined, ResultMediaType>([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['application/json', 'application/json'],
  ['application/json, text/plain, */*', 'application/json'],
  ['application/graphql-response+json', 'application/graphql-response+json'],
  ['application/graphql-response+json,application/json;q=0.9', 'application/graphql-response+json'],
]);

/** The media type of a result that an `accept` header prefers; undefined when it takes none of them. */
export function preferredMediaType(accept: string | undefined): ResultMediaType | undefined {
  const found = known.get(accept);
  if (found) return found;
  return new Negotiator({ headers: { accept } }).mediaType(resultMediaTypes) as ResultMediaType | undefined;
}

/** Whether a request has a body that is plain JSON, in UTF-8 and not compressed. */
export function isPlainJson(contentType: string | undefined, contentEncoding: string | undefined): boolean {
  if (contentType === undefined || (contentEncoding !== undefined && contentEncoding !== 'identity'))
    return false;
  return (
    contentType === 'application/json' ||
    /^application\/json *(?:; *charset="?utf-8"? *)?$/i.test(contentType)
  );
}
