import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from '../../events/logger.ts';
import { createSubgraphContext } from '../../mesh/subgraph-context.ts';
import type { Operations, Prepared, PreparedOperation } from '../operations/operations.ts';
import type { Subscribe } from '../subscriptions/subscribe.ts';

/** What every operation carries, whichever transport it came by. */
export interface OperationContext {
  /** Headers of the client's request, names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  /** Aborted when the client is gone. */
  signal: AbortSignal | undefined;
}

export type GraphQLServer = YogaServerInstance<Record<string, unknown>, OperationContext>;

export interface GraphQLServerOptions {
  operations: Operations;
  subscribe: Subscribe;
  /** The schema that clients see. */
  schema: GraphQLSchema;
  logger: Logger;
}

/** graphql-yoga at `/graphql`: GraphQL over HTTP, subscriptions over SSE, and GraphiQL for browsers. */
export function createGraphQLServer(options: GraphQLServerOptions): GraphQLServer {
  const { schema, logger } = options;
  return createYoga<Record<string, unknown>, OperationContext>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    batching: false,
    cors: false,
    multipart: false,
    // The door has looked at the size already; files lie on disk by now and count in `content-length`.
    maxRequestBodySize: false,
    context: ({ request }): OperationContext => ({
      headers: Object.fromEntries(request.headers),
      signal: request.signal,
    }),
    plugins: [pipelinePlugin(options)],
    parserAndValidationCache: false,
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

/** Puts the pipeline of operations in the place of yoga's own parser, validation and executor. */
function pipelinePlugin({ operations, subscribe }: GraphQLServerOptions): Plugin<OperationContext> {
  const preparedFor = new WeakMap<Request, Prepared>();
  const operationFor = ({ request }: { request: Request }): PreparedOperation => {
    const prepared = preparedFor.get(request);
    if (!prepared || 'errors' in prepared) throw new Error('Only what was prepared is executed');
    return prepared.operation;
  };
  return {
    async onParams({ request, params: { query, operationName }, setResult }) {
      // Refused by yoga, right after this.
      if (typeof query !== 'string') return;
      const prepared = await operations.prepare(query, operationName ?? undefined);
      preparedFor.set(request, prepared);
      if ('errors' in prepared) setResult({ errors: prepared.errors.map(asRequestError) });
    },
    onParse: ({ context, setParsedDocument }) => setParsedDocument(operationFor(context).document),
    onValidate: ({ setResult }) => setResult([]),
    onExecute({ setExecuteFn }) {
      setExecuteFn((({ contextValue, variableValues }: ExecutionArguments) => {
        const operation = operationFor(contextValue);
        if (operation.kind === 'subscription') throw new Error('A subscription is not executed');
        const context = createSubgraphContext(contextValue);
        return operation.execute({ variables: variableValues ?? {}, context });
      }) as never);
    },
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn((({ contextValue, variableValues }: ExecutionArguments): ReturnType<Subscribe> => {
        const operation = operationFor(contextValue);
        if (operation.kind !== 'subscription') throw new Error('Only subscriptions are subscribed to');
        return subscribe({ operation, variables: variableValues ?? {}, headers: contextValue.headers });
      }) as never);
    },
  };
}

interface ExecutionArguments {
  variableValues?: Readonly<Record<string, unknown>> | null;
  contextValue: OperationContext & { request: Request };
}

/** Tells yoga that an error is one of the request: 400, or 200 for clients that only take `application/json`. */
function asRequestError(error: GraphQLError): GraphQLError {
  const { message, nodes, source, positions, extensions } = error;
  const isOurs = extensions['code'] === 'INTERNAL_SERVER_ERROR';
  const http = isOurs ? { status: 500 } : { status: 400, spec: true };
  return new GraphQLError(message, {
    ...(nodes && { nodes }),
    ...(source && { source }),
    ...(positions && { positions }),
    extensions: { ...extensions, http },
  });
}
