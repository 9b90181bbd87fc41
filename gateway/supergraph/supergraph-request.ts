import type { DocumentNode } from 'graphql';
import type { SubgraphContext } from '../../mesh/subgraph-context.ts';

/** A valid operation of a client. */
export interface SupergraphRequest {
  document: DocumentNode;
  operationName: string | undefined;
  variables: Readonly<Record<string, unknown>>;
  context: SubgraphContext;
}
