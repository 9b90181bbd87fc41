import { EventLogUnavailableError, type Position, type StoredEvent } from './event-log.ts';
import { lowerOf, withGap } from './gaps.ts';
import { createHeldEvents } from './held-events.ts';
import { createLateLosses } from './late-losses.ts';
import type { Logger } from './logger.ts';
import { isFullPage } from './page.ts';
import { readOn } from './read-on.ts';

/** The events of one source in order, made of a fast path that may lose some and a store that loses none. */
export interface Sequence {
  /** The last delivered position; null before `begin`. */
  readonly position: () => Position | null;
  /** Up to where the next event will say that nothing is missing; null when it will not say it. */
  readonly untold: () => Position | null;
  /** Delivers from just above `position`. A second call does nothing. */
  readonly begin: (position: Position) => void;
  /** Takes events that arrived by the fast path, repeated or with holes; those of one call share an epoch. */
  readonly offer: (events: readonly StoredEvent[]) => void;
  /**
   * Delivers what the store has above the last delivered event. Never rejects: the next call tries again.
   * @returns whether it reached the end
   */
  readonly catchUp: () => Promise<boolean>;
  /** Nothing is delivered afterwards. */
  readonly close: () => void;
}

export interface SequenceOptions {
  readonly source: string;
  readonly log: Logger;
  /** Reads from the store, as `EventLog.read` does. */
  readonly read: (after: Position, limit: number) => Promise<StoredEvent[]>;
  readonly head: () => Promise<Position>;
  /** The positions above which events are known to be lost, as of the newest read or head. */
  readonly losses: () => readonly Position[];
  readonly onEvents: (events: readonly StoredEvent[]) => void;
  /** Most events held while the store is read, of a page's data; more are dropped and read. @default 1024 */
  readonly heldEventsMax?: number;
  /** @default 256 */
  readonly pageSize?: number;
}

/**
 * Events that continue the sequence are delivered at once; anything else only says that there is something to
 * read. When the store itself lost events, delivery goes on with what it has, and the first event carries a gap. A loss
 * that becomes known only when what came after it is delivered shows on the next event after that.
 */
export function createSequence(options: SequenceOptions): Sequence {
  const { source, log, read, head, losses, onEvents, heldEventsMax = 1024, pageSize = 256 } = options;
  let last: Position | null = null;
  const held = createHeldEvents(heldEventsMax);
  const lateLosses = createLateLosses(losses);
  let untold: Position | null = null;
  let filling: Promise<boolean> | null = null;
  let readAgain = false;
  let offered = false;
  let closed = false;

  function begin(position: Position): void {
    if (last !== null) return;
    last = position;
    lateLosses.begin();
    if (offered) void catchUp();
  }

  function offer(events: readonly StoredEvent[]): void {
    if (closed || (filling === null && deliverNext(events))) return;
    offered = true;
    if (!held.hold(events)) readAgain = true;
    if (filling === null) void catchUp();
  }

  /** False when the events don't continue the sequence. */
  function deliverNext(events: readonly StoredEvent[]): boolean {
    if (last === null) return false;
    const fresh = eventsAbove(events, last);
    const [first] = fresh;
    if (first === undefined) return true;
    if (first.epoch !== last.epoch || first.offset !== last.offset + 1) return false;
    deliver(fresh);
    return true;
  }

  function deliver(events: readonly StoredEvent[]): void {
    const newest = events.at(-1);
    if (newest === undefined) return;
    last = { epoch: newest.epoch, offset: newest.offset };
    const gap = untold;
    untold = null;
    onEvents(withGap(events, gap));
  }

  function catchUp(): Promise<boolean> {
    if (closed || last === null) return Promise.resolve(false);
    if (filling !== null) readAgain = true;
    filling ??= fill(last);
    return filling;
  }

  async function fill(from: Position): Promise<boolean> {
    last = from;
    try {
      for (;;) {
        readAgain = false;
        const { page, after, gap } = await readOn({ read, head, goesOn: () => true }, last, pageSize);
        if (closed) return false;
        if (gap !== null) {
          log.error({ source, last, after }, 'The store lost events: live delivery has a gap');
          untold = lowerOf(untold, gap);
        }
        last = after;
        deliver(page);
        untold = lateLosses.find(page, last, untold);
        if (!isFullPage(page, pageSize) && !readAgain && deliverHeld()) return true;
      }
    } catch (error) {
      held.take();
      if (!(error instanceof EventLogUnavailableError)) {
        log.error({ err: error, source }, 'Live events could not be read');
      }
      return false;
    } finally {
      filling = null;
    }
  }

  function deliverHeld(): boolean {
    // One by one: the list can have holes, and can span the moment at which the store began a new history.
    return held.take().every((event) => deliverNext([event]));
  }

  function close(): void {
    closed = true;
    held.take();
  }

  return { position: () => last, untold: () => untold, begin, offer, catchUp, close };
}

/**
 * The events above a position. Those of another epoch are newer than the position: the caller sees to it.
 * @param events ascending, of one epoch or of several that follow each other
 */
export function eventsAbove(events: readonly StoredEvent[], position: Position): readonly StoredEvent[] {
  const { epoch, offset } = position;
  const [first] = events;
  if (first === undefined || first.epoch !== epoch || first.offset > offset) return events;
  return events.filter((event) => event.epoch !== epoch || event.offset > offset);
}
