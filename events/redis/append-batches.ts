import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AppendResult, BatchResult, VerifiedDelivery } from '../event-log.ts';
import { dataChars } from '../page.ts';
import type { UnderWay } from './under-way.ts';

export interface AppendBatches {
  /** Adds deliveries of one source to the batch of this tick. */
  readonly append: (source: string, deliveries: readonly VerifiedDelivery[]) => Promise<AppendResult[]>;
  /** Sends deliveries of one source by themselves, after what is gathered: all of them or none are appended. */
  readonly appendAll: (source: string, deliveries: readonly VerifiedDelivery[]) => Promise<BatchResult[]>;
}

export interface AppendBatchesOptions {
  /** Appends deliveries of one source in one step. */
  readonly send: (source: string, deliveries: readonly VerifiedDelivery[]) => Promise<AppendResult[]>;
  /** Appends all of them or none in one step. */
  readonly sendAll: (source: string, deliveries: readonly VerifiedDelivery[]) => Promise<BatchResult[]>;
  /** Is told of what was begun, from the turn on in which it was gathered. */
  readonly track: UnderWay['track'];
  /** Most deliveries in one step. @default 64 */
  readonly batchEventsMax?: number;
  /** Most characters of their data; a delivery that is larger is a step of its own. @default 1048576 */
  readonly batchDataCharsMax?: number;
}

interface Entry {
  readonly deliveries: readonly VerifiedDelivery[];
  readonly resolve: (results: AppendResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Gathers what is appended to a source within one turn of the event loop into few calls. */
export function createAppendBatches(options: AppendBatchesOptions): AppendBatches {
  const { send, sendAll, track, batchEventsMax = 64, batchDataCharsMax = 1024 * 1024 } = options;
  const max = { events: batchEventsMax, chars: batchDataCharsMax };
  const waiting = new Map<string, Entry[]>();

  function append(source: string, deliveries: readonly VerifiedDelivery[]): Promise<AppendResult[]> {
    const pieces = intoBatches(deliveries, (delivery) => [delivery], max);
    return pieces.length === 1 ? enqueue(source, deliveries) : appendPieces(source, pieces);
  }

  /** One piece after the other: if the first fails, the second must not stand before it. */
  async function appendPieces(
    source: string,
    pieces: readonly (readonly VerifiedDelivery[])[],
  ): Promise<AppendResult[]> {
    const results: AppendResult[] = [];
    for (const piece of pieces) results.push(...(await enqueue(source, piece)));
    return results;
  }

  function enqueue(source: string, deliveries: readonly VerifiedDelivery[]): Promise<AppendResult[]> {
    return new Promise((resolve, reject) => {
      if (waiting.size === 0) void track(nextTurn().then(flush));
      const entries = waiting.get(source) ?? [];
      entries.push({ deliveries, resolve, reject });
      waiting.set(source, entries);
    });
  }

  async function flush(): Promise<void> {
    const bySource = [...waiting];
    waiting.clear();
    const sending = bySource.flatMap(([source, entries]) =>
      intoBatches(entries, (entry) => entry.deliveries, max).map((batch) => sendBatch(source, batch)),
    );
    await Promise.all(sending);
  }

  async function sendBatch(source: string, entries: readonly Entry[]): Promise<void> {
    try {
      const deliveries = entries.flatMap((entry) => entry.deliveries);
      const results = await send(source, deliveries);
      let at = 0;
      for (const { deliveries, resolve } of entries) {
        resolve(results.slice(at, at + deliveries.length));
        at += deliveries.length;
      }
    } catch (error) {
      for (const { reject } of entries) reject(error);
    }
  }

  function appendAll(source: string, deliveries: readonly VerifiedDelivery[]): Promise<BatchResult[]> {
    void track(flush());
    return track(sendAll(source, deliveries));
  }

  return { append, appendAll };
}

/** Items stay whole and in order; one that is larger than a batch may be is a batch of its own. */
function intoBatches<Item>(
  items: readonly Item[],
  deliveriesOf: (item: Item) => readonly VerifiedDelivery[],
  max: { readonly events: number; readonly chars: number },
): Item[][] {
  const batches: Item[][] = [];
  let room = { events: 0, chars: 0 };
  for (const item of items) {
    const deliveries = deliveriesOf(item);
    const chars = dataChars(deliveries);
    if (deliveries.length > room.events || chars > room.chars) {
      batches.push([]);
      room = max;
    }
    batches.at(-1)?.push(item);
    room = { events: room.events - deliveries.length, chars: room.chars - chars };
  }
  return batches;
}
