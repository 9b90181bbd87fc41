import { decodeCursor, encodeCursor } from '../../events/cursor.ts';
import type { Position, StoredEvent } from '../../events/event-log.ts';

/** A place between the events of several sources: what stands at its positions, or below them, is behind it. */
export interface Cut {
  /** A source that is not among them has all of its events in front. */
  readonly positions: ReadonlyMap<string, Position>;
  /** Source of the event that the place belongs to: the last one behind it. Null where there is only one source. */
  readonly of: string | null;
}

/** Begins the name under which a cursor says whose event it belongs to. No source is called so: it is no name of a folder. */
const mark = '/';

/**
 * Writes a place as a cursor. As `after` of a subscription it is the place of that source among them.
 * @throws RangeError when there are more sources than a cursor holds
 */
export function writeCut({ positions, of }: Cut): string {
  if (of === null || positions.size <= 1) return encodeCursor(positions);
  return encodeCursor(new Map([...positions, [`${mark}${of}`, { epoch: '-', offset: 0 }]]));
}

/** @throws InvalidCursorError */
export function readCut(cursor: string): Cut {
  const positions = decodeCursor(cursor);
  const marked = [...positions.keys()].find((source) => source.startsWith(mark));
  if (marked === undefined) {
    const [only = null, ...others] = positions.keys();
    return { positions, of: others.length === 0 ? only : null };
  }
  positions.delete(marked);
  return { positions, of: marked.slice(mark.length) };
}

/** The place of an event in its own source, as `extensions.event.cursor` has it. */
export function cursorOf({
  source,
  epoch,
  offset,
}: Pick<StoredEvent, 'source' | 'epoch' | 'offset'>): string {
  return writeCut({ positions: new Map([[source, { epoch, offset }]]), of: source });
}
