import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SubgraphContext } from '../../mesh/subgraph-context.ts';

/** The context of an operation that came as a request of its own. Its signal is aborted when the client is gone. */
export function createClientContext(request: IncomingMessage, response: ServerResponse): SubgraphContext {
  let signal: AbortSignal | undefined;
  return {
    // Only `set-cookie` comes as a list, and no request has one.
    headers: request.headers as SubgraphContext['headers'],
    loaders: new Map(),
    // Made for those who look at it: a signal and its listener cost more than a small operation.
    get signal() {
      return (signal ??= goneSignal(response));
    },
  };
}

function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  if (response.destroyed) gone.abort();
  response.once('close', () => {
    if (!response.writableEnded) gone.abort();
  });
  return gone.signal;
}
