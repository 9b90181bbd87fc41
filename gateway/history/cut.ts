import type { Position, StoredEvent } from '../../events/event-log.ts';
import type { LogCursors } from '../../events/log-cursors.ts';

/** A place between the events of several sources: what stands at its positions, or below them, is behind it. */
export interface Cut {
  /** A source that is not among them has all of its events in front. */
  readonly positions: ReadonlyMap<string, Position>;
  /** Source of the event that the place belongs to: the last one behind it. Null where there is only one source. */
  readonly of: string | null;
}

/** Begins the name under which a cursor says whose event it belongs to. No source is called so: it is no name of a folder. */
const mark = '/';

/** Places as cursors, signed as those of subscriptions are. */
export interface Cuts {
  /** Resolves when cursors can be written and read. @throws EventLogUnavailableError */
  readonly ready: () => Promise<true>;
  /**
   * As `after` of a subscription it is the place of that source among them.
   * @throws RangeError when there are more sources than a cursor holds
   */
  readonly write: (cut: Cut) => string;
  /** @throws InvalidCursorError */
  readonly read: (cursor: string) => Cut;
  /** The place of an event in its own source, as `extensions.event.cursor` has it. */
  readonly of: (event: Pick<StoredEvent, 'source' | 'epoch' | 'offset'>) => string;
}

export function createCuts(cursors: LogCursors): Cuts {
  function write({ positions, of }: Cut): string {
    if (of === null || positions.size <= 1) return cursors.encode(positions);
    return cursors.encode(new Map([...positions, [`${mark}${of}`, { epoch: '-', offset: 0 }]]));
  }

  function read(cursor: string): Cut {
    const positions = cursors.decode(cursor);
    const marked = [...positions.keys()].find((source) => source.startsWith(mark));
    if (marked === undefined) {
      const [only = null, ...others] = positions.keys();
      return { positions, of: others.length === 0 ? only : null };
    }
    positions.delete(marked);
    return { positions, of: marked.slice(mark.length) };
  }

  return {
    ready: () => cursors.ready(),
    write,
    read,
    of: ({ source, epoch, offset }) => cursors.encodeOne(source, { epoch, offset }),
  };
}
