import type { IncomingMessage, Server } from 'node:http';
import { GraphQLError, type ExecutionArgs, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Logger } from '../../events/logger.ts';
import { createSubgraphContext } from '../../mesh/subgraph-context.ts';
import { clientError } from '../errors.ts';
import { readParameters } from '../operations/request-parameters.ts';
import type { Requests } from '../operations/requests.ts';
import type { Subscribe } from '../subscriptions/subscribe.ts';
import type { OperationContext } from './graphql.ts';
import type { OriginCheck } from './origins.ts';

export interface WebSocketOptions {
  server: Server;
  requests: Requests;
  subscribe: Subscribe;
  /** The schema that clients see. */
  schema: GraphQLSchema;
  isAllowedOrigin: OriginCheck;
  logger: Logger;
  /** Largest message of a client, in bytes. @default 1 MiB */
  messageBytesMax?: number;
}

export interface WebSockets {
  /** Says goodbye to every client (1001) and waits until they have gone. */
  close(): Promise<void>;
  /** Cuts off those that do not go. */
  terminate(): void;
}

/** Serves `graphql-transport-ws` on upgrades of `/graphql`. */
export function serveWebSockets(options: WebSocketOptions): WebSockets {
  const { server, isAllowedOrigin, logger, messageBytesMax = 1024 * 1024 } = options;
  const sockets = new WebSocketServer({
    server,
    path: '/graphql',
    maxPayload: messageBytesMax,
    verifyClient: ({ req }: { req: IncomingMessage }) => isAllowedOrigin(req),
  });
  const failed = (error: unknown): ExecutionResult => {
    logger.error({ err: error }, 'An operation failed unexpectedly');
    return { errors: [clientError('INTERNAL_SERVER_ERROR', 'The operation failed')] };
  };
  const goneSignals = new WeakMap<WebSocket, AbortSignal>();
  // Which of the two is called is told by the document; what was prepared knows how to do either.
  const run = async (args: unknown) => attempt((args as PreparedArguments).contextValue, failed);
  const served = useServer<{ headers?: unknown }, Partial<Record<PropertyKey, unknown>>>(
    {
      // Otherwise clients are told what failed unexpectedly, unless NODE_ENV says so.
      isProd: true,
      execute: run,
      subscribe: run,
      onSubscribe: async (context, _id, request) => {
        const { socket, request: upgrade } = context.extra;
        const headers = headersOf(upgrade, context.connectionParams?.headers);
        return attempt(
          () => prepare(options, { headers, signal: goneSignal(socket, goneSignals) }, request),
          (error) => failed(error).errors ?? [],
        );
      },
    },
    sockets,
  );
  // What is wrong with the frames of a client is told to the client, by its close code. graphql-ws prints it as an error.
  sockets.on('connection', (socket) => socket.removeAllListeners('error').on('error', () => undefined));
  return {
    close: async () => {
      await served.dispose();
    },
    terminate: () => sockets.clients.forEach((socket) => socket.terminate()),
  };
}

/** Aborted when the socket closes: nobody waits for what its operations still do. */
function goneSignal(socket: WebSocket, known: WeakMap<WebSocket, AbortSignal>): AbortSignal {
  const found = known.get(socket);
  if (found) return found;
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  known.set(socket, gone.signal);
  return gone.signal;
}

/** Whatever one operation does, the socket and the other operations on it go on. */
async function attempt<Result>(run: () => unknown, failed: (error: unknown) => Result): Promise<Result> {
  try {
    return (await run()) as Result;
  } catch (error) {
    return failed(error);
  }
}

/** @returns what to execute, or what is wrong with the operation */
async function prepare(
  { requests, subscribe, schema }: WebSocketOptions,
  carried: OperationContext,
  payload: SubscribePayload,
): Promise<PreparedArguments | readonly GraphQLError[]> {
  const parameters = readParameters(payload);
  if (parameters instanceof GraphQLError) return [parameters];
  const prepared = await requests.prepare(parameters, carried);
  if ('errors' in prepared) return prepared.errors;
  const { operation } = prepared;
  const { variables } = parameters;
  const contextValue = () =>
    operation.kind === 'subscription'
      ? subscribe({ operation, variables, headers: carried.headers })
      : operation.execute({ variables, context: createSubgraphContext(carried) });
  return { schema, document: operation.document, operationName: operation.operationName, contextValue };
}

interface PreparedArguments extends ExecutionArgs {
  /** Executes the operation, or begins the subscription. */
  contextValue: () => ReturnType<Subscribe>;
}

/**
 * Headers of a WebSocket client: those of the upgrade request, and what else `connection_init` carries in `headers`,
 * because a browser can't set any on an upgrade. Those of the upgrade win: a proxy may vouch for them.
 */
function headersOf(request: IncomingMessage, parameters: unknown): OperationContext['headers'] {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value[0] : value;
  if (typeof parameters === 'object' && parameters !== null) {
    for (const [name, value] of Object.entries(parameters)) {
      if (typeof value === 'string') headers[name.toLowerCase()] ??= value;
    }
  }
  return headers;
}
