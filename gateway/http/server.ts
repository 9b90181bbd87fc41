import { createServer, type Server } from 'node:http';
import express, { type Express, type RequestHandler, type Router } from 'express';
import type { EventLog } from '../../events/event-log.ts';
import type { GraphQLServer } from './graphql.ts';
import { serveWebSockets } from './websocket.ts';

export interface HttpServerOptions {
  host: string;
  port: number;
  graphql: GraphQLServer;
  /** Serves `/webhooks/…`; mounted before anything that reads a body. */
  webhooks: Router;
  log: Pick<EventLog, 'status'>;
}

export interface HttpServer {
  /** Port that it listens on. */
  port: number;
  /** Ends subscriptions and open answers and stops listening. A second call does nothing. */
  close(): Promise<void>;
}

/**
 * Listens and mounts everything that Sluice serves.
 * @throws Error with code EADDRINUSE and others of `listen`
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, graphql, webhooks, log } = options;
  const app = express();
  app.disable('x-powered-by');
  app.use(webhooks);
  mountHealth(app, log);
  app.use(graphql.graphqlEndpoint, graphql as unknown as RequestHandler);
  const server = createServer(app);
  const closeSockets = serveWebSockets({ server, graphql });
  await listen(server, port, host);
  const address = server.address();
  let closing: Promise<void> | undefined;
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () => (closing ??= close(server, closeSockets, graphql)),
  };
}

/** `/health/live`: the process answers. `/health/ready`: the event log takes and gives events too. */
function mountHealth(app: Express, log: Pick<EventLog, 'status'>): void {
  app.get('/health/live', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/health/ready', async (_request, response) => {
    const { available, detail } = await log.status();
    response.status(available ? 200 : 503).json({ status: available ? 'ok' : 'unavailable', events: detail });
  });
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function close(
  server: Server,
  closeSockets: () => Promise<void>,
  graphql: GraphQLServer,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await closeSockets();
  await graphql.dispose();
  server.closeAllConnections();
  await closed;
}
