import {
  getOperationAST,
  OperationTypeNode,
  parse,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import type { Logger } from '../../events/logger.ts';
import type { ComposedSupergraph } from '../../mesh/federation/compose.ts';
import { eventsSubgraphName, type EventHistory } from '../../mesh/federation/event-history.ts';
import type { EventField } from '../../mesh/federation/events-subgraph.ts';
import type { SubgraphContext } from '../../mesh/subgraph-context.ts';
import { clientError } from '../errors.ts';
import { compileOperation, type CompiledOperation } from '../execution/compiled-operation.ts';
import { documentTokensMax } from '../execution/document-cache.ts';
import type { ShowMade } from '../execution/generated-code.ts';
import type { ExecutionScope } from '../execution/plan-execution.ts';
import type { FetchNode, PlanNode } from '../execution/plan.ts';
import {
  createSubgraphCompiler,
  createSubgraphExecutor,
  type SubgraphCompilerOptions,
} from '../execution/subgraph-executor.ts';
import { apiSchemaOf, plannedSchemaOf } from './api-schema.ts';
import { compileVariables } from '../execution/subgraph/input-values.ts';
import { createIntrospection } from './introspection.ts';
import { clientErrors, startPlanning, type PlanningLimits } from './planning.ts';
import type { SupergraphRequest } from './supergraph-request.ts';

/** A query or mutation, planned and compiled. */
export interface RequestOperation {
  kind: 'query' | 'mutation';
  document: DocumentNode;
  /** Answers with errors when the variables, given as the client sent them, are wrong. */
  execute: (request: Pick<SupergraphRequest, 'variables' | 'context'>) => Promise<ExecutionResult>;
}

/** A subscription, planned and compiled. */
export interface SubscriptionOperation {
  kind: 'subscription';
  document: DocumentNode;
  /** Answered by the event's payload, on the generated events subgraph. */
  primary: FetchNode;
  /** Executes the operation for one event; its root value is an EventRoot. */
  execute: CompiledOperation;
}

/** An operation of a client, ready to be executed. */
export interface PlannedOperation {
  operation: RequestOperation | SubscriptionOperation;
  /** Characters of the plan that was compiled: what an operation takes in memory goes with it and with its text. */
  planCharacters: number;
}

/** The composed supergraph, ready to plan and execute. */
export interface Supergraph {
  /** The schema that clients see; not executable by itself. */
  readonly apiSchema: GraphQLSchema;
  readonly eventFields: ReadonlyMap<string, EventField>;
  /**
   * Parses, validates, plans and compiles an operation of a client, anew each time.
   * @param isWanted false when nobody waits for it any more: it is left out then unless it has begun
   * @returns errors with codes for what is wrong with it
   * @throws Error for a plan that can not be executed here
   */
  plan(
    source: string,
    operationName: string | undefined,
    isWanted?: () => boolean,
  ): Promise<PlannedOperation | { errors: readonly GraphQLError[] }>;
  close(): Promise<void>;
}

export interface SupergraphOptions {
  composed: ComposedSupergraph;
  /** Answers the fields of Query in the events subgraph. @default nobody does */
  history?: EventHistory;
  logger: Logger;
  /** Who executes queries and mutations: our own compiled plans, or `@apollo/gateway`. @default 'compiled' */
  executor?: 'compiled' | 'apollo';
  planningLimits?: PlanningLimits;
  /** Is shown plans and generated code. @default nobody is */
  show?: ShowMade | undefined;
}

/** The plan of a subscription (`SubscriptionNode` of `@apollo/query-planner`). */
interface SubscriptionPlan {
  kind: 'Subscription';
  primary: FetchNode;
  rest?: PlanNode;
}

/** Loads a composed supergraph into planner and executors. */
export async function createSupergraph(options: SupergraphOptions): Promise<Supergraph> {
  const { composed, executor = 'compiled', planningLimits, show, logger } = options;
  const starting = startPlanning({ sdl: composed.sdl, logger, ...planningLimits });
  const scope: ExecutionScope = {
    supergraphSchema: plannedSchemaOf(composed.sdl),
    compilerOf: forEachSubgraph(options, (subgraph) => createSubgraphCompiler({ ...subgraph, show })),
    show,
  };
  const planning = await starting;
  const apiSchema = apiSchemaOf(planning.apiSdl);
  const introspection = createIntrospection(planning);
  const apollo = executor === 'apollo' ? await startApollo(options) : undefined;

  /** @param planJson undefined for an operation that the schema answers */
  function compile(source: string, operationName: string | undefined, planJson: string | undefined) {
    const document = parse(source, { maxTokens: documentTokensMax });
    const operation = getOperationAST(document, operationName);
    if (!operation) throw new Error('There is no such operation');
    const kind = operation.operation;
    const compiled = (plan: PlanNode | undefined): CompiledOperation =>
      compileOperation({ plan, document, operation, apiSchema, scope });
    if (kind === OperationTypeNode.SUBSCRIPTION) {
      const { primary, rest } = JSON.parse(planJson ?? 'null') as SubscriptionPlan;
      const nodes = [primary, ...(rest ? [rest] : [])];
      return { kind, document, primary, execute: compiled({ kind: 'Sequence', nodes }) };
    }
    const run = (): ((request: RunRequest) => Promise<ExecutionResult>) => {
      if (planJson === undefined) {
        return ({ variables }) => introspection.execute({ source, operationName, variables });
      }
      if (apollo) return (request) => apollo.execute({ document, operationName, ...request }, apiSchema);
      return compiled((JSON.parse(planJson) ?? undefined) as PlanNode | undefined);
    };
    return {
      kind,
      document,
      execute: withCoercedVariables({ document, operationName, apiSchema, run: run() }),
    };
  }

  return {
    apiSchema,
    eventFields: new Map(composed.eventFields.map((field) => [field.name, field])),
    plan: async (source, operationName, isWanted) => {
      const outcome = await planning.perform({ kind: 'plan', source, operationName }, isWanted);
      if (outcome.kind === 'refused') return { errors: clientErrors(outcome.errors, source) };
      const planJson = outcome.kind === 'planned' ? outcome.plan : undefined;
      return {
        operation: compile(source, operationName, planJson),
        planCharacters: planJson?.length ?? 0,
      };
    },
    close: async () => {
      await planning.close();
      await apollo?.close();
    },
  };
}

/** Its package is loaded only where it executes: it takes a quarter of a second and 30 MB. */
async function startApollo(options: SupergraphOptions) {
  const { createApolloExecutor } = await import('./apollo-executor.ts');
  const executorOf = forEachSubgraph(options, createSubgraphExecutor);
  return createApolloExecutor({ sdl: options.composed.sdl, executorOf, logger: options.logger });
}

function forEachSubgraph<Made>(
  { composed: { services, answerErrors }, history, logger }: SupergraphOptions,
  make: (options: SubgraphCompilerOptions) => Made,
): (subgraph: string) => Made {
  const made = new Map(
    [...services].map(([name, schema]) => {
      const describeAnswerError = answerErrors?.get(name);
      const rootValue = name === eventsSubgraphName ? history : undefined;
      return [name, make({ name, schema, describeAnswerError, logger, rootValue })] as const;
    }),
  );
  return (subgraph) => {
    const found = made.get(subgraph);
    if (!found) throw new Error(`There is no subgraph ${subgraph}`);
    return found;
  };
}

interface RunRequest {
  /** Coerced, with defaults. */
  variables: Readonly<Record<string, unknown>>;
  context: SubgraphContext;
}

interface CoercedOptions {
  document: DocumentNode;
  operationName: string | undefined;
  apiSchema: GraphQLSchema;
  run: (request: RunRequest) => Promise<ExecutionResult>;
}

function withCoercedVariables({
  document,
  operationName,
  apiSchema,
  run,
}: CoercedOptions): RequestOperation['execute'] {
  const coerce = createCoercion(document, operationName, apiSchema);
  return async ({ variables, context }) => {
    const result = coerce(variables);
    return 'errors' in result ? result : run({ variables: result.coerced, context });
  };
}

/** The variables of an operation, with defaults; or what is wrong with them, for clients. */
export function coerceVariables(
  { document, operationName, variables }: Pick<SupergraphRequest, 'document' | 'operationName' | 'variables'>,
  schema: GraphQLSchema,
) {
  return createCoercion(document, operationName, schema)(variables);
}

function createCoercion(document: DocumentNode, operationName: string | undefined, schema: GraphQLSchema) {
  const coerce = compileVariables(
    schema,
    getOperationAST(document, operationName)?.variableDefinitions ?? [],
  );
  return (variables: Readonly<Record<string, unknown>>) => {
    const result = coerce(variables);
    if ('errors' in result) {
      const errors = result.errors.map(({ message, nodes }) =>
        clientError('BAD_USER_INPUT', message, {}, nodes),
      );
      return { errors };
    }
    if (result.coerced === variables) return { coerced: variables };
    // Without a prototype: a variable may be called `toString`, and is not that of all objects when it is left out.
    return {
      coerced: Object.assign(Object.create(null), result.coerced) as Readonly<Record<string, unknown>>,
    };
  };
}
