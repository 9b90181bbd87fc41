import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import pino from 'pino';
import { createSubgraphExecutor } from '../gateway/execution/subgraph-executor.ts';
import type { ComposedSupergraph } from '../mesh/federation/compose.ts';
import { createSubgraphContext } from '../mesh/subgraph-context.ts';

/** Serves each subgraph of a supergraph over HTTP, at a path that is its name, to gateways that want it so. */
export async function startSubgraphServer({ services, answerErrors }: ComposedSupergraph) {
  const logger = pino({ level: 'silent' });
  const executors = new Map(
    [...services].map(([name, schema]) => {
      const describeAnswerError = answerErrors?.get(name);
      return [name, createSubgraphExecutor({ name, schema, describeAnswerError, logger })] as const;
    }),
  );
  const answer = async (request: IncomingMessage) => {
    const execute = executors.get(request.url?.slice(1) ?? '');
    if (!execute) throw new Error(`there is no subgraph at ${request.url}`);
    const { query, variables = {} } = JSON.parse(await text(request)) as {
      query: string;
      variables?: Record<string, unknown>;
    };
    return JSON.stringify(await execute({ operation: query, variables, context: createSubgraphContext({}) }));
  };
  const server = createServer((request, response) => {
    answer(request).then(
      (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(body),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
