import type {
  AppendResult,
  BatchResult,
  KnownId,
  Position,
  StoredEvent,
  VerifiedDelivery,
} from '../event-log.ts';
import { epochAt, gapsAbove, positionAt, type Place } from '../epochs.ts';
import { placeOf, type Kept } from '../kept.ts';
import { dataChars, isFullPage, PAGE_DATA_CHARS_MAX } from '../page.ts';
import { command, type Connections } from './connections.ts';
import { sourceKeys } from './keys.ts';
import { decodeEvent, encodeEvent } from './event-text.ts';
import { createLooks, type Look } from './looks.ts';
import { createScripts } from './scripts.ts';
import type { Windows } from './window.ts';

/** The keys of the event log behind plain calls; each is one script, and throws EventLogUnavailableError. */
export interface RedisStore {
  /** Appends deliveries of one source and publishes those that are new, in one step. */
  readonly append: (source: string, deliveries: readonly VerifiedDelivery[]) => Promise<AppendResult[]>;
  /** Does it with all of them, or none. */
  readonly appendAll: (source: string, deliveries: readonly VerifiedDelivery[]) => Promise<BatchResult[]>;
  /** @throws CursorExpiredError */
  readonly read: (source: string, after: Position | null, limit: number) => Promise<StoredEvent[]>;
  readonly head: (source: string) => Promise<Position>;
  readonly find: (source: string, id: string) => Promise<KnownId | null>;
  /** The positions above which events of a source are known to be lost, as of the newest answer about it. */
  readonly losses: (source: string) => readonly Position[];
  /** Resolves when Redis takes a write and gives an answer. */
  readonly probe: () => Promise<void>;
}

export interface RedisStoreOptions {
  readonly connections: Connections;
  readonly windows: Windows;
  readonly keyPrefix: string;
  readonly idRetentionSeconds: number;
  readonly newEpoch: () => string;
}

/** A stream entry: its id, and field names and values in turn. */
type Entry = [id: string, fields: string[]];

export function createRedisStore(options: RedisStoreOptions): RedisStore {
  const { connections, windows, keyPrefix, idRetentionSeconds, newEpoch } = options;
  const { writer, reader } = connections;
  const { writing, reading } = windows;
  const scripts = createScripts();
  const looks = createLooks({ newEpoch });
  for (const redis of [writer, reader]) redis.on('ready', looks.forget);

  async function append(
    source: string,
    deliveries: readonly VerifiedDelivery[],
    mode: 'each' | 'all',
  ): Promise<BatchResult[]> {
    const { head, stream, channel, id } = sourceKeys(keyPrefix, source);
    const keys = [head, stream, ...deliveries.map((delivery) => id(delivery.id))];
    const send = (): Promise<Look> => {
      const perDelivery = deliveries.flatMap((delivery) => [delivery.bodyHash, encodeEvent(delivery)]);
      const args = [idRetentionSeconds, channel, mode, ...perDelivery];
      return looks.run(writer, scripts.append, { source, keys, args });
    };
    const { epoch, rest } = await command(() => writing.run(dataChars(deliveries), send));
    const results = deliveries.map((_, at) => resultOf(epoch, rest[2 * at], rest[2 * at + 1]));
    looks.acknowledge(
      source,
      results.map(({ position }) => position),
    );
    return results;
  }

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
    const send = (): Promise<Look> => looks.run(reader, scripts.read, { source, keys: [head, stream], args });
    const { epochs, rest } = await command(() => reading.run(PAGE_DATA_CHARS_MAX, send));
    const [headOffset, firstId, entries] = rest as [string, string, Entry[]];
    const firstOffset = firstId === '' ? null : offsetOf(firstId);
    return { kept: { epochs, headOffset: Number(headOffset), firstOffset }, entries };
  }

  async function head(source: string): Promise<Position> {
    const { head, stream } = sourceKeys(keyPrefix, source);
    const lookedAt = { source, keys: [head, stream], args: [] };
    const { epoch, rest } = await command(() => looks.run(reader, scripts.head, lookedAt));
    return { epoch, offset: Number(rest[0]) };
  }

  async function find(source: string, id: string): Promise<KnownId | null> {
    const keys = sourceKeys(keyPrefix, source);
    const lookedAt = { source, keys: [keys.head, keys.stream, keys.id(id)], args: [] };
    const { rest } = await command(() => looks.run(reader, scripts.find, lookedAt));
    const [, epoch, offset, bodyHash] = /^(\S+) (\d+) (.*)$/s.exec(String(rest[0])) ?? [];
    if (epoch === undefined || bodyHash === undefined) return null;
    return { position: { epoch, offset: Number(offset) }, bodyHash };
  }

  async function probe(): Promise<void> {
    await command(() => Promise.all([writer.set(`${keyPrefix}probe`, '1', 'EX', 10), reader.ping()]));
  }

  return {
    // Something is withheld only where it is all or nothing.
    append: async (source, deliveries) => (await append(source, deliveries, 'each')) as AppendResult[],
    appendAll: (source, deliveries) => append(source, deliveries, 'all'),
    read,
    head,
    find,
    losses: looks.losses,
    probe,
  };
}

/** An offset with its epoch before it is of an earlier epoch. */
function resultOf(epoch: string, status: unknown, place: unknown): BatchResult {
  const [offset, earlier = epoch] = String(place).split(' ').reverse();
  const position = offset === '' ? null : { epoch: earlier, offset: Number(offset) };
  return { status, position } as BatchResult;
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
