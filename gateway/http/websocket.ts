import type { IncomingMessage, Server } from 'node:http';
import { GraphQLError, type ExecutionArgs } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { GraphQLServer, OperationContext } from './graphql.ts';
import type { OriginCheck } from './origins.ts';

export interface WebSocketOptions {
  server: Server;
  graphql: GraphQLServer;
  isAllowedOrigin: OriginCheck;
  /** Largest message of a client, in bytes. @default 1 MiB */
  messageBytesMax?: number;
}

/** Serves `graphql-transport-ws` on upgrades of `/graphql`. @returns a function that closes every socket */
export function serveWebSockets(options: WebSocketOptions): () => Promise<void> {
  const { server, graphql, isAllowedOrigin, messageBytesMax = 1024 * 1024 } = options;
  const sockets = new WebSocketServer({
    server,
    path: graphql.graphqlEndpoint,
    maxPayload: messageBytesMax,
    verifyClient: ({ req }: { req: IncomingMessage }) => isAllowedOrigin(req),
  });
  const served = useServer<{ headers?: unknown }, Partial<Record<PropertyKey, unknown>>>(
    {
      execute: (args) => (args as EnvelopedArguments).rootValue.execute(args) as never,
      subscribe: (args) => (args as EnvelopedArguments).rootValue.subscribe(args) as never,
      async onSubscribe(context, _id, { query, operationName, variables }) {
        const headers = headersOf(context.extra.request, context.connectionParams?.headers);
        const enveloped = graphql.getEnveloped({ headers } as never);
        try {
          const document = enveloped.parse(query);
          const errors = enveloped.validate(enveloped.schema, document);
          if (errors.length > 0) return errors as GraphQLError[];
          return {
            schema: enveloped.schema,
            operationName,
            document,
            variableValues: variables,
            contextValue: await enveloped.contextFactory(),
            rootValue: { execute: enveloped.execute, subscribe: enveloped.subscribe },
          };
        } catch (error) {
          if (error instanceof GraphQLError) return [error];
          throw error;
        }
      },
    },
    sockets,
  );
  return async () => {
    await served.dispose();
  };
}

interface EnvelopedArguments extends ExecutionArgs {
  rootValue: { execute(args: ExecutionArgs): unknown; subscribe(args: ExecutionArgs): unknown };
}

/**
 * Headers of a WebSocket client: those of the upgrade request, and over them what `connection_init` carries in
 * `headers`, because a browser can't set any on an upgrade.
 */
function headersOf(request: IncomingMessage, parameters: unknown): OperationContext['headers'] {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value[0] : value;
  if (typeof parameters === 'object' && parameters !== null) {
    for (const [name, value] of Object.entries(parameters)) {
      if (typeof value === 'string') headers[name.toLowerCase()] = value;
    }
  }
  return headers;
}
