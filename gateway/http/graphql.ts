import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import {
  getOperationAST,
  GraphQLError,
  parse,
  type DocumentNode,
  type ParseOptions,
  type Source,
} from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from '../../events/logger.ts';
import { createSubgraphContext } from '../../mesh/subgraph-context.ts';
import { createDocumentCache, documentTokensMax } from '../execution/document-cache.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { countOperation, type OperationKind } from '../metrics/operation-metrics.ts';
import type { Subscribe } from '../subscriptions/subscribe.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { withCode } from './client-errors.ts';
import { conditionsOnSubscriptionRoots, requiredNamesRule } from './operation-rules.ts';

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
  /** Aborted when the socket closes. */
  signal?: AbortSignal;
}

export type GraphQLServer = YogaServerInstance<ServerContext, OperationContext>;

export interface GraphQLServerOptions {
  supergraph: Supergraph;
  subscribe: Subscribe;
  logger: Logger;
  metrics: Pick<Metrics, 'operations' | 'registerCache'>;
}

/** graphql-yoga at `/graphql`: GraphQL over HTTP, subscriptions over SSE, and GraphiQL for browsers. */
export function createGraphQLServer(options: GraphQLServerOptions): GraphQLServer {
  const { supergraph, logger, metrics } = options;
  const documentCache = createDocumentCache<DocumentNode>();
  metrics.registerCache('documents', documentCache.statistics);
  return createYoga<ServerContext, OperationContext>({
    schema: supergraph.apiSchema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    batching: false,
    cors: false,
    multipart: false,
    // The door has looked at the size already; files lie on disk by now and count in `content-length`.
    maxRequestBodySize: false,
    context: ({ request, headers, signal }): OperationContext =>
      headers
        ? { headers, signal }
        : { headers: Object.fromEntries(request.headers), signal: request.signal },
    plugins: [documentPlugin(supergraph), executionPlugin(options)],
    parserAndValidationCache: {
      documentCache,
      errorCache: createDocumentCache(),
    },
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

/** Bounds what is parsed, and asks more of an operation than the specification does. */
function documentPlugin({ requiredFields }: Supergraph): Plugin<OperationContext> {
  const rule = requiredNamesRule(requiredFields);
  return {
    onParse: ({ setParseFn }) => setParseFn(parseBounded),
    onValidate({ params, addValidationRule, setResult }) {
      const errors = conditionsOnSubscriptionRoots(params.documentAST as DocumentNode);
      if (errors.length > 0) setResult(errors);
      else addValidationRule(rule);
    },
  };
}

function parseBounded(source: string | Source, options?: ParseOptions): DocumentNode {
  try {
    return parse(source, { ...options, maxTokens: documentTokensMax });
  } catch (error) {
    throw error instanceof GraphQLError ? withCode(error, 'GRAPHQL_PARSE_FAILED') : error;
  }
}

/** Replaces yoga's executor, which would look for resolvers in the schema, by the supergraph's. */
function executionPlugin({
  supergraph,
  subscribe,
  metrics: { operations },
}: GraphQLServerOptions): Plugin<OperationContext> {
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn(((args: ExecutionArguments) => {
        const { headers, signal } = args.contextValue;
        const context = createSubgraphContext({ headers, signal });
        const execute = () => supergraph.execute({ ...requestOf(args), context });
        return countOperation(operations, kindOf(args), execute);
      }) as never);
    },
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(((args: ExecutionArguments): ReturnType<Subscribe> => {
        const request = { ...requestOf(args), headers: args.contextValue.headers };
        return countOperation(operations, 'subscription', () => subscribe(request));
      }) as never);
    },
  };
}

function kindOf({ document, operationName }: ExecutionArguments): OperationKind {
  return getOperationAST(document, operationName)?.operation ?? 'query';
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
