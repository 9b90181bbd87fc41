import { GraphQLError } from 'graphql';
import { clientError } from '../errors.ts';

/** What a client asks for, whichever transport it came by. One of `query`, `documentId` and `sha256Hash` is there. */
export interface RequestParameters {
  /** The document itself. */
  query: string | undefined;
  /** Names a document (GraphQL over HTTP, appendix "Persisted Documents"). */
  documentId: string | undefined;
  /** SHA-256 of the document, in hexadecimal (Apollo's automatic persisted queries; `documentId` with that prefix). */
  sha256Hash: string | undefined;
  operationName: string | undefined;
  variables: Readonly<Record<string, unknown>>;
}

/**
 * Reads the parameters of a request (GraphQL over HTTP, section 5.1). Those that nobody knows are ignored.
 * @returns an error for the client when they are none; its code is BAD_REQUEST
 */
export function readParameters(body: unknown): RequestParameters | GraphQLError {
  if (!isObject(body)) return malformed('The body must be a JSON object with a "query"');
  for (const name of ['query', 'documentId', 'operationName'] as const) {
    if (!isAbsent(body[name]) && typeof body[name] !== 'string')
      return malformed(`"${name}" must be a string`);
  }
  for (const name of ['variables', 'extensions'] as const) {
    if (!isAbsent(body[name]) && !isObject(body[name])) return malformed(`"${name}" must be an object`);
  }
  const documentId = textOf(body['documentId']);
  const sha256Hash = hashOf(documentId, body['extensions']);
  if (sha256Hash instanceof GraphQLError) return sha256Hash;
  const query = textOf(body['query']);
  // A client that leaves the document out of a WebSocket message has to send an empty one.
  const isNamed = documentId !== undefined || sha256Hash !== undefined;
  if (query === undefined && !isNamed) return malformed('The body must be a JSON object with a "query"');
  return {
    query: query === '' && isNamed ? undefined : query,
    documentId,
    sha256Hash,
    operationName: textOf(body['operationName']),
    variables: (body['variables'] as Record<string, unknown> | null | undefined) ?? {},
  };
}

function hashOf(documentId: string | undefined, extensions: unknown): string | undefined | GraphQLError {
  const persisted = isObject(extensions) ? extensions['persistedQuery'] : undefined;
  if (isAbsent(persisted))
    return documentId?.startsWith('sha256:') ? documentId.slice(7).toLowerCase() : undefined;
  const { version, sha256Hash } = persisted as { version?: unknown; sha256Hash?: unknown };
  if (version !== 1 || typeof sha256Hash !== 'string') {
    return malformed('"extensions.persistedQuery" must have version 1 and a "sha256Hash"');
  }
  return sha256Hash.toLowerCase();
}

function malformed(message: string): GraphQLError {
  return clientError('BAD_REQUEST', message);
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
