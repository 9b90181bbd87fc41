import type { AppendResult, Position, StoredEvent, VerifiedDelivery } from '../event-log.ts';
import { assertKept } from '../kept.ts';
import { unavailable, type Connections } from './connections.ts';
import { sourceKeys } from './keys.ts';
import { decodeRecord, encodeRecord } from './records.ts';
import { createScripts, runScript } from './scripts.ts';

/** The keys of the event log behind plain calls; each is one script, and throws EventLogUnavailableError. */
export interface RedisStore {
  /** Appends deliveries of one source and publishes those that are new, in one step. */
  readonly append: (source: string, deliveries: readonly VerifiedDelivery[]) => Promise<AppendResult[]>;
  /** @throws CursorExpiredError */
  readonly read: (source: string, after: Position | null, limit: number) => Promise<StoredEvent[]>;
  readonly head: (source: string) => Promise<Position>;
  /** Resolves when Redis takes a write and gives an answer. */
  readonly probe: () => Promise<void>;
}

export interface RedisStoreOptions {
  readonly connections: Connections;
  readonly keyPrefix: string;
  readonly idRetentionSeconds: number;
  readonly newEpoch: () => string;
}

export function createRedisStore(options: RedisStoreOptions): RedisStore {
  const { connections, keyPrefix, idRetentionSeconds, newEpoch } = options;
  const { writer, reader } = connections;
  const scripts = createScripts();

  async function append(source: string, deliveries: readonly VerifiedDelivery[]): Promise<AppendResult[]> {
    const { head, stream, channel, id } = sourceKeys(keyPrefix, source);
    const keys = [head, stream, ...deliveries.map((delivery) => id(delivery.id))];
    const perDelivery = deliveries.flatMap((delivery) => [delivery.bodyHash, encodeRecord(delivery)]);
    const args = [newEpoch(), idRetentionSeconds, channel, ...perDelivery];
    const reply = await command(() => runScript(writer, scripts.append, keys, args));
    const [epoch, ...flat] = reply as [string, ...string[]];
    return deliveries.map((_, at) => ({
      status: flat[2 * at] as AppendResult['status'],
      position: { epoch, offset: Number(flat[2 * at + 1]) },
    }));
  }

  async function read(source: string, after: Position | null, limit: number): Promise<StoredEvent[]> {
    const { head, stream } = sourceKeys(keyPrefix, source);
    const start = after === null ? '-' : `${after.offset + 1}-0`;
    const args = [newEpoch(), start, limit];
    const reply = await command(() => runScript(reader, scripts.read, [head, stream], args));
    const [epoch, headOffset, firstId, entries] = reply as [string, string, string, [string, string[]][]];
    const firstOffset = firstId === '' ? null : offsetOf(firstId);
    if (after !== null) assertKept(source, after, { epoch, headOffset: Number(headOffset), firstOffset });
    return entries.map(([id, fields]) =>
      decodeRecord(fields[1] as string, source, { epoch, offset: offsetOf(id) }),
    );
  }

  async function head(source: string): Promise<Position> {
    const { head, stream } = sourceKeys(keyPrefix, source);
    const reply = await command(() => runScript(reader, scripts.head, [head, stream], [newEpoch()]));
    const [epoch, offset] = reply as [string, string];
    return { epoch, offset: Number(offset) };
  }

  async function probe(): Promise<void> {
    await command(() => Promise.all([writer.set(`${keyPrefix}probe`, '1', 'EX', 10), reader.ping()]));
  }

  return { append, read, head, probe };
}

/** @throws EventLogUnavailableError whatever the reason. */
async function command<Reply>(run: () => Promise<Reply>): Promise<Reply> {
  try {
    return await run();
  } catch (error) {
    throw unavailable(error);
  }
}

function offsetOf(streamId: string): number {
  return Number.parseInt(streamId, 10);
}
