import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { GraphQLError, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { createYoga, type GraphQLParams, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from '../../events/logger.ts';
import { createSubgraphContext } from '../../mesh/subgraph-context.ts';
import { clientError } from '../errors.ts';
import type { Prepared, PreparedOperation } from '../operations/operations.ts';
import { readParameters } from '../operations/request-parameters.ts';
import type { Requests } from '../operations/requests.ts';
import type { Subscribe } from '../subscriptions/subscribe.ts';
import { compress, contentCoding } from './content-encoding.ts';
import { retryAfterSeconds, statusOf } from './response-status.ts';

/** What every operation carries, whichever transport it came by. */
export interface OperationContext {
  /** Headers of the client's request, names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  /** Aborted when the client is gone. */
  signal: AbortSignal | undefined;
}

export type GraphQLServer = YogaServerInstance<Record<string, unknown>, OperationContext>;

export interface GraphQLServerOptions {
  requests: Requests;
  subscribe: Subscribe;
  /** The schema that clients see. */
  schema: GraphQLSchema;
  logger: Logger;
  /** Whether browsers get GraphiQL. It asks for the schema, and runs what people write. @default true */
  hasGraphiQL?: boolean;
}

/** graphql-yoga at `/graphql`: GraphQL over HTTP, subscriptions over SSE, and GraphiQL for browsers. */
export function createGraphQLServer(options: GraphQLServerOptions): GraphQLServer {
  const { schema, logger, hasGraphiQL = true } = options;
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
    plugins: [pipelinePlugin(options), compressionPlugin],
    parserAndValidationCache: false,
    renderGraphiQL,
    graphiql: hasGraphiQL && { title: 'Sluice', subscriptionsProtocol: 'WS', defaultQuery: '' },
    logging: {
      debug: () => undefined,
      info: () => undefined,
      warn: (message: unknown) => logger.warn({ from: 'graphql-yoga' }, String(message)),
      error: (error: unknown) => logger.error({ from: 'graphql-yoga', err: error }, 'An operation failed'),
    },
  });
}

/** Puts the pipeline of operations in the place of yoga's own parser, validation and executor. */
function pipelinePlugin({ requests, subscribe }: GraphQLServerOptions): Plugin<OperationContext> {
  const preparedFor = new WeakMap<Request, Prepared>();
  const operationFor = ({ request }: { request: Request }): PreparedOperation => {
    const prepared = preparedFor.get(request);
    if (!prepared || 'errors' in prepared) throw new Error('Only what was prepared is executed');
    return prepared.operation;
  };
  return {
    onRequestParse({ request, setRequestParser }) {
      if (request.method === 'GET') setRequestParser(readQueryString);
    },
    async onParams({ request, params, setParams, setResult }) {
      const parameters = readParameters(params);
      const prepared =
        parameters instanceof GraphQLError
          ? { errors: [parameters] }
          : await requests.prepare(parameters, request);
      preparedFor.set(request, prepared);
      if (parameters instanceof GraphQLError || 'errors' in prepared) {
        setResult(asRefused(prepared as ExecutionResult));
        // What comes next looks at them all the same.
        setParams({ query: '' });
        return;
      }
      const { document, operationName } = prepared.operation;
      const query = document.loc?.source.body ?? '';
      setParams({
        query,
        variables: parameters.variables,
        ...(operationName !== undefined && { operationName }),
      });
    },
    onParse: ({ context, setParsedDocument }) => setParsedDocument(operationFor(context).document),
    onValidate: ({ setResult }) => setResult([]),
    onExecute({ setExecuteFn }) {
      setExecuteFn((({ contextValue, variableValues }: ExecutionArguments) => {
        const operation = operationFor(contextValue);
        if (operation.kind === 'subscription') throw new Error('A subscription is not executed');
        const context = createSubgraphContext(contextValue);
        return operation.execute({ variables: variableValues ?? {}, context }).then(asRefused);
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

/** Compresses what is sent in one piece: results, and the page of GraphiQL, but no streams of events. */
const compressionPlugin: Plugin<OperationContext> = {
  async onResponse(exchange) {
    const { request, response, fetchAPI } = exchange;
    const type = response.headers.get('content-type') ?? '';
    const accepted = request.headers.get('accept-encoding') ?? undefined;
    if (accepted === undefined || !/^(?:application\/(?:graphql-response\+)?json|text\/html)\b/.test(type))
      return;
    const body = Buffer.from(await response.arrayBuffer());
    const coding = contentCoding(accepted, body.length);
    const { status } = response;
    const headers = new fetchAPI.Headers(response.headers);
    if (coding) headers.set('content-encoding', coding);
    const sent = coding ? await compress(body, coding) : body;
    headers.set('content-length', String(sent.length));
    exchange.setResponse(new fetchAPI.Response(sent, { status, headers }));
  },
};

/** Parameters in a URL (GraphQL over HTTP, section 5.3.1). */
function readQueryString(request: Request): GraphQLParams {
  const given = new URLSearchParams(request.url.split('?').slice(1).join('?'));
  const textOf = (name: string) => given.get(name) || undefined;
  const objectOf = (name: string) => {
    try {
      return JSON.parse(textOf(name) ?? 'null') as GraphQLParams['extensions'];
    } catch {
      throw asRequestError(clientError('BAD_REQUEST', `"${name}" is not valid JSON`));
    }
  };
  const [query, operationName, documentId] = [textOf('query'), textOf('operationName'), textOf('documentId')];
  const [variables, extensions] = [objectOf('variables'), objectOf('extensions')];
  return { query, operationName, documentId, variables, extensions } as GraphQLParams;
}

/** Tells yoga the status of a result without data. */
function asRefused(result: ExecutionResult): ExecutionResult {
  if (result.data !== undefined || !result.errors) return result;
  return { ...result, errors: result.errors.map(asRequestError) };
}

/** Tells yoga that an error is one of the request: its status, and whether it is 200 for clients of `application/json`. */
function asRequestError(error: GraphQLError): GraphQLError {
  const { message, nodes, source, positions, extensions } = error;
  const result = { errors: [error] };
  const status = statusOf(result, 'application/graphql-response+json');
  const spec = statusOf(result, 'application/json') !== status;
  // A hash that is not known now will be, as soon as its document was sent.
  const retryAfter = status === 503 && { 'retry-after': String(retryAfterSeconds) };
  const http = { status, spec, headers: { 'cache-control': 'no-store', ...retryAfter } };
  return new GraphQLError(message, {
    ...(nodes && { nodes }),
    ...(source && { source }),
    ...(positions && { positions }),
    extensions: { ...extensions, http },
  });
}
