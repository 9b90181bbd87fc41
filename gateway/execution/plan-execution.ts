import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { SubgraphContext } from '../../mesh/subgraph-context.ts';
import type { AskedEntities, ShareAsking } from './asked-entities.ts';
import type { Data } from './merge.ts';
import type { ShowMade } from './generated-code.ts';
import type { FoundObjects, PlaceAt } from './plan-places.ts';
import type { CompileOperation } from './subgraph-executor.ts';

/** What is the same for every plan. */
export interface ExecutionScope {
  /** Schema of the supergraph, for type conditions. */
  readonly supergraphSchema: GraphQLSchema;
  readonly compilerOf: (subgraph: string) => CompileOperation;
  /** @default nobody is shown what is made */
  readonly show?: ShowMade | undefined;
}

/** What is the same for every execution of one plan. */
export interface PlanScope extends ExecutionScope {
  readonly placeAt: PlaceAt;
  readonly shareAsking: ShareAsking;
}

/** What one execution of a plan shares between its nodes. */
export interface PlanExecution {
  /** Coerced, with defaults. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: SubgraphContext;
  /** What root fields of a subgraph are resolved from. */
  readonly rootValue?: unknown;
  /** The response, which all fetches are merged into. */
  readonly data: Data;
  /** By the places of the plan. */
  readonly found: FoundObjects;
  /** Entities that fetches ask for now, by where they stand and what represents them; none after the next answer. */
  readonly asked: Map<string, AskedEntities>;
  /** Collects the errors of all fetches, with paths of the response. */
  readonly errors: GraphQLError[];
}

/** A part of a plan, compiled: fetches what it asks for and merges it into the response. */
export type ExecuteNode = (execution: PlanExecution) => Promise<void>;
