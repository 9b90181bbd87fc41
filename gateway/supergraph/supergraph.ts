import fi from '@apollo/federation-internals';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { QueryPlanner } from '@apollo/query-planner';
import {
  getOperationAST,
  getVariableValues,
  isScalarType,
  Kind,
  print,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import type { Logger } from '../../events/logger.ts';
import type { ComposedSupergraph } from '../../mesh/federation/compose.ts';
import type { EventField } from '../../mesh/federation/events-subgraph.ts';
import { bigIntScalar } from '../../mesh/exact-integers.ts';
import type { SubgraphContext } from '../../mesh/subgraph-context.ts';
import { uploadScalar } from '../../mesh/uploads.ts';
import type { SubscriptionPlan } from '../execution/plan.ts';
import { clientError } from '../errors.ts';
import { createSubgraphExecutor, type SubgraphExecutor } from '../execution/subgraph-executor.ts';
import { createDocumentCache } from '../execution/document-cache.ts';
import { apolloLogger } from './apollo-logger.ts';
import { requiredFields, type RequiredFields } from './required-fields.ts';

export interface SupergraphRequest {
  document: DocumentNode;
  operationName: string | undefined;
  variables: Readonly<Record<string, unknown>>;
  context: SubgraphContext;
}

/** The composed supergraph, ready to plan and execute. */
export interface Supergraph {
  /** The schema that clients see; not executable by itself. */
  readonly apiSchema: GraphQLSchema;
  /** With federation's own directives and types, for type conditions of plans. */
  readonly supergraphSchema: GraphQLSchema;
  /** Fields that plans fetch under their own names. */
  readonly requiredFields: RequiredFields;
  readonly eventFields: ReadonlyMap<string, EventField>;
  /** Plans and executes a valid query or mutation through `@apollo/gateway`. */
  execute(request: SupergraphRequest): Promise<ExecutionResult>;
  /** Plans a valid subscription operation. Plans are cached by operation. */
  readonly planSubscription: (document: DocumentNode, operationName: string | undefined) => SubscriptionPlan;
  readonly executorOf: (subgraph: string) => SubgraphExecutor;
  close(): Promise<void>;
}

export interface SupergraphOptions {
  composed: ComposedSupergraph;
  logger: Logger;
}

/** Loads a composed supergraph into planner and executors. */
export async function createSupergraph(options: SupergraphOptions): Promise<Supergraph> {
  const { composed, logger } = options;
  const executors = new Map(
    [...composed.services].map(([name, schema]) => {
      const describeAnswerError = composed.answerErrors?.get(name);
      return [name, createSubgraphExecutor({ name, schema, describeAnswerError, logger })] as const;
    }),
  );
  const executorOf = (subgraph: string): SubgraphExecutor => {
    const executor = executors.get(subgraph);
    if (!executor) throw new Error(`There is no subgraph ${subgraph}`);
    return executor;
  };
  const gateway = new ApolloGateway({
    supergraphSdl: composed.sdl,
    buildService: ({ name }) => inProcessDataSource(executorOf(name)),
    logger: apolloLogger(logger),
  });
  const { schema: apiSchema, executor } = await gateway.load();
  checkScalars(apiSchema);
  const planner = createSubscriptionPlanner(composed.sdl);
  return {
    apiSchema,
    supergraphSchema: planner.supergraphSchema,
    requiredFields: requiredFields(composed.sdl),
    eventFields: new Map(composed.eventFields.map((field) => [field.name, field])),
    execute: async (request) => {
      const errors = variableErrors(request, apiSchema);
      if (errors) return { errors };
      return (await executor(requestContext(request, apiSchema))) as ExecutionResult;
    },
    planSubscription: planner.plan,
    executorOf,
    close: () => gateway.stop(),
  };
}

/** Composition keeps only the names of scalars. With ours in it, the API schema refuses what subgraphs would refuse. */
function checkScalars(apiSchema: GraphQLSchema): void {
  for (const { name, parseValue, parseLiteral } of [bigIntScalar, uploadScalar]) {
    const type = apiSchema.getType(name);
    if (isScalarType(type)) Object.assign(type, { parseValue, parseLiteral });
  }
}

/** Lets `@apollo/gateway` call a subgraph in this process. */
function inProcessDataSource(execute: SubgraphExecutor): GraphQLDataSource {
  return {
    process: async ({ request, context }) => {
      const result = await execute({
        operation: request.query ?? '',
        variables: (request.variables ?? {}) as Record<string, unknown>,
        context: context as SubgraphContext,
      });
      return result as never;
    },
  };
}

/** What is wrong with the variables of an operation, for clients; undefined when nothing is. */
export function variableErrors(
  { document, operationName, variables }: Pick<SupergraphRequest, 'document' | 'operationName' | 'variables'>,
  schema: GraphQLSchema,
) {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  const { errors } = getVariableValues(schema, definitions, { ...variables });
  return errors?.map(({ message, nodes }) => clientError('BAD_USER_INPUT', message, {}, nodes));
}

type RequestContext = Parameters<Awaited<ReturnType<ApolloGateway['load']>>['executor']>[0];

function requestContext(request: SupergraphRequest, schema: GraphQLSchema): RequestContext {
  const { document, operationName, variables, context } = request;
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const operation =
    operationName === undefined
      ? operations[0]
      : operations.find((node) => node.name?.value === operationName);
  const query = print(document);
  return {
    request: { query, variables, ...(operationName !== undefined && { operationName }) },
    document,
    operation,
    operationName: operation?.name?.value ?? null,
    source: query,
    queryHash: `${operationName ?? ''}:${query}`,
    context,
    schema,
    metrics: {},
    logger: undefined,
  } as unknown as RequestContext;
}

function createSubscriptionPlanner(sdl: string) {
  const supergraph = fi.Supergraph.build(sdl);
  const apiSchema = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph);
  const plans = createDocumentCache<SubscriptionPlan>();
  return {
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    plan: (document: DocumentNode, operationName: string | undefined): SubscriptionPlan => {
      const key = `${operationName ?? ''}:${print(document)}`;
      const cached = plans.get(key);
      if (cached) return cached;
      const operation = fi.operationFromDocument(
        apiSchema,
        document,
        operationName === undefined ? {} : { operationName },
      );
      const { node } = planner.buildQueryPlan(operation);
      if (node?.kind !== 'Subscription') throw new Error('Only subscriptions are planned here');
      const plan = { primary: node.primary, rest: node.rest } as SubscriptionPlan;
      plans.set(key, plan);
      return plan;
    },
  };
}
