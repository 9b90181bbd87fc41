import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SubgraphContext } from '../../mesh/subgraph-context.ts';

/**
 * The context of an operation that came as a request of its own. Its signal is aborted when the client is gone, and made
 * when somebody looks at it: signal and listener cost more than a small operation. A class, because a getter in an object
 * literal makes a hidden class for each object, which only a full garbage collection gets rid of.
 */
export class ClientContext implements SubgraphContext {
  readonly headers: SubgraphContext['headers'];
  readonly loaders = new Map<string, unknown>();
  readonly #response: ServerResponse;
  #signal: AbortSignal | undefined;

  constructor(request: IncomingMessage, response: ServerResponse) {
    // Only `set-cookie` comes as a list, and no request has one.
    this.headers = request.headers as SubgraphContext['headers'];
    this.#response = response;
  }

  get signal(): AbortSignal {
    return (this.#signal ??= goneSignal(this.#response));
  }
}

function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  if (response.destroyed) gone.abort();
  response.once('close', () => {
    if (!response.writableEnded) gone.abort();
  });
  return gone.signal;
}
