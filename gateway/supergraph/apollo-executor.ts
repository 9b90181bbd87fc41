import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { getOperationAST, print, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { Logger } from '../../events/logger.ts';
import type { SubgraphContext } from '../../mesh/subgraph-context.ts';
import type { SubgraphExecutor } from '../execution/subgraph-executor.ts';
import { apolloLogger } from './apollo-logger.ts';
import type { SupergraphRequest } from './supergraph-request.ts';

export interface ApolloExecutorOptions {
  /** Supergraph SDL. */
  sdl: string;
  executorOf: (subgraph: string) => SubgraphExecutor;
  logger: Logger;
}

/** `@apollo/gateway` as it executes queries and mutations: the reference for our own executor, and its alternative. */
export async function createApolloExecutor({ sdl, executorOf, logger }: ApolloExecutorOptions) {
  const gateway = new ApolloGateway({
    supergraphSdl: sdl,
    buildService: ({ name }) => inProcessDataSource(executorOf(name)),
    logger: apolloLogger(logger),
  });
  const { executor } = await gateway.load();
  return {
    execute: async (request: SupergraphRequest, schema: GraphQLSchema): Promise<ExecutionResult> =>
      (await executor(requestContext(request, schema))) as ExecutionResult,
    close: () => gateway.stop(),
  };
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

type RequestContext = Parameters<Awaited<ReturnType<ApolloGateway['load']>>['executor']>[0];

function requestContext(request: SupergraphRequest, schema: GraphQLSchema): RequestContext {
  const { document, operationName, variables, context } = request;
  const operation = getOperationAST(document, operationName);
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
