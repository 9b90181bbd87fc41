import type { EventLog, LogSubscription, Position, StoredEvent } from './event-log.ts';
import { createToldGaps, gapsOf } from './gaps.ts';
import { createLiveBuffer, type LiveBuffer } from './live-buffer.ts';
import { isFullPage } from './page.ts';
import { readOn, type ReadOnOptions } from './read-on.ts';
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
 * When the store lost events, the first event after them carries a `gap`.
 * @throws CursorExpiredError from `next`, when events above `after`, or above where a slow consumer stands, are no
 * longer kept, and when `after` is of an unknown history.
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
    const gaps = createToldGaps(position);
    // Whether the next live event follows the position for sure.
    let inStep = position.epoch === from.epoch && position.offset === from.offset;
    let behind = !inStep;
    let hasRead = after === null;
    const leaveLive = (): void => {
      gaps.drop(live.restart(), position);
      behind = true;
    };
    while (!ended.aborted) {
      if (live.overflowed()) leaveLive();
      if (behind) {
        const reading = readAbove(log, source, hasRead);
        const found = await retryWhileUnavailable(() => readOn(reading, position, pageSize), retry);
        if (found === null) return;
        const { page, after, gap } = found;
        hasRead = true;
        inStep = false;
        behind = isFullPage(page, pageSize);
        position = page.at(-1) ?? after;
        if (gap !== null) gaps.find(gap);
        if (page.length > 0) yield gaps.tell(page, 'log');
        continue;
      }
      const batch = live.shift();
      if (batch === undefined) {
        await live.filled();
        continue;
      }
      const events = eventsAbove(batch, position);
      gaps.drop(gapsOf(batch.slice(0, batch.length - events.length)), position);
      if (!inStep && !follows(batch, position)) {
        gaps.drop(gapsOf(events), position);
        leaveLive();
        continue;
      }
      position = events.at(-1) ?? position;
      if (events.length > 0) {
        inStep = true;
        yield gaps.tell(events, 'live');
      }
    }
  } finally {
    subscription?.unsubscribe();
    stop.abort();
  }
}

/** How the log is read above a position; one that was given from outside is not trusted to be of its history. */
function readAbove(log: EventLog, source: string, hasRead: boolean): ReadOnOptions {
  return {
    read: (after, limit) => log.read(source, after, limit),
    head: () => log.head(source),
    goesOn: (reason) => hasRead && reason !== 'removed',
  };
}

/** Whether live events, after those that are known already, go on from a position that was read from the log. */
function follows([first]: readonly StoredEvent[], { epoch, offset }: Position): boolean {
  return first !== undefined && first.epoch === epoch && first.offset <= offset + 1;
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
