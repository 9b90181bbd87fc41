import type {
  AppendResult,
  BatchResult,
  KnownId,
  Position,
  StoredEvent,
  VerifiedDelivery,
} from '../event-log.ts';
import { assertKept } from '../kept.ts';
import { dataChars, isFullPage, PAGE_DATA_CHARS_MAX } from '../page.ts';
import { command, type Connections } from './connections.ts';
import { sourceKeys } from './keys.ts';
import { decodeEvent, encodeEvent } from './event-text.ts';
import { createReadBefore } from './read-before.ts';
import { createScripts, runScript } from './scripts.ts';
import type { Windows } from './window.ts';

/** The keys of the event log behind plain calls; each is one script, and throws EventLogUnavailableError. */
export interface RedisStore {
  /** Appends deliveries of one source and publishes those that are new, in one step. */
  readonly append: (source: string, deliveries: readonly VerifiedDelivery[]) => Promise<AppendResult[]>;
  /** Does it with all of them, or none. */
  readonly appendAll: (source: string, deliveries: readonly VerifiedDelivery[]) => Promise<BatchResult[]>;
  /** @throws CursorExpiredError */
  readonly read: (source: string, after: Position | null, limit: number) => Promise<StoredEvent[]>;
  /** @throws CursorExpiredError */
  readonly readBefore: (source: string, before: Position | null, limit: number) => Promise<StoredEvent[]>;
  readonly head: (source: string) => Promise<Position>;
  readonly find: (source: string, id: string) => Promise<KnownId | null>;
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

export function createRedisStore(options: RedisStoreOptions): RedisStore {
  const { connections, windows, keyPrefix, idRetentionSeconds, newEpoch } = options;
  const { writer, reader } = connections;
  const { writing, reading } = windows;
  const scripts = createScripts();

  async function append(
    source: string,
    deliveries: readonly VerifiedDelivery[],
    mode: 'each' | 'all',
  ): Promise<BatchResult[]> {
    const { head, stream, channel, id } = sourceKeys(keyPrefix, source);
    const keys = [head, stream, ...deliveries.map((delivery) => id(delivery.id))];
    const send = (): Promise<unknown> => {
      const perDelivery = deliveries.flatMap((delivery) => [delivery.bodyHash, encodeEvent(delivery)]);
      const args = [newEpoch(), idRetentionSeconds, channel, mode, ...perDelivery];
      return runScript(writer, scripts.append, keys, args);
    };
    const reply = await command(() => writing.run(dataChars(deliveries), send));
    const [epoch, ...flat] = reply as [string, ...string[]];
    return deliveries.map((_, at) => resultOf(epoch, flat[2 * at], flat[2 * at + 1]));
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
    const { head, stream } = sourceKeys(keyPrefix, source);
    const start = after === null ? '-' : `${after.offset + 1}-0`;
    const args = [newEpoch(), start, limit, PAGE_DATA_CHARS_MAX];
    const send = (): Promise<unknown> => runScript(reader, scripts.read, [head, stream], args);
    const reply = await command(() => reading.run(PAGE_DATA_CHARS_MAX, send));
    const [epoch, headText, firstId, entries] = reply as [string, string, string, [string, string[]][]];
    const headOffset = Number(headText);
    const firstOffset = firstId === '' ? null : offsetOf(firstId);
    if (after !== null) assertKept(source, after, { epoch, headOffset, firstOffset });
    const events = entries.map(([id, fields]) =>
      decodeEvent(fields[1] as string, source, { epoch, offset: offsetOf(id) }),
    );
    return { events, headOffset };
  }

  async function head(source: string): Promise<Position> {
    const { head, stream } = sourceKeys(keyPrefix, source);
    const reply = await command(() => runScript(reader, scripts.head, [head, stream], [newEpoch()]));
    const [epoch, offset] = reply as [string, string];
    return { epoch, offset: Number(offset) };
  }

  async function find(source: string, id: string): Promise<KnownId | null> {
    const keys = sourceKeys(keyPrefix, source);
    const known = await command(() => runScript(reader, scripts.find, [keys.head, keys.id(id)], []));
    const [, epoch, offset, bodyHash] = /^(\S+) (\d+) (.*)$/s.exec(String(known)) ?? [];
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
    readBefore: createReadBefore(options),
    head,
    find,
    probe,
  };
}

function resultOf(epoch: string, status = '', offset = ''): BatchResult {
  const position = offset === '' ? null : { epoch, offset: Number(offset) };
  return { status, position } as BatchResult;
}

function offsetOf(streamId: string): number {
  return Number.parseInt(streamId, 10);
}
