import fi from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import {
  getOperationAST,
  getVariableValues,
  isScalarType,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import type { Logger } from '../../events/logger.ts';
import { bigIntScalar } from '../../mesh/exact-integers.ts';
import type { ComposedSupergraph } from '../../mesh/federation/compose.ts';
import type { EventField } from '../../mesh/federation/events-subgraph.ts';
import { uploadScalar } from '../../mesh/uploads.ts';
import { clientError } from '../errors.ts';
import { compileOperation, type CompiledOperation } from '../execution/compiled-operation.ts';
import type { PlanScope } from '../execution/plan-execution.ts';
import type { FetchNode, PlanNode } from '../execution/plan.ts';
import { createSubgraphExecutor, type SubgraphExecutor } from '../execution/subgraph-executor.ts';
import { createApolloExecutor } from './apollo-executor.ts';
import type { SupergraphRequest } from './supergraph-request.ts';
import { requiredFields, type RequiredFields } from './required-fields.ts';

/** A subscription operation, planned and compiled. */
export interface SubscriptionOperation {
  /** Answered by the event's payload, on the generated events subgraph. */
  primary: FetchNode;
  /** Executes the operation for one event; its root value is an EventRoot. */
  execute: CompiledOperation;
}

/** The composed supergraph, ready to plan and execute. */
export interface Supergraph {
  /** The schema that clients see; not executable by itself. */
  readonly apiSchema: GraphQLSchema;
  /** Fields that plans fetch under their own names. */
  readonly requiredFields: RequiredFields;
  readonly eventFields: ReadonlyMap<string, EventField>;
  /** Plans and executes a valid query or mutation. Plans are kept for as long as the document. */
  execute(request: SupergraphRequest): Promise<ExecutionResult>;
  /** Plans a valid subscription operation. */
  planSubscription(document: DocumentNode, operationName: string | undefined): SubscriptionOperation;
  close(): Promise<void>;
}

export interface SupergraphOptions {
  composed: ComposedSupergraph;
  logger: Logger;
  /** Who executes queries and mutations: our own compiled plans, or `@apollo/gateway`. @default 'compiled' */
  executor?: 'compiled' | 'apollo';
}

/** Loads a composed supergraph into planner and executors. */
export async function createSupergraph(options: SupergraphOptions): Promise<Supergraph> {
  const { composed, logger, executor = 'compiled' } = options;
  const executors = new Map(
    [...composed.services].map(([name, schema]) => {
      const describeAnswerError = composed.answerErrors?.get(name);
      return [name, createSubgraphExecutor({ name, schema, describeAnswerError, logger })] as const;
    }),
  );
  const executorOf = (subgraph: string): SubgraphExecutor => {
    const found = executors.get(subgraph);
    if (!found) throw new Error(`There is no subgraph ${subgraph}`);
    return found;
  };
  const planner = createPlanner(composed.sdl, executorOf);
  const { apiSchema } = planner;
  checkScalars(apiSchema);
  const apollo =
    executor === 'apollo' ? await createApolloExecutor({ sdl: composed.sdl, executorOf, logger }) : undefined;
  const prepared = rememberByDocument((document, operationName) => planner.prepare(document, operationName));
  const subscriptions = rememberByDocument((document, operationName) =>
    planner.prepareSubscription(document, operationName),
  );
  return {
    apiSchema,
    requiredFields: requiredFields(composed.sdl),
    eventFields: new Map(composed.eventFields.map((field) => [field.name, field])),
    execute: async (request) => {
      const { document, operationName, variables, context } = request;
      const result = coerceVariables(request, apiSchema);
      if ('errors' in result) return result;
      if (apollo) return apollo.execute({ document, operationName, variables, context }, apiSchema);
      return prepared(document, operationName)({ variables: result.coerced, context });
    },
    planSubscription: subscriptions,
    close: async () => apollo?.close(),
  };
}

/** Composition keeps only the names of scalars. With ours in it, the API schema refuses what subgraphs would refuse. */
function checkScalars(apiSchema: GraphQLSchema): void {
  for (const { name, parseValue, parseLiteral } of [bigIntScalar, uploadScalar]) {
    const type = apiSchema.getType(name);
    if (isScalarType(type)) Object.assign(type, { parseValue, parseLiteral });
  }
}

/** The variables of an operation, with defaults; or what is wrong with them, for clients. */
export function coerceVariables(
  { document, operationName, variables }: Pick<SupergraphRequest, 'document' | 'operationName' | 'variables'>,
  schema: GraphQLSchema,
) {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  if (definitions.length === 0) return { coerced: {} };
  const { errors, coerced } = getVariableValues(schema, definitions, { ...variables });
  // Without a prototype: a variable may be called `toString`, and is not that of all objects when it is left out.
  if (!errors) return { coerced: Object.assign(Object.create(null), coerced) as Record<string, unknown> };
  return { errors: errors.map(({ message, nodes }) => clientError('BAD_USER_INPUT', message, {}, nodes)) };
}

function createPlanner(sdl: string, executorOf: PlanScope['executorOf']) {
  const supergraph = fi.Supergraph.build(sdl);
  const schema = supergraph.apiSchema();
  const apiSchema = schema.toGraphQLJSSchema();
  const planner = new QueryPlanner(supergraph);
  const scope: PlanScope = { supergraphSchema: supergraph.schema.toGraphQLJSSchema(), executorOf };
  const planOf = (document: DocumentNode, operationName: string | undefined) => {
    const name = operationName === undefined ? {} : { operationName };
    return planner.buildQueryPlan(fi.operationFromDocument(schema, document, name)).node;
  };
  const compile = (document: DocumentNode, operationName: string | undefined, plan: PlanNode | undefined) => {
    const operation = getOperationAST(document, operationName);
    if (!operation) throw new Error('There is no such operation');
    return compileOperation({ plan, document, operation, apiSchema, scope });
  };
  return {
    apiSchema,
    prepare: (document: DocumentNode, operationName: string | undefined): CompiledOperation =>
      compile(document, operationName, planOf(document, operationName) as PlanNode | undefined),
    prepareSubscription: (
      document: DocumentNode,
      operationName: string | undefined,
    ): SubscriptionOperation => {
      const node = planOf(document, operationName);
      if (node?.kind !== 'Subscription') throw new Error('Only subscriptions are planned here');
      const primary = node.primary as FetchNode;
      const nodes = [primary, ...(node.rest ? [node.rest as PlanNode] : [])];
      return { primary, execute: compile(document, operationName, { kind: 'Sequence', nodes }) };
    },
  };
}

/** Remembers what is made of an operation for as long as somebody, such as the cache of documents, has its document. */
function rememberByDocument<Value>(
  make: (document: DocumentNode, operationName: string | undefined) => Value,
): (document: DocumentNode, operationName: string | undefined) => Value {
  const known = new WeakMap<DocumentNode, Map<string | undefined, Value>>();
  return (document, operationName) => {
    const byName = known.get(document) ?? new Map<string | undefined, Value>();
    known.set(document, byName);
    const found = byName.get(operationName);
    if (found !== undefined) return found;
    const made = make(document, operationName);
    byName.set(operationName, made);
    return made;
  };
}
