import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { SubgraphContext } from '../../mesh/subgraph-context.ts';
import type { SubgraphExecutor } from './subgraph-executor.ts';

/** What one execution of a plan shares between its nodes. */
export interface PlanExecution {
  /** Schema of the supergraph, for type conditions. */
  readonly supergraphSchema: GraphQLSchema;
  readonly executorOf: (subgraph: string) => SubgraphExecutor;
  /** Coerced, with defaults. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: SubgraphContext;
  /** Collects the errors of all fetches, with paths of the response. */
  readonly errors: GraphQLError[];
}

/** Objects of the response that a node works on, each with its path. */
export interface Target {
  readonly path: readonly (string | number)[];
  readonly data: Record<string, unknown>;
}
