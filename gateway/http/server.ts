import { createServer, type IncomingMessage, type Server } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type Response, type Router } from 'express';
import type { EventLog } from '../../events/event-log.ts';
import type { Logger } from '../../events/logger.ts';
import { serveExpecting } from '../../webhooks/continue.ts';
import { createWebhookDoor } from '../../webhooks/node-http.ts';
import type { WebhookReceiver } from '../../webhooks/receive.ts';
import type { MetricsPage } from '../metrics/metrics-page.ts';
import type { GraphQLServer } from './graphql.ts';
import { graphqlDoor, type GraphQLDoorOptions } from './graphql-door.ts';
import { trackConnections } from './connections.ts';
import { createJsonDoor } from './json-door.ts';
import { createOriginCheck } from './origins.ts';
import { serveWebSockets, type WebSocketOptions, type WebSockets } from './websocket.ts';

export interface HttpServerOptions {
  host: string;
  port: number;
  graphql: GraphQLServer;
  /** For the transports that graphql-yoga does not serve. */
  pipeline: Pick<WebSocketOptions, 'requests' | 'subscribe' | 'schema'>;
  /** Serves `/webhooks/registrations`. @default there is no such thing */
  registrations?: Router | undefined;
  /** Serves `/admin/…`. */
  admin: Router;
  /** Takes the deliveries to `/webhooks/…`. */
  receiver: WebhookReceiver;
  log: Pick<EventLog, 'status'>;
  /** What `GET /metrics` answers. */
  metricsPage: () => Promise<MetricsPage>;
  /** Ends all subscriptions. */
  endSubscriptions: () => void;
  /** Origins of pages that may use `/graphql`, besides its own; `*` for all. */
  corsOrigins: readonly string[];
  uploads: GraphQLDoorOptions['uploads'];
  /** Base URL under which others reach this server; empty when none is configured. */
  publicUrl: string;
  logger: Logger;
}

export interface HttpServer {
  /** Port that it listens on. */
  port: number;
  /** Stops listening, ends subscriptions, lets open requests finish for a while. A second call does nothing. */
  close(): Promise<void>;
}

/** Largest request body of `/graphql`, in bytes. */
const bodyBytesMax = 1024 * 1024;

/**
 * Listens and mounts everything that Sluice serves.
 * @throws Error when the port is in use, and others of `listen`
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, graphql, pipeline, receiver, log, logger } = options;
  const isAllowedOrigin = createOriginCheck({ allowed: options.corsOrigins, publicUrl: options.publicUrl });
  const app = express();
  app.disable('x-powered-by');
  if (options.registrations) app.use(options.registrations);
  app.use(options.admin);
  mountHealth(app, log);
  mountMetrics(app, options.metricsPage);
  app.use(graphqlDoor({ graphql, isAllowedOrigin, uploads: options.uploads, bodyBytesMax }));
  app.use((_request, response) => sendProblem(response, 404, 'Not Found'));
  app.use(unexpectedError(logger));
  const { requests } = pipeline;
  const jsonDoor = createJsonDoor({ requests, isAllowedOrigin, logger, bodyBytesMax, next: app });
  const door = createWebhookDoor({ receiver, logger, next: jsonDoor });
  const server = createServer({ shouldUpgradeCallback: isWebSocketUpgrade }, door);
  serveExpecting(server, door);
  const closeConnections = trackConnections(server);
  await listen(server, port, host);
  // Not before: a WebSocket server would report a failure to listen as one of its own.
  const sockets = serveWebSockets({ server, ...pipeline, isAllowedOrigin, logger });
  const address = server.address();
  let closing: Promise<void> | undefined;
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () => (closing ??= close({ server, closeConnections, sockets, ...options })),
  };
}

/** Java's HTTP client asks with each request for HTTP/2, and goes on when it is answered in HTTP/1.1 (RFC 9110, section 7.8). */
function isWebSocketUpgrade({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** `/health/live`: the process answers. `/health/ready`: the event log takes and gives events too. */
function mountHealth(app: Express, log: Pick<EventLog, 'status'>): void {
  app.get('/health/live', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/health/ready', async (_request, response) => {
    const { available } = await log.status();
    response.status(available ? 200 : 503).json({ status: available ? 'ok' : 'unavailable' });
  });
}

function mountMetrics(app: Express, metricsPage: () => Promise<MetricsPage>): void {
  app.get('/metrics', async (_request, response) => {
    const { contentType, text } = await metricsPage();
    response.set('content-type', contentType).end(text);
  });
}

function sendProblem(response: Response, status: number, title: string): void {
  response.status(status).type('application/problem+json').send(JSON.stringify({ title, status }));
}

/** What nobody handled: the reason goes to the log and not to the client. */
function unexpectedError(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    logger.error({ err: error, path: request.path }, 'A request failed unexpectedly');
    if (response.headersSent) next(error);
    else sendProblem(response, 500, 'Internal Server Error');
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Error(`PORT ${port} of ${host} is in use already`) : error);
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

/** How long requests that are open may take to finish when the server closes, in milliseconds. */
const closeGraceMs = 5_000;

interface CloseOptions extends Pick<HttpServerOptions, 'endSubscriptions'> {
  server: Server;
  closeConnections: () => void;
  sockets: WebSockets;
}

async function close({ server, closeConnections, sockets, endSubscriptions }: CloseOptions): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const late = setTimeout(() => {
    sockets.terminate();
    server.closeAllConnections();
  }, closeGraceMs);
  // A connection whose last answer has just ended would otherwise stay for the client's next request.
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  closeConnections();
  const socketsClosed = sockets.close();
  endSubscriptions();
  await Promise.all([closed, socketsClosed]);
  clearInterval(idle);
  clearTimeout(late);
}
