import { createHash } from 'node:crypto';
import type { EventLog, StoredEvent, VerifiedDelivery } from '../../events/event-log.ts';

let lastId = 0;

/** A verified delivery; what is not given is made up, the id being new each time. */
export function delivery(
  given: Partial<Omit<VerifiedDelivery, 'bodyHash'>> & { readonly bodyHash?: string } = {},
): VerifiedDelivery {
  lastId += 1;
  const dataJson = given.dataJson ?? `{"number":${lastId}}`;
  return {
    id: `d${lastId}`,
    source: 'orders',
    type: 'orderCreated',
    subject: null,
    time: '2026-11-22T10:00:00.000Z',
    dataJson,
    bodyHash: createHash('sha256').update(dataJson).digest('hex'),
    traceparent: null,
    ...given,
  } as VerifiedDelivery;
}

export function deliveries(count: number, given: Parameters<typeof delivery>[0] = {}): VerifiedDelivery[] {
  return Array.from({ length: count }, () => delivery(given));
}

/** Deliveries whose data have so many characters each. */
export function largeDeliveries(count: number, chars: number): VerifiedDelivery[] {
  return deliveries(count, { dataJson: JSON.stringify('x'.repeat(chars - 2)) });
}

export function idsOf(events: readonly { readonly id: string }[]): string[] {
  return events.map(({ id }) => id);
}

export function offsetsOf(events: readonly StoredEvent[]): number[] {
  return events.map(({ offset }) => offset);
}

/** `[first, first + 1, ..., last]` */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

export interface Collector {
  readonly events: StoredEvent[];
  readonly collect: (events: readonly StoredEvent[]) => void;
  /** Resolves when so many events have come. */
  readonly reached: (count: number) => Promise<void>;
}

/** Keeps what a subscriber is given. */
export function createCollector(): Collector {
  const events: StoredEvent[] = [];
  let wake: (() => void)[] = [];
  return {
    events,
    collect(batch) {
      events.push(...batch);
      const waiting = wake;
      wake = [];
      for (const resolve of waiting) resolve();
    },
    async reached(count) {
      while (events.length < count) {
        await new Promise<void>((resolve) => {
          wake.push(resolve);
        });
      }
    },
  };
}

/** Takes events from a follower until there are so many, and leaves it. */
export async function take(
  batches: AsyncIterable<readonly StoredEvent[]>,
  count: number,
): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const batch of batches) {
    events.push(...batch);
    if (events.length >= count) break;
  }
  return events;
}

/** Everything a source has, from the earliest kept, where it fits into one page. */
export function readAll(log: EventLog, source = 'orders'): Promise<StoredEvent[]> {
  return log.read(source, null, 100_000);
}
