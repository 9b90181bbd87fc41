import type { ExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { readResults, type ResultStream } from './result-stream.ts';

/** One WebSocket that speaks graphql-transport-ws. */
export interface WsClient {
  subscribe(query: string, variables?: Record<string, unknown>): ResultStream;
  /** The same as it comes, for who waits as long as it takes; throws when the socket closes. */
  results(query: string, variables?: Record<string, unknown>): AsyncIterableIterator<ExecutionResult>;
  /** Runs a query or mutation on the same socket. */
  query(query: string): Promise<ExecutionResult>;
  /** Resolves with the close code when the socket has closed, whoever closed it. */
  readonly closed: Promise<number>;
  /** Cuts the connection without a word, as a network does. */
  terminate(): void;
  close(): Promise<void>;
}

/** Connects to `/graphql` of a gateway. The client never connects again by itself. */
export async function connectWebSocket(gatewayUrl: string): Promise<WsClient> {
  const connected = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<number>();
  const client = createClient({
    url: `${gatewayUrl.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
    onNonLazyError: connected.reject,
    on: {
      connected: () => connected.resolve(),
      closed: (event) => closed.resolve((event as { code: number }).code),
    },
  });
  await connected.promise;
  const iterate = (query: string, variables: Record<string, unknown> = {}) =>
    client.iterate({ query, variables }) as AsyncIterableIterator<ExecutionResult>;
  return {
    subscribe: (query, variables) => readResults(iterate(query, variables)),
    results: iterate,
    async query(query) {
      const { value } = (await iterate(query).next()) as IteratorYieldResult<ExecutionResult>;
      return value;
    },
    closed: closed.promise,
    terminate: () => client.terminate(),
    async close() {
      await client.dispose();
      await closed.promise;
    },
  };
}
