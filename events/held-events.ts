import type { StoredEvent } from './event-log.ts';
import { dataChars, PAGE_DATA_CHARS_MAX } from './page.ts';

/** Events put aside while the store is read: so many at most, and a page of data. */
export interface HeldEvents {
  /** False when they are too many: then none is held any more. */
  readonly hold: (events: readonly StoredEvent[]) => boolean;
  /** Gives everything held, which is then held no more. */
  readonly take: () => StoredEvent[];
}

export function createHeldEvents(eventsMax: number): HeldEvents {
  let held: StoredEvent[] = [];
  let chars = 0;

  function take(): StoredEvent[] {
    const events = held;
    held = [];
    chars = 0;
    return events;
  }

  function hold(events: readonly StoredEvent[]): boolean {
    chars += dataChars(events);
    const fits = held.length + events.length <= eventsMax && chars <= PAGE_DATA_CHARS_MAX;
    if (fits) held.push(...events);
    else take();
    return fits;
  }

  return { hold, take };
}
