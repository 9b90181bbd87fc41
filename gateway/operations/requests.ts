import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { clientError } from '../errors.ts';
import type { Operations, Prepared, WaitingClient } from './operations.ts';
import type { RequestParameters } from './request-parameters.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/** Requests of clients, up to the execution of their operations. */
export interface Requests {
  /** Finds the document, and prepares the operation as `Operations.prepare` does. Never throws, nor rejects. */
  prepare(parameters: RequestParameters, client: WaitingClient): Prepared | Promise<Prepared>;
}

export interface RequestsOptions {
  operations: Operations;
  /** Documents that clients may name. @default none */
  trusted?: TrustedDocuments | undefined;
  /** Whether other documents are executed too. @default true */
  allowOthers?: boolean;
}

/** Documents that clients have sent with their hash: all of them together. */
const sentCharactersMax = 4 * 1024 * 1024;

/**
 * Finds the documents that clients name instead of sending them: those of the manifest, and those that a client has sent
 * before with their hash (Apollo's automatic persisted queries). These are kept while there is room.
 */
export function createRequests({ operations, trusted, allowOthers = true }: RequestsOptions): Requests {
  const sent = new LRUCache<string, string>({
    maxSize: sentCharactersMax,
    sizeCalculation: (source, key) => source.length + key.length,
  });
  const isTrusted = (source: string): boolean => trusted?.has(source) ?? false;

  const named = ({ documentId, sha256Hash }: RequestParameters): string | undefined =>
    (documentId === undefined ? undefined : trusted?.textOf(documentId)) ??
    (sha256Hash === undefined ? undefined : (trusted?.textOf(sha256Hash) ?? sent.get(sha256Hash)));

  const keep = (key: string, source: string, prepared: Prepared): Prepared => {
    if ('operation' in prepared) sent.set(key, source);
    return prepared;
  };

  return {
    prepare(parameters, client) {
      const { query, sha256Hash, operationName } = parameters;
      const source = query ?? named(parameters);
      if (source === undefined) return allowOthers ? notFound() : notTrusted();
      if (!allowOthers && !isTrusted(source)) return notTrusted();
      if (query === undefined || sha256Hash === undefined) {
        return operations.prepare(source, operationName, client);
      }
      if (hash('sha256', query) !== sha256Hash) return mismatch();
      const prepared = operations.prepare(source, operationName, client);
      if (isTrusted(source)) return prepared;
      if (prepared instanceof Promise) return prepared.then((ready) => keep(sha256Hash, source, ready));
      return keep(sha256Hash, source, prepared);
    },
  };
}

/** Clients of Apollo look for this code, or for this very message, and send the document then. */
function notFound(): Prepared {
  return { errors: [clientError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound')] };
}

function mismatch(): Prepared {
  const message = 'The hash is not the SHA-256 of the document';
  return { errors: [clientError('PERSISTED_QUERY_MISMATCH', message)] };
}

function notTrusted(): Prepared {
  const message = 'Only documents of the manifest are executed here, and this is none of them';
  return { errors: [clientError('DOCUMENT_NOT_TRUSTED', message)] };
}
