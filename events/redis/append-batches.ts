import type { AppendResult, VerifiedDelivery } from '../event-log.ts';

export interface AppendBatches {
  /** Adds deliveries of one source to the batch of this tick. */
  readonly append: (source: string, deliveries: readonly VerifiedDelivery[]) => Promise<AppendResult[]>;
  /** Resolves when no append is under way. */
  readonly settled: () => Promise<void>;
}

export interface AppendBatchesOptions {
  /** Appends deliveries of one source in one step. */
  readonly send: (source: string, deliveries: readonly VerifiedDelivery[]) => Promise<AppendResult[]>;
  /** @default 64 */
  readonly batchEventsMax?: number;
}

interface Entry {
  readonly deliveries: readonly VerifiedDelivery[];
  readonly resolve: (results: AppendResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Gathers what is appended to a source within one turn of the event loop into few calls. */
export function createAppendBatches({ send, batchEventsMax = 64 }: AppendBatchesOptions): AppendBatches {
  const waiting = new Map<string, Entry[]>();
  const underWay = new Set<Promise<AppendResult[]>>();

  async function append(source: string, deliveries: readonly VerifiedDelivery[]): Promise<AppendResult[]> {
    const results: AppendResult[] = [];
    // One piece after the other: if the first fails, the second must not stand before it.
    for (let at = 0; at < deliveries.length; at += batchEventsMax) {
      results.push(...(await enqueue(source, deliveries.slice(at, at + batchEventsMax))));
    }
    return results;
  }

  function enqueue(source: string, deliveries: readonly VerifiedDelivery[]): Promise<AppendResult[]> {
    return new Promise((resolve, reject) => {
      if (waiting.size === 0) setImmediate(flush);
      const entries = waiting.get(source) ?? [];
      entries.push({ deliveries, resolve, reject });
      waiting.set(source, entries);
    });
  }

  function flush(): void {
    const bySource = [...waiting];
    waiting.clear();
    for (const [source, entries] of bySource) {
      for (const batch of intoBatches(entries, batchEventsMax)) void sendBatch(source, batch);
    }
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

  function tracked(source: string, deliveries: readonly VerifiedDelivery[]): Promise<AppendResult[]> {
    const appending = append(source, deliveries);
    underWay.add(appending);
    const forget = (): void => void underWay.delete(appending);
    appending.then(forget, forget);
    return appending;
  }

  return {
    append: tracked,
    settled: async () => {
      await Promise.allSettled(underWay);
    },
  };
}

/** Entries stay whole and in order. */
function intoBatches(entries: readonly Entry[], eventsMax: number): Entry[][] {
  const batches: Entry[][] = [];
  let room = 0;
  for (const entry of entries) {
    if (entry.deliveries.length > room) {
      batches.push([]);
      room = eventsMax;
    }
    batches.at(-1)?.push(entry);
    room -= entry.deliveries.length;
  }
  return batches;
}
