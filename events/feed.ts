import {
  EventLogClosedError,
  EventLogUnavailableError,
  type EventLog,
  type LogSubscription,
  type Position,
  type StoredEvent,
} from './event-log.ts';
import { gapKey, withGapsThat } from './gaps.ts';
import type { Logger } from './logger.ts';
import { createSequence, eventsAbove } from './sequence.ts';

/** The live events of one source on this node, shared by its subscribers. */
export interface Feed {
  /** Takes events that arrived by the fast path, repeated or with holes; those of one call share an epoch. */
  readonly offer: (events: readonly StoredEvent[]) => void;
  /** Delivers what the store has above the last delivered event. Never rejects: the next call tries again. */
  readonly catchUp: () => Promise<unknown>;
  /** @throws EventLogUnavailableError when the head can't be read. */
  readonly subscribe: (subscriber: Listener) => Promise<LogSubscription>;
  /** Ends every subscription, and tells those that have a callback for it. */
  readonly close: () => void;
}

/** The callbacks of one subscription. */
export interface Listener {
  readonly onEvents: Parameters<EventLog['subscribe']>[1];
  readonly onClosed: Parameters<EventLog['subscribe']>[2];
}

export interface FeedOptions {
  readonly source: string;
  readonly log: Logger;
  /** Reads from the store, as `EventLog.read` does. */
  readonly read: (after: Position, limit: number) => Promise<StoredEvent[]>;
  readonly head: () => Promise<Position>;
  /** The positions above which events are known to be lost, as of the newest read or head. */
  readonly losses: () => readonly Position[];
  /** Begins the fast path, once. It may fail: what it would bring is read from the store. */
  readonly start: () => Promise<void>;
  /** Called when the last subscriber has left. */
  readonly onIdle: () => void;
}

interface Subscriber extends Listener {
  readonly from: Position;
  /** What was known to be lost before it came. */
  readonly earlierLosses: ReadonlySet<string>;
}

/** Every subscriber gets what was appended after its own subscription, whoever else listens or leaves. */
export function createFeed(options: FeedOptions): Feed {
  const { source, log, read, head, losses, start, onIdle } = options;
  const subscribers = new Set<Subscriber>();
  const sequence = createSequence({ source, log, read, head, losses, onEvents: deliver });
  let joining = 0;
  let started: Promise<void> | null = null;
  let closed = false;

  function deliver(events: readonly StoredEvent[]): void {
    for (const { from, earlierLosses, onEvents } of subscribers) {
      const isLater = (gap: Position): boolean => !earlierLosses.has(gapKey(gap));
      const own = withGapsThat(isLater, eventsAbove(events, from));
      if (own.length === 0) continue;
      try {
        onEvents(own);
      } catch (error) {
        log.error({ err: error, source }, 'A subscriber of the event log threw');
      }
    }
  }

  async function join(listener: Listener): Promise<LogSubscription> {
    started ??= start().catch(() => {});
    await started;
    const at = await headInStep();
    if (closed) throw new EventLogClosedError();
    const last = sequence.position() ?? at;
    const from = last.epoch === at.epoch && last.offset > at.offset ? last : at;
    const subscriber = { from, earlierLosses: lossesBelow(at, last), ...listener };
    subscribers.add(subscriber);
    sequence.begin(at);
    return { from: subscriber.from, unsubscribe: () => leave(subscriber) };
  }

  /** The head, of the epoch that the sequence is in, or that follows it with nothing between them. */
  async function headInStep(): Promise<Position> {
    const at = await head();
    const last = sequence.position();
    if (last === null || last.epoch === at.epoch) return at;
    // Another epoch began that was not seen here yet: no position of this one compares with it.
    const isCaughtUp = await sequence.catchUp();
    const isSettled = isCaughtUp && (await head()).epoch === at.epoch;
    if (!isSettled && !closed) throw new EventLogUnavailableError('The history of the source is changing');
    return at;
  }

  function lossesBelow(at: Position, last: Position): ReadonlySet<string> {
    const untold = sequence.untold() ?? [];
    // A sequence that waits for the first event of the epoch finds only then what was lost at the end of its own.
    const ended = last.epoch === at.epoch ? [] : { epoch: last.epoch, offset: at.offset };
    return new Set([losses(), untold, ended].flat().map(gapKey));
  }

  function leave(subscriber: Subscriber): void {
    if (subscribers.delete(subscriber) && subscribers.size + joining === 0) onIdle();
  }

  async function subscribe(listener: Listener): Promise<LogSubscription> {
    joining += 1;
    try {
      return await join(listener);
    } finally {
      joining -= 1;
      if (!closed && subscribers.size + joining === 0) onIdle();
    }
  }

  function close(): void {
    closed = true;
    sequence.close();
    for (const { onClosed } of subscribers) onClosed?.();
    subscribers.clear();
  }

  return { offer: sequence.offer, catchUp: sequence.catchUp, subscribe, close };
}
