import type { DocumentNode } from 'graphql';
import { readNotes, withNotes } from './document-notes.ts';
import { normalise, type NormalisedDocument } from '../normalise/normalise.ts';
import {
  forEachOperation,
  OpenApiDocumentError,
  pointerTo,
  type OpenApiDocument,
} from '../document/openapi-document.ts';
import { wrapOperations } from './wrap-operations.ts';

/** A normalised document, without what only wrapping needs. */
export type ReadDocument = Omit<NormalisedDocument, 'alternatives' | 'bases'>;

/** What is made of a document whatever subgraph.yaml says, and what takes time: it can be kept in a cache. */
export interface CompiledDocument {
  /** As the service has it: payloads of events are validated against its schemas. */
  document: OpenApiDocument;
  /** Without what only wrapping needs. */
  normalised: ReadDocument;
  /** Mesh's schema of the normalised document, with what Mesh does not keep. */
  wrapped: DocumentNode;
}

export interface CompileDocumentOptions {
  /** Of the subgraph. */
  name: string;
  /** Path of the document, for messages. */
  file: string;
  document: OpenApiDocument;
  /** Of reading the document; they come first. */
  warnings: readonly string[];
}

/**
 * Normalises a document and wraps it with Mesh. An operation that Mesh can't express is left out alone, with a warning;
 * an event whose payload it can't is any JSON.
 * @throws OpenApiDocumentError with Mesh's reason when no operation can be expressed
 */
export async function compileDocument(options: CompileDocumentOptions): Promise<CompiledDocument> {
  const { name, file, document, warnings } = options;
  const { alternatives, bases, ...normalised } = normalise(document, name);
  const {
    wrapped,
    refused,
    warnings: changed,
  } = await wrapOperations(name, {
    document: normalised.document,
    alternatives,
    bases,
  }).catch((error: Error) => {
    throw new OpenApiDocumentError(`${file}: can not be expressed in GraphQL: ${error.message}`);
  });
  return {
    document,
    wrapped: withNotes(wrapped, readNotes(normalised.document)),
    normalised: {
      ...normalised,
      operationIds: new Map([...normalised.operationIds].filter(([, id]) => !refused.has(id))),
      events: normalised.events.map((event) => ({
        ...event,
        operationId: refused.has(event.operationId ?? '') ? undefined : event.operationId,
      })),
      warnings: [...warnings, ...normalised.warnings, ...refusals(normalised, refused), ...changed],
    },
  };
}

function refusals(
  { document, events }: CompiledDocument['normalised'],
  refused: ReadonlyMap<string, string>,
): string[] {
  const told: string[] = [];
  forEachOperation(document, ({ operationId = '' }, path, method) => {
    const reason = refused.get(operationId);
    if (reason === undefined) return;
    const text = reason.replaceAll(/\s+/g, ' ').trim();
    const event = events.find((one) => one.operationId === operationId);
    told.push(
      event
        ? `${event.pointer}: its payload can not be expressed in GraphQL (${text}); it is any JSON`
        : `${pointerTo('paths', path, method)}: can not be expressed in GraphQL (${text}); operation left out`,
    );
  });
  return told;
}
