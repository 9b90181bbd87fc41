import type { DocumentNode } from 'graphql';
import { normalise, type NormalisedDocument } from './normalise/normalise.ts';
import { forEachOperation, pointerTo, type OpenApiDocument } from './openapi-document.ts';
import { wrapOperations } from './wrap-operations.ts';

/** What is made of a document whatever subgraph.yaml says, and what takes time: it can be kept in a cache. */
export interface CompiledDocument {
  /** As the service has it: payloads of events are validated against its schemas. */
  document: OpenApiDocument;
  normalised: NormalisedDocument;
  /** Mesh's schema of the normalised document. */
  wrapped: DocumentNode;
}

/**
 * Normalises a document and wraps it with Mesh. An operation that Mesh can't express is left out alone, with a warning;
 * an event whose payload it can't is any JSON.
 * @param warnings of reading the document, which come first
 * @throws Error with Mesh's reason when no operation can be expressed
 */
export async function compileDocument(
  subgraph: string,
  document: OpenApiDocument,
  warnings: readonly string[] = [],
): Promise<CompiledDocument> {
  const normalised = normalise(document, subgraph);
  const { wrapped, refused, warnings: changed } = await wrapOperations(subgraph, normalised.document);
  return {
    document,
    wrapped,
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

function refusals({ document, events }: NormalisedDocument, refused: ReadonlyMap<string, string>): string[] {
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
