import type { DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import type { SubgraphContext } from '../../mesh/subgraph-context.ts';
import { executePlanNode } from './execute-plan.ts';
import { createData } from './merge.ts';
import { executeFetch } from './execute-fetch.ts';
import type { SubscriptionPlan } from './plan.ts';
import { shapeResponse } from './shape-response.ts';
import type { SubgraphExecutor } from './subgraph-executor.ts';

export interface SubscriptionEventOptions {
  plan: SubscriptionPlan;
  document: DocumentNode;
  operationName: string | undefined;
  /** Coerced, with defaults. */
  variables: Readonly<Record<string, unknown>>;
  supergraphSchema: GraphQLSchema;
  apiSchema: GraphQLSchema;
  executorOf: (subgraph: string) => SubgraphExecutor;
  /** The part of the payload that the subscription field answers with. */
  payload: unknown;
  context: SubgraphContext;
}

/**
 * Executes a subscription operation for one event: the primary selection from the payload, then the rest of the
 * plan against the services. Fields that fail become errors beside partial data.
 */
export async function executeSubscriptionEvent(options: SubscriptionEventOptions): Promise<ExecutionResult> {
  const { plan, executorOf, variables, context, supergraphSchema } = options;
  const errors: GraphQLError[] = [];
  const data = createData();
  const targets = [{ path: [], data }];
  const onPayload = (subgraph: string): SubgraphExecutor => {
    const execute = executorOf(subgraph);
    return (request) => execute({ ...request, rootValue: { payload: options.payload } });
  };
  const execution = { supergraphSchema, variables, context, errors };
  await executeFetch(plan.primary, targets, { ...execution, executorOf: onPayload });
  if (plan.rest) await executePlanNode(plan.rest, targets, { ...execution, executorOf });
  return shapeResponse({ ...options, data, errors });
}
