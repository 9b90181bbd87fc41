import {
  CursorExpiredError,
  EventLogUnavailableError,
  type Position,
  type StoredEvent,
} from './event-log.ts';
import { createHeldEvents } from './held-events.ts';
import type { Logger } from './logger.ts';
import { isFullPage } from './page.ts';

/** The events of one source in order, made of a fast path that may lose some and a store that loses none. */
export interface Sequence {
  /** The last delivered position; null before `begin`. */
  readonly position: () => Position | null;
  /** Delivers from just above `position`. A second call does nothing. */
  readonly begin: (position: Position) => void;
  /** Takes events that arrived by the fast path, repeated or with holes; those of one call share an epoch. */
  readonly offer: (events: readonly StoredEvent[]) => void;
  /** Delivers what the store has above the last delivered event. Never rejects: the next call tries again. */
  readonly catchUp: () => Promise<void>;
  /** Nothing is delivered afterwards. */
  readonly close: () => void;
}

export interface SequenceOptions {
  readonly source: string;
  readonly log: Logger;
  /** Reads from the store, as `EventLog.read` does. */
  readonly read: (after: Position, limit: number) => Promise<StoredEvent[]>;
  readonly head: () => Promise<Position>;
  readonly onEvents: (events: readonly StoredEvent[]) => void;
  /** Most events held while the store is read, of a page's data; more are dropped and read. @default 1024 */
  readonly heldEventsMax?: number;
  /** @default 256 */
  readonly pageSize?: number;
}

/**
 * Events that continue the sequence are delivered at once; anything else only says that there is something to
 * read. When the store itself broke its history, delivery goes on in the new one: it shows as a change of epoch or
 * a jump of the offset.
 */
export function createSequence(options: SequenceOptions): Sequence {
  const { source, log, onEvents, heldEventsMax = 1024, pageSize = 256 } = options;
  let last: Position | null = null;
  const held = createHeldEvents(heldEventsMax);
  let filling: Promise<void> | null = null;
  let readAgain = false;
  let offered = false;
  let closed = false;

  function begin(position: Position): void {
    if (last !== null) return;
    last = position;
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
    onEvents(events);
  }

  function catchUp(): Promise<void> {
    if (closed || last === null) return Promise.resolve();
    if (filling !== null) readAgain = true;
    filling ??= fill(last);
    return filling;
  }

  async function fill(from: Position): Promise<void> {
    last = from;
    try {
      for (;;) {
        readAgain = false;
        const { page, after } = await readAbove(options, last, pageSize);
        if (closed) return;
        last = after;
        deliver(eventsAbove(page, last));
        if (!isFullPage(page, pageSize) && !readAgain && deliverHeld()) return;
      }
    } catch (error) {
      held.take();
      if (!(error instanceof EventLogUnavailableError)) {
        log.error({ err: error, source }, 'Live events could not be read');
      }
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

  return { position: () => last, begin, offer, catchUp, close };
}

/** Reads a page, and where the store broke its history, from the place at which it goes on. */
async function readAbove(
  { source, log, read, head }: SequenceOptions,
  last: Position,
  limit: number,
): Promise<{ page: StoredEvent[]; after: Position }> {
  try {
    return { page: await read(last, limit), after: last };
  } catch (error) {
    if (!(error instanceof CursorExpiredError)) throw error;
    const { earliest } = error;
    // Kept from below the last delivered event: the store forgot its newest ones and will reuse their offsets.
    const regressed = earliest.epoch === last.epoch && earliest.offset <= last.offset;
    const after = regressed ? await head() : earliest;
    log.error({ source, last, after }, 'The store lost events: live delivery has a gap');
    return { page: await read(after, limit), after };
  }
}

/** The events above a position, which share an epoch; all of them when it is not the position's. */
export function eventsAbove(events: readonly StoredEvent[], position: Position): readonly StoredEvent[] {
  const [first] = events;
  if (first === undefined || first.epoch !== position.epoch || first.offset > position.offset) return events;
  return events.filter((event) => event.offset > position.offset);
}
