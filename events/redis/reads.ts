import { epochAt, gapsAbove, positionAt, type Place } from '../epochs.ts';
import type { EventLog, Position, StoredEvent } from '../event-log.ts';
import { belowOf, placeOf, type Kept } from '../kept.ts';
import { isFullPage, PAGE_DATA_CHARS_MAX } from '../page.ts';
import { command, type RedisClient } from './connections.ts';
import { decodeEvent } from './event-text.ts';
import { sourceKeys } from './keys.ts';
import type { Look, Looks } from './looks.ts';
import type { Script, Scripts } from './scripts.ts';
import type { Window } from './window.ts';

/** A stream entry: its id, and field names and values in turn. */
type Entry = [id: string, fields: string[]];

export interface ReadsOptions {
  readonly reader: RedisClient;
  readonly looks: Looks;
  readonly window: Window;
  readonly scripts: Pick<Scripts, 'read' | 'readBefore'>;
  readonly keyPrefix: string;
}

/** What one script found. */
interface Found {
  readonly kept: Kept;
  readonly entries: readonly Entry[];
}

/** Reads pages of events above or below a position, whatever epochs they are of. */
export function createReads(options: ReadsOptions): Pick<EventLog, 'read' | 'readBefore'> {
  const { reader, looks, window, scripts, keyPrefix } = options;

  async function read(source: string, after: Position | null, limit: number): Promise<StoredEvent[]> {
    const page: StoredEvent[] = [];
    let from = after;
    for (;;) {
      const { events, headOffset } = await readSome(source, from, limit - page.length);
      page.push(...events);
      from = page.at(-1) ?? from;
      // Records are longer than their data, so that a reply can end before the page is full.
      if (events.length === 0 || events.at(-1)?.offset === headOffset || isFullPage(page, limit)) return page;
    }
  }

  async function readSome(
    source: string,
    after: Position | null,
    limit: number,
  ): Promise<{ events: StoredEvent[]; headOffset: number }> {
    for (let offset = after?.offset ?? 0; ;) {
      const { kept, entries } = await find(scripts.read, source, `${offset + 1}-0`, limit);
      const place = after === null ? startOf(kept) : placeOf(source, after, kept);
      if (place.offset >= offset)
        return { events: eventsOf(source, entries, kept, place), headOffset: kept.headOffset };
      // What is above the end of its epoch is another history now: it goes on at the end.
      offset = place.offset;
    }
  }

  async function readBefore(source: string, before: Position | null, limit: number): Promise<StoredEvent[]> {
    const page: StoredEvent[] = [];
    let below = before;
    for (;;) {
      const { events, firstOffset } = await readSomeBefore(source, below, limit - page.length);
      page.unshift(...events);
      below = page[0] ?? below;
      const isEarliest = events.length === 0 || below?.offset === firstOffset;
      if (isEarliest || isFullPage(page, limit)) return page;
    }
  }

  async function readSomeBefore(
    source: string,
    before: Position | null,
    limit: number,
  ): Promise<{ events: StoredEvent[]; firstOffset: number | null }> {
    for (let offset = before?.offset; ;) {
      const newest = offset === undefined ? '+' : `${Math.max(offset - 1, 0)}-0`;
      const { kept, entries } = await find(scripts.readBefore, source, newest, limit);
      const below = before === null ? undefined : belowOf(source, before, kept);
      if (below === offset) {
        const events = eventsOf(source, entries.toReversed(), kept, startOf(kept));
        return { events, firstOffset: kept.firstOffset };
      }
      offset = below;
    }
  }

  /** @param from stream id of the first entry in the direction of the script */
  async function find(script: Script, source: string, from: string, limit: number): Promise<Found> {
    const { head, stream } = sourceKeys(keyPrefix, source);
    const args = [from, limit, PAGE_DATA_CHARS_MAX];
    const send = (): Promise<Look> => looks.run(reader, script, { source, keys: [head, stream], args });
    const { epochs, rest } = await command(() => window.run(PAGE_DATA_CHARS_MAX, send));
    const [headOffset, firstId, entries] = rest as [string, string, Entry[]];
    const firstOffset = firstId === '' ? null : offsetOf(firstId);
    return { kept: { epochs, headOffset: Number(headOffset), firstOffset }, entries };
  }

  return { read, readBefore };
}

/** Where a reader begins that wants all that is kept. */
function startOf({ epochs, firstOffset }: Kept): Place {
  return { at: epochAt(epochs, firstOffset ?? 0), offset: 0, isCut: false };
}

function eventsOf(source: string, entries: readonly Entry[], { epochs }: Kept, place: Place): StoredEvent[] {
  const gaps = gapsAbove(epochs, place);
  return entries.map(([id, fields]) => {
    const offset = offsetOf(id);
    const event = decodeEvent(fields[1] as string, source, positionAt(epochs, offset));
    const gap = gaps.get(offset);
    return gap === undefined ? event : { ...event, gap };
  });
}

function offsetOf(streamId: string): number {
  return Number.parseInt(streamId, 10);
}
