import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { DocumentNode } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from '../../events/logger.ts';
import { createSubgraphContext } from '../../mesh/subgraph-context.ts';
import type { Subscribe } from '../subscriptions/subscribe.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';

/** What every operation carries, whichever transport it came by. */
export interface OperationContext {
  /** Headers of the client's request, names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  /** Aborted when the client is gone. */
  signal: AbortSignal | undefined;
}

interface ServerContext {
  /** Set by the WebSocket transport, which has no request of its own for each operation. */
  headers?: OperationContext['headers'];
}

export type GraphQLServer = YogaServerInstance<ServerContext, OperationContext>;

export interface GraphQLServerOptions {
  supergraph: Supergraph;
  subscribe: Subscribe;
  logger: Logger;
}

/** graphql-yoga at `/graphql`: GraphQL over HTTP, subscriptions over SSE, and GraphiQL for browsers. */
export function createGraphQLServer(options: GraphQLServerOptions): GraphQLServer {
  const { supergraph, logger } = options;
  return createYoga<ServerContext, OperationContext>({
    schema: supergraph.apiSchema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    batching: false,
    cors: false,
    multipart: false,
    context: ({ request, headers }): OperationContext =>
      headers
        ? { headers, signal: undefined }
        : { headers: Object.fromEntries(request.headers), signal: request.signal },
    plugins: [executionPlugin(options)],
    renderGraphiQL,
    graphiql: { title: 'Sluice', subscriptionsProtocol: 'WS', defaultQuery: '' },
    logging: {
      debug: () => undefined,
      info: () => undefined,
      warn: (message: unknown) => logger.warn({ from: 'graphql-yoga' }, String(message)),
      error: (error: unknown) => logger.error({ from: 'graphql-yoga', err: error }, 'An operation failed'),
    },
  });
}

/** Replaces yoga's executor, which would look for resolvers in the schema, by the supergraph's. */
function executionPlugin({ supergraph, subscribe }: GraphQLServerOptions): Plugin<OperationContext> {
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn(((args: ExecutionArguments) => {
        const { headers, signal } = args.contextValue;
        return supergraph.execute({
          ...requestOf(args),
          context: createSubgraphContext({ headers, signal }),
        });
      }) as never);
    },
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(((args: ExecutionArguments): ReturnType<Subscribe> =>
        subscribe({ ...requestOf(args), headers: args.contextValue.headers })) as never);
    },
  };
}

interface ExecutionArguments {
  document: DocumentNode;
  operationName?: string | null;
  variableValues?: Readonly<Record<string, unknown>> | null;
  contextValue: OperationContext;
}

function requestOf({ document, operationName, variableValues }: ExecutionArguments) {
  return { document, operationName: operationName ?? undefined, variables: variableValues ?? {} };
}
