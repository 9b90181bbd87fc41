import type { StoredEvent } from '../../../events/event-log.ts';

/** `[offset of the event, offset up to which nothing is missing]` of each event that carries a gap. */
export function gapsIn(events: readonly StoredEvent[]): [number, number][] {
  return events.flatMap(({ offset, gap }) => (gap === undefined ? [] : [[offset, gap.offset]]));
}
