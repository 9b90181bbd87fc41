import type { IncomingMessage, Server } from 'node:http';
import {
  getOperationAST,
  GraphQLError,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Logger } from '../../events/logger.ts';
import { clientError } from '../errors.ts';
import { withCode } from './client-errors.ts';
import type { GraphQLServer, OperationContext } from './graphql.ts';
import type { OriginCheck } from './origins.ts';

export interface WebSocketOptions {
  server: Server;
  graphql: GraphQLServer;
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
  const { server, graphql, isAllowedOrigin, logger, messageBytesMax = 1024 * 1024 } = options;
  const sockets = new WebSocketServer({
    server,
    path: graphql.graphqlEndpoint,
    maxPayload: messageBytesMax,
    verifyClient: ({ req }: { req: IncomingMessage }) => isAllowedOrigin(req),
  });
  const failed = (error: unknown): ExecutionResult => {
    logger.error({ err: error }, 'An operation failed unexpectedly');
    return { errors: [clientError('INTERNAL_SERVER_ERROR', 'The operation failed')] };
  };
  const goneSignals = new WeakMap<WebSocket, AbortSignal>();
  const served = useServer<{ headers?: unknown }, Partial<Record<PropertyKey, unknown>>>(
    {
      // Whatever one operation does, the socket and the other operations on it go on.
      execute: async (args) => attempt(() => (args as EnvelopedArguments).rootValue.execute(args), failed),
      subscribe: async (args) =>
        attempt(() => (args as EnvelopedArguments).rootValue.subscribe(args), failed),
      onSubscribe: async (context, _id, request) => {
        const { socket, request: upgrade } = context.extra;
        const headers = headersOf(upgrade, context.connectionParams?.headers);
        return attempt(
          () => prepare(graphql, { headers, signal: goneSignal(socket, goneSignals) }, request),
          (error) => failed(error).errors ?? [],
        );
      },
    },
    sockets,
  );
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

async function attempt<Result>(run: () => unknown, failed: (error: unknown) => Result): Promise<Result> {
  try {
    return (await run()) as Result;
  } catch (error) {
    return failed(error);
  }
}

/** Parses and validates an operation. @returns what to execute, or what is wrong with it */
async function prepare(
  graphql: GraphQLServer,
  carried: OperationContext,
  { query, operationName, variables }: SubscribePayload,
): Promise<EnvelopedArguments | readonly GraphQLError[]> {
  const enveloped = graphql.getEnveloped(carried as never);
  let document: DocumentNode;
  try {
    document = enveloped.parse(query) as DocumentNode;
  } catch (error) {
    if (error instanceof GraphQLError) return [withCode(error, 'GRAPHQL_PARSE_FAILED')];
    throw error;
  }
  const errors = enveloped.validate(enveloped.schema, document) as readonly GraphQLError[];
  if (errors.length > 0) return errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED'));
  if (!getOperationAST(document, operationName)) {
    return [clientError('OPERATION_RESOLUTION_FAILURE', 'operationName names no operation of the document')];
  }
  return {
    schema: enveloped.schema as GraphQLSchema,
    operationName,
    document,
    variableValues: variables,
    contextValue: await enveloped.contextFactory(),
    rootValue: { execute: enveloped.execute, subscribe: enveloped.subscribe },
  };
}

interface EnvelopedArguments extends ExecutionArgs {
  rootValue: { execute(args: ExecutionArgs): unknown; subscribe(args: ExecutionArgs): unknown };
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
