import type { DocumentNode, FieldDefinitionNode } from 'graphql';
import { forEachOperation, type OpenApiDocument, type Operation } from '../document/openapi-document.ts';
import { rootField } from '../schema-document.ts';
import type { RestSubgraphParts } from '../subgraph.ts';

/** An operation as the document has it, with the root field that it became. */
export interface DescribedOperation {
  operationId: string;
  method: string;
  path: string;
  operation: Operation;
  field: FieldDefinitionNode;
}

/** The operations of a document that subgraph.yaml can name and that have a root field, in their order. */
export function describedOperations(
  document: OpenApiDocument,
  { document: named, rootFieldOf }: { document: DocumentNode; rootFieldOf: RestSubgraphParts['rootFieldOf'] },
): DescribedOperation[] {
  const found = new Map<string, DescribedOperation>();
  forEachOperation(document, (operation, path, method) => {
    const operationId = operation.operationId ?? `${method.toUpperCase()} ${path}`;
    const name = rootFieldOf(operationId);
    const field = name === undefined ? undefined : rootField(named, name);
    if (field && !found.has(operationId))
      found.set(operationId, { operationId, method, path, operation, field });
  });
  return [...found.values()];
}
