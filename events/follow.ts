import { type EventLog, type LogSubscription, type Position, type StoredEvent } from './event-log.ts';
import { createLiveBuffer, type LiveBuffer } from './live-buffer.ts';
import { isFullPage } from './page.ts';
import { retryWhileUnavailable } from './retry.ts';
import { eventsAbove } from './sequence.ts';

export interface FollowOptions {
  readonly log: EventLog;
  readonly source: string;
  /** Begin just above this position; null: only what is appended from now on. */
  readonly after: Position | null;
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal;
  /** Most live events held for a slow consumer; beyond it they are dropped and read from the log. @default 256 */
  readonly bufferMax?: number;
  /** Most characters of their data, or one batch of them. @default 1048576 */
  readonly bufferDataCharsMax?: number;
  /** Most events read from the log at a time; pages of large ones hold fewer. @default 100 */
  readonly pageSize?: number;
  /** Called each time live delivery was set up, with the position from which it delivers. */
  readonly onLive?: (from: Position) => void;
  /** Longest pause before an unavailable log is asked again; the first one is a tenth of it. @default 1000 */
  readonly retryDelayMsMax?: number;
  /** Spreads the retries, 0 to 1. @default Math.random */
  readonly random?: () => number;
}

/**
 * Follows one source: what the log has above `after`, then what is appended, in order, without a hole or a
 * duplicate, in batches of one event or more. It starts with the first `next`. A slow consumer holds up nobody and
 * costs at most a buffer and a page of memory. While the log is unavailable it waits and asks again; when the log is
 * closed it ends. `return` ends it at once, also while a `next` waits.
 * @throws CursorExpiredError from `next`, when events above `after`, or above where a slow consumer stands, are no
 * longer kept.
 */
export function followEvents(options: FollowOptions): AsyncIterableIterator<readonly StoredEvent[]> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  const { signal } = options;
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort, { once: true });
  stop.signal.addEventListener('abort', () => signal?.removeEventListener('abort', abort), { once: true });
  const batches = follow(options, stop);
  return {
    next: () => batches.next(),
    return: () => {
      abort();
      return batches.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* follow(
  options: FollowOptions,
  stop: AbortController,
): AsyncGenerator<readonly StoredEvent[], undefined> {
  const { log, source, after, bufferMax = 256, pageSize = 100, onLive } = options;
  const { bufferDataCharsMax = 1024 * 1024 } = options;
  const { retryDelayMsMax: delayMsMax = 1000, random = Math.random } = options;
  const ended = stop.signal;
  const retry = { ended, delayMsMax, random };
  const live = createLiveBuffer({ eventsMax: bufferMax, dataCharsMax: bufferDataCharsMax });
  ended.addEventListener('abort', live.wake, { once: true });
  let subscription: LogSubscription | null = null;
  try {
    subscription = await retryWhileUnavailable(() => subscribe(log, source, live, stop), retry);
    if (subscription === null) return;
    const { from } = subscription;
    onLive?.(from);
    let position = after ?? from;
    let behind = position.epoch !== from.epoch || position.offset !== from.offset;
    while (!ended.aborted) {
      if (live.overflowed()) {
        live.restart();
        behind = true;
      }
      if (behind) {
        const page = await retryWhileUnavailable(() => log.read(source, position, pageSize), retry);
        if (page === null) return;
        behind = isFullPage(page, pageSize);
        position = page.at(-1) ?? position;
        if (page.length > 0) yield page;
        continue;
      }
      const events = eventsAbove(live.shift() ?? [], position);
      position = events.at(-1) ?? position;
      if (events.length > 0) yield events;
      else await live.filled();
    }
  } finally {
    subscription?.unsubscribe();
    stop.abort();
  }
}

/** Ends with the log. A subscription that comes too late, when nobody waits for it any more, is released at once. */
async function subscribe(
  log: EventLog,
  source: string,
  live: LiveBuffer,
  stop: AbortController,
): Promise<LogSubscription> {
  const subscription = await log.subscribe(source, live.push, () => stop.abort());
  if (stop.signal.aborted) subscription.unsubscribe();
  return subscription;
}
