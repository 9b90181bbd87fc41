import type { Redis } from 'ioredis';
import { epochAt, gapsAbove, positionAt, type Place } from '../epochs.ts';
import type { EventLog, Position, StoredEvent } from '../event-log.ts';
import { placeOf, type Kept } from '../kept.ts';
import { isFullPage, PAGE_DATA_CHARS_MAX } from '../page.ts';
import { command } from './connections.ts';
import { decodeEvent } from './event-text.ts';
import { sourceKeys } from './keys.ts';
import type { Look, Looks } from './looks.ts';
import type { Script } from './scripts.ts';
import type { Window } from './window.ts';

/** A stream entry: its id, and field names and values in turn. */
type Entry = [id: string, fields: string[]];

export interface ReadsOptions {
  readonly reader: Redis;
  readonly looks: Looks;
  readonly window: Window;
  readonly script: Script;
  readonly keyPrefix: string;
}

/** Reads pages of events above a position, whatever epochs they are of. */
export function createReads({ reader, looks, window, script, keyPrefix }: ReadsOptions): EventLog['read'] {
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
      const { kept, entries } = await readAbove(source, offset, limit);
      const place = after === null ? startOf(kept) : placeOf(source, after, kept);
      if (place.offset >= offset)
        return { events: eventsOf(source, entries, kept, place), headOffset: kept.headOffset };
      // What is above the end of its epoch is another history now: it goes on at the end.
      offset = place.offset;
    }
  }

  async function readAbove(
    source: string,
    offset: number,
    limit: number,
  ): Promise<{ kept: Kept; entries: Entry[] }> {
    const { head, stream } = sourceKeys(keyPrefix, source);
    const args = [`${offset + 1}-0`, limit, PAGE_DATA_CHARS_MAX];
    const send = (): Promise<Look> => looks.run(reader, script, { source, keys: [head, stream], args });
    const { epochs, rest } = await command(() => window.run(PAGE_DATA_CHARS_MAX, send));
    const [headOffset, firstId, entries] = rest as [string, string, Entry[]];
    const firstOffset = firstId === '' ? null : offsetOf(firstId);
    return { kept: { epochs, headOffset: Number(headOffset), firstOffset }, entries };
  }

  return read;
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
