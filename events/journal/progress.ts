import type { Position, StoredEvent, VerifiedDelivery } from '../event-log.ts';
import { dataChars } from '../page.ts';
import type { DurablePlace } from './place.ts';
import { createRecent, type KeptChars } from './recent.ts';

/** What a source has that is not in the shared store yet. */
export interface Waits {
  readonly events: number;
  /** Characters of their data. */
  readonly chars: number;
  /** When the oldest of them came, in milliseconds since 1970; null when there is none. */
  readonly oldestMs: number | null;
}

/** What several have together. */
export function sumOfWaits(each: readonly Waits[]): Waits {
  const oldest = each.flatMap(({ oldestMs }) => oldestMs ?? []);
  return {
    events: each.reduce((sum, { events }) => sum + events, 0),
    chars: each.reduce((sum, { chars }) => sum + chars, 0),
    oldestMs: oldest.length === 0 ? null : Math.min(...oldest),
  };
}

/** How far the events of one source of a journal have come. */
export interface Progress {
  readonly waits: () => Waits;
  /** What is above it is appended next: below what was drained while the recent part is appended again. */
  readonly at: () => Position;
  /** Takes note of what came into the journal. */
  readonly appended: (head: Position, deliveries: readonly VerifiedDelivery[]) => void;
  /** Takes note of events that are about to be drained. */
  readonly found: (page: readonly StoredEvent[]) => void;
  /** Takes note of events that are in the shared store. */
  readonly drained: (page: readonly StoredEvent[]) => void;
  /** Goes back to the first event that is kept when the epoch of the shared store is not the one that has them all. */
  readonly seeEpoch: (epoch: string) => 'same' | 'new';
  /** Goes on from the first event that the journal still has. */
  readonly skipTo: (earliest: Position) => void;
  /** Offset up to which events may be forgotten, given once; null: none. Their place is on its way to the disk. */
  readonly takeOld: () => number | null;
}

export interface ProgressOptions {
  readonly place: DurablePlace;
  /** Of the journal. */
  readonly head: Position;
  /** Characters of what is above the place. */
  readonly chars: number;
  readonly kept: KeptChars;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function createProgress({ place, kept, now, ...opened }: ProgressOptions): Progress {
  const recent = createRecent(kept, now);
  let { head } = opened;
  let drainedOffset = Math.min(place.opened.offset, head.offset);
  let at = drainedOffset;
  let { epoch } = place.opened;
  /** The epoch that has everything up to `drainedOffset`. */
  let savedEpoch = epoch;
  let waits: Waits = {
    events: head.offset - drainedOffset,
    chars: opened.chars,
    oldestMs: head.offset > drainedOffset ? now() : null,
  };
  // How much data it is is not known any more: it does not count.
  recent.drained(drainedOffset, 0);

  function moved(chars: number): void {
    const events = Math.max(0, head.offset - drainedOffset);
    waits =
      events === 0
        ? { events, chars: 0, oldestMs: null }
        : { events, chars: Math.max(0, waits.chars + chars), oldestMs: waits.oldestMs ?? now() };
  }

  function savePlace(): void {
    if (at >= drainedOffset) savedEpoch = epoch;
    place.move({ offset: drainedOffset, epoch: savedEpoch });
  }

  function appended(newHead: Position, deliveries: readonly VerifiedDelivery[]): void {
    if (newHead.epoch === head.epoch && newHead.offset <= drainedOffset) return;
    if (newHead.epoch !== head.epoch || newHead.offset > head.offset) head = newHead;
    moved(dataChars(deliveries));
  }

  function drained(page: readonly StoredEvent[]): void {
    const chars = dataChars(page.filter(({ offset }) => offset > drainedOffset));
    at = page.at(-1)?.offset ?? at;
    drainedOffset = Math.max(drainedOffset, at);
    recent.drained(drainedOffset, chars);
    moved(-chars);
    savePlace();
  }

  function seeEpoch(seen: string): 'same' | 'new' {
    const isNew = epoch !== null && seen !== epoch && drainedOffset > 0;
    if (isNew) at = 0;
    epoch = seen;
    if (!isNew) savePlace();
    return isNew ? 'new' : 'same';
  }

  function skipTo(earliest: Position): void {
    at = earliest.offset;
    if (earliest.epoch !== head.epoch) {
      head = earliest;
      drainedOffset = at;
      recent.clear();
    }
    drainedOffset = Math.max(drainedOffset, at);
    moved(0);
  }

  return {
    waits: () => waits,
    at: () => ({ epoch: head.epoch, offset: at }),
    appended,
    found(page) {
      const first = page.find(({ offset }) => offset > drainedOffset);
      if (first !== undefined) waits = { ...waits, oldestMs: Date.parse(first.time) };
    },
    drained,
    seeEpoch,
    skipTo,
    takeOld: () => (at < drainedOffset ? null : recent.takeOld()),
  };
}
