import type { ExecutionResult } from 'graphql';
import { createClient } from 'graphql-sse';
import { readResults, type ResultStream } from './result-stream.ts';

/** A client of GraphQL over SSE, distinct connections mode: each subscription is a request of its own. */
export interface SseClient {
  subscribe(query: string, variables?: Record<string, unknown>): ResultStream;
  /** Ends every request that is still open. */
  close(): void;
}

export function createSseClient(gatewayUrl: string): SseClient {
  const client = createClient({ url: `${gatewayUrl}/graphql`, retryAttempts: 0 });
  return {
    subscribe: (query, variables = {}) =>
      readResults(client.iterate({ query, variables }) as AsyncIterableIterator<ExecutionResult>),
    close: () => client.dispose(),
  };
}
