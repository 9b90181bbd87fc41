import type { Request } from './messages.ts';

/** How long a write waits for others when there were others just before: a commit costs as much as a few deliveries. */
const GATHER_MS = 1;

/** What is on its way to the thread. */
export interface Outbox {
  readonly add: (request: Request) => void;
}

/**
 * Gathers requests into messages, in order. One that comes alone leaves with the turn of the event loop. While writes come
 * in numbers they wait for each other, but never behind a request that somebody reads by.
 */
export function createOutbox(post: (requests: readonly Request[]) => void): Outbox {
  const gathered: Request[] = [];
  let isBusy = false;
  let late: NodeJS.Timeout | undefined;
  let soon: NodeJS.Immediate | undefined;

  function send(): void {
    clearTimeout(late);
    clearImmediate(soon);
    late = soon = undefined;
    isBusy = gathered.length > 1;
    post(gathered.splice(0));
  }

  function add(request: Request): void {
    gathered.push(request);
    if (isBusy && request.kind === 'write') late ??= setTimeout(send, GATHER_MS);
    else soon ??= setImmediate(send);
  }

  return { add };
}
