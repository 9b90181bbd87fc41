import type {
  AppendResult,
  BatchResult,
  KnownId,
  Position,
  StoredEvent,
  VerifiedDelivery,
} from '../event-log.ts';
import { positionAt, type Epochs } from '../epochs.ts';
import { dataChars } from '../page.ts';
import { command, type Connections } from './connections.ts';
import { sourceKeys } from './keys.ts';
import { encodeEvent } from './event-text.ts';
import { createLooks, type Look } from './looks.ts';
import { createReads } from './reads.ts';
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
  /** @throws CursorExpiredError */
  readonly readBefore: (source: string, before: Position | null, limit: number) => Promise<StoredEvent[]>;
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

export function createRedisStore(options: RedisStoreOptions): RedisStore {
  const { connections, windows, keyPrefix, idRetentionSeconds, newEpoch } = options;
  const { writer, reader } = connections;
  const { writing, reading } = windows;
  const scripts = createScripts(connections.publishCommand);
  const looks = createLooks({ newEpoch });
  connections.onReady(looks.forget);

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
    const { epoch, epochs, rest } = await command(() => writing.run(dataChars(deliveries), send));
    const results = deliveries.map((_, at) => resultOf(epochs, rest[2 * at], rest[2 * at + 1]));
    // What is of an earlier epoch is below the one that answers for it now.
    const newest = Math.max(...results.map(({ position }) => position?.offset ?? 0));
    looks.acknowledge(source, { epoch, offset: newest });
    return results;
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
    const { epochs, rest } = await command(() => looks.run(reader, scripts.find, lookedAt));
    const [, offset, bodyHash] = /^\S+ (\d+) (.*)$/s.exec(String(rest[0])) ?? [];
    if (bodyHash === undefined) return null;
    return { position: positionAt(epochs, Number(offset)), bodyHash };
  }

  async function probe(): Promise<void> {
    await command(() => Promise.all([writer.set(`${keyPrefix}probe`, '1', 'EX', 10), reader.ping()]));
  }

  return {
    // Something is withheld only where it is all or nothing.
    append: async (source, deliveries) => (await append(source, deliveries, 'each')) as AppendResult[],
    appendAll: (source, deliveries) => append(source, deliveries, 'all'),
    ...createReads({ reader, looks, window: reading, scripts, keyPrefix }),
    head,
    find,
    losses: looks.losses,
    probe,
  };
}

function resultOf(epochs: Epochs, status: unknown, offset: unknown): BatchResult {
  const position = offset === '' ? null : positionAt(epochs, Number(offset));
  return { status, position } as BatchResult;
}
