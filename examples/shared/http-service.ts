import express, { type Express } from 'express';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OpenApiDocument } from './openapi-document.ts';
import { answerNotFound, answerProblem } from './problem.ts';
import { createRequestLog } from './request-log.ts';

export type HttpService = ReturnType<typeof createHttpService>;

/**
 * What the four services have in common: JSON bodies, the document at `/openapi.json`, problems as
 * `application/problem+json`, and a count of requests at `/__requests` (for tests; `DELETE` sets it back).
 *
 * @param options.document the service's own OpenAPI document
 * @param options.routes adds the service's routes
 * @param options.release lets go of what the service holds besides its server; called once, by `close`
 */
export function createHttpService({
  document,
  routes,
  release = async () => {},
}: {
  document: OpenApiDocument;
  routes: (app: Express) => void;
  release?: () => Promise<void>;
}) {
  const requests = createRequestLog({ paths: Object.keys(document.paths) });
  const app = express();
  app.disable('x-powered-by');
  app.get('/__requests', (_request, response) => {
    response.json({ counts: requests.counts(), requests: requests.list() });
  });
  app.delete('/__requests', (_request, response) => {
    requests.reset();
    response.status(204).end();
  });
  app.use(requests.record);
  app.get('/openapi.json', (_request, response) => {
    response.json(document);
  });
  app.use(express.json());
  routes(app);
  app.use(answerNotFound);
  app.use(answerProblem);

  const server = createServer(app);
  let closed: Promise<void> | undefined;

  async function closeOnce(): Promise<void> {
    if (server.listening) {
      const stopped = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await stopped;
    }
    await release();
  }

  return {
    app,
    requests,
    /** Starts to listen; port 0 takes a free one. Resolves to the URL; rejects when the port is taken. */
    async listen({ port, host = '127.0.0.1' }: { port: number; host?: string }): Promise<string> {
      server.listen(port, host);
      await once(server, 'listening');
      return `http://${host}:${(server.address() as AddressInfo).port}`;
    },
    /** Stops listening and ends all work under way. A second call does nothing more. */
    close(): Promise<void> {
      closed ??= closeOnce();
      return closed;
    },
  };
}
