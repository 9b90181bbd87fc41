import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

const waiting = new WeakSet<IncomingMessage>();

/**
 * Gives a listener the requests, too, whose sender waits to be asked for the body (`expect: 100-continue`, RFC 9110,
 * section 10.1.1). Node would ask before anybody has looked at them; now the listener does, by `askForBody`. One that is
 * refused before is answered without its body having been sent.
 */
export function serveExpecting(server: Server, listener: RequestListener): void {
  server.on('checkContinue', (request, response) => {
    waiting.add(request);
    listener(request, response);
  });
}

/** Asks the sender of a request for the body, where it waits for that. A second call does nothing. */
export function askForBody(request: IncomingMessage, response: ServerResponse): void {
  if (waiting.delete(request)) response.writeContinue();
}
