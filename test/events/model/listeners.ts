import {
  CursorExpiredError,
  type EventLog,
  type Position,
  type StoredEvent,
} from '../../../events/event-log.ts';
import { followEvents } from '../../../events/follow.ts';
import { createCollector, type Collector } from '../deliveries.ts';

/** How long a subscriber is waited for before it counts as one that gets nothing more. */
const DELIVERED_WITHIN_MS = 10_000;

/** Somebody who gets the events of a source above an offset, in one way or the other. */
export interface Listener {
  readonly log: EventLog;
  readonly source: string;
  /** As the log gives it. */
  readonly from: Position;
  readonly received: readonly StoredEvent[];
  readonly leave: () => void;
  /** How often it was told that the log is closed. */
  readonly closings: () => number;
  /** @throws when so many events don't come */
  readonly reached: (count: number) => Promise<void>;
}

/** Subscribes as a feed does. */
export async function subscribeTo(log: EventLog, source: string): Promise<Listener> {
  const collector = createCollector();
  let closings = 0;
  const { from, unsubscribe } = await log.subscribe(source, collector.collect, () => {
    closings += 1;
  });
  return { ...listenerOf(log, source, collector), from, leave: unsubscribe, closings: () => closings };
}

/**
 * Follows as a subscription of a client does, with pages and a buffer so small that both matter.
 * @returns the earliest position instead when the place is not kept.
 */
export async function follow(
  log: EventLog,
  source: string,
  after: Position | null,
): Promise<Listener | Position> {
  const collector = createCollector();
  const { promise: live, resolve: onLive } = Promise.withResolvers<Position>();
  const batches = followEvents({ log, source, after, bufferMax: 4, pageSize: 3, onLive });
  let closings = 0;
  let hasLeft = false;
  const first = batches.next();
  const from = await live;
  const isBehind = after !== null && after.offset !== from.offset;
  try {
    // Only a place that is not the head is looked up.
    if (after !== null && (isBehind || after.epoch !== from.epoch)) await log.read(source, after, 1);
  } catch (error) {
    if (!(error instanceof CursorExpiredError)) throw error;
    return first.then(
      () => Promise.reject(new Error('A place that is not kept was followed')),
      (refused: CursorExpiredError) => refused.earliest,
    );
  }
  void (async () => {
    for (let step = await first; step.done !== true; step = await batches.next())
      collector.collect(step.value);
    if (!hasLeft) closings += 1;
  })();
  const leave = (): void => {
    hasLeft = true;
    void batches.return?.();
  };
  return { ...listenerOf(log, source, collector), from: after ?? from, leave, closings: () => closings };
}

function listenerOf(log: EventLog, source: string, { events, reached }: Collector) {
  return {
    log,
    source,
    received: events,
    reached: async (count: number): Promise<void> => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        const fail = (): void => reject(new Error(`A subscriber got ${events.length} of ${count} events`));
        timer = setTimeout(fail, DELIVERED_WITHIN_MS);
      });
      try {
        await Promise.race([reached(count), late]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
