import {
  print,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { SubgraphContext } from '../../mesh/subgraph-context.ts';
import { createSharing } from './asked-entities.ts';
import { compilePlanNode } from './compiled-plan.ts';
import { createData } from './merge.ts';
import type { ExecutionScope } from './plan-execution.ts';
import { createPlanPlaces } from './plan-places.ts';
import type { PlanNode } from './plan.ts';
import { printPlan } from './printed-plan.ts';
import { compileResponse } from './response-shape.ts';

export interface CompileOperationOptions {
  /** Undefined when nothing is fetched, as for introspection. */
  plan: PlanNode | undefined;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** The schema that clients see. */
  apiSchema: GraphQLSchema;
  scope: ExecutionScope;
}

export interface OperationRun {
  /** Coerced, with defaults. */
  variables: Readonly<Record<string, unknown>>;
  context: SubgraphContext;
  /** Of the events subgraph: the event that a subscription is executed for. */
  rootValue?: unknown;
}

/** An operation of a client, ready to be executed. Fields that fail become errors beside partial data. */
export type CompiledOperation = (run: OperationRun) => Promise<ExecutionResult>;

/** Compiles a planned operation: its fetches, and the shape of its response. */
export function compileOperation(options: CompileOperationOptions): CompiledOperation {
  const { plan, document, operation, apiSchema, scope } = options;
  const planScope = { ...scope, placeAt: createPlanPlaces(scope.show), shareAsking: createSharing() };
  const execute = plan && compilePlanNode(plan, planScope);
  scope.show?.('Plan', `${print(document)}\n\n${printPlan(plan)}`);
  const respond = compileResponse({ apiSchema, document, operation, show: scope.show });
  return async ({ variables, context, rootValue }) => {
    const errors: GraphQLError[] = [];
    const data = createData();
    const asked = new Map();
    if (execute) await execute({ variables, context, rootValue, data, found: [], asked, errors });
    return respond({ data, errors, variables });
  };
}
