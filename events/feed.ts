import {
  EventLogClosedError,
  EventLogUnavailableError,
  type EventLog,
  type LogSubscription,
  type Position,
  type StoredEvent,
} from './event-log.ts';
import type { Logger } from './logger.ts';
import { createSequence, eventsAbove } from './sequence.ts';

/** The live events of one source on this node, shared by its subscribers. */
export interface Feed {
  /** Takes events that arrived by the fast path, repeated or with holes; those of one call share an epoch. */
  readonly offer: (events: readonly StoredEvent[]) => void;
  /** Delivers what the store has above the last delivered event. Never rejects: the next call tries again. */
  readonly catchUp: () => Promise<void>;
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
  /** Begins the fast path, once. It may fail: what it would bring is read from the store. */
  readonly start: () => Promise<void>;
  /** Called when the last subscriber has left. */
  readonly onIdle: () => void;
}

interface Subscriber extends Listener {
  readonly from: Position;
}

/** Every subscriber gets what was appended after its own subscription, whoever else listens or leaves. */
export function createFeed({ source, log, read, head, start, onIdle }: FeedOptions): Feed {
  const subscribers = new Set<Subscriber>();
  const sequence = createSequence({ source, log, read, head, onEvents: deliver });
  let joining = 0;
  let started: Promise<void> | null = null;
  let closed = false;

  function deliver(events: readonly StoredEvent[]): void {
    for (const { from, onEvents } of subscribers) {
      const own = eventsAbove(events, from);
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
    const at = await head();
    // The store began a new history that was not seen here yet: no position of the old one compares with it.
    if (sequence.position()?.epoch !== at.epoch) await sequence.catchUp();
    if (closed) throw new EventLogClosedError();
    const last = sequence.position() ?? at;
    if (last.epoch !== at.epoch) throw new EventLogUnavailableError('The history of the source is changing');
    const subscriber = { from: last.offset > at.offset ? last : at, ...listener };
    subscribers.add(subscriber);
    sequence.begin(at);
    return { from: subscriber.from, unsubscribe: () => leave(subscriber) };
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
