import {
  EventLogClosedError,
  type EventLog,
  type LogSubscription,
  type Position,
  type StoredEvent,
} from './event-log.ts';
import { createFeed, type Feed, type Listener } from './feed.ts';
import type { Logger } from './logger.ts';

/** The feeds of the sources that somebody on this node listens to. */
export interface Feeds {
  readonly subscribe: EventLog['subscribe'];
  readonly offer: (source: string, events: readonly StoredEvent[]) => void;
  /** Reads what the store has above the last delivered event of each source. */
  readonly catchUpAll: () => void;
  readonly close: () => void;
}

export interface FeedsOptions {
  readonly log: Logger;
  readonly read: EventLog['read'];
  readonly head: EventLog['head'];
  /** The positions above which events of a source are known to be lost, as of its newest read or head. @default none */
  readonly losses?: (source: string) => readonly Position[];
  /** Begins listening to a source. It may fail: what it would bring is read from the store. */
  readonly start: (source: string) => Promise<void>;
  /** Ends listening to a source. */
  readonly stop: (source: string) => void;
}

/** One feed for each source while it has subscribers; started with the first, stopped with the last. */
export function createFeeds(options: FeedsOptions): Feeds {
  const { log, read, head, losses = () => [], start, stop } = options;
  const feeds = new Map<string, Feed>();
  let closed = false;

  function open(source: string): Feed {
    const feed = createFeed({
      source,
      log,
      read: (after, limit) => read(source, after, limit),
      head: () => head(source),
      losses: () => losses(source),
      start: () => start(source),
      onIdle: () => drop(source, feed),
    });
    feeds.set(source, feed);
    return feed;
  }

  function drop(source: string, feed: Feed): void {
    if (feeds.get(source) !== feed) return;
    feeds.delete(source);
    feed.close();
    stop(source);
  }

  async function subscribe(
    source: string,
    onEvents: Listener['onEvents'],
    onClosed?: Listener['onClosed'],
  ): Promise<LogSubscription> {
    if (closed) throw new EventLogClosedError();
    return (feeds.get(source) ?? open(source)).subscribe({ onEvents, onClosed });
  }

  return {
    subscribe,
    offer: (source, events) => feeds.get(source)?.offer(events),
    catchUpAll: () => {
      for (const feed of feeds.values()) void feed.catchUp();
    },
    close: () => {
      closed = true;
      for (const feed of feeds.values()) feed.close();
      feeds.clear();
    },
  };
}
