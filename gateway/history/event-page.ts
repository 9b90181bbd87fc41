import type { EventLog, StoredEvent } from '../../events/event-log.ts';
import type { Cut } from './cut.ts';
import { walkBackward, walkForward, type Step } from './walk.ts';

/** Most events of a page that one request may ask for, and how many it gets when it does not say. */
export const [pageEventsMax, pageEventsDefault] = [100, 20];

/** What one request may cost, however few events fit its filter. */
export interface PageLimits {
  /** Most events that are looked at. @default 1000 */
  readonly lookedAtMax?: number;
  /** A page ends with the event that brings its data to so many characters. @default 4194304 */
  readonly dataCharsMax?: number;
  /** The log is not read on after so many milliseconds. @default 2000 */
  readonly readingMsMax?: number;
  /** Milliseconds of any clock. @default performance.now */
  readonly now?: () => number;
}

export interface PageOptions {
  readonly log: Pick<EventLog, 'read' | 'readBefore'>;
  readonly sources: readonly string[];
  readonly after: Cut | null;
  readonly before: Cut | null;
  /** The first of those that fit, or the last. */
  readonly end: 'first' | 'last';
  /** Most events, 0 or more. */
  readonly count: number;
  /** @default every event fits */
  readonly fits?: ((event: StoredEvent) => boolean) | undefined;
  readonly limits?: PageLimits;
  readonly signal?: AbortSignal | undefined;
}

/** Events in the order of the log, whichever end they were read from. */
export interface EventPage {
  readonly steps: readonly Step[];
  /** Whether there may be more in the direction of reading. */
  readonly isMore: boolean;
  /** Where reading stopped because it had cost enough; null when it did not. */
  readonly stoppedAt: Cut | null;
}

/**
 * Reads a page of events: until it is full, the log ends, or it has cost enough. Then `isMore` is true, and reading goes on
 * from `stoppedAt`.
 * @throws CursorExpiredError
 * @throws EventLogUnavailableError
 */
export async function readEventPage(options: PageOptions): Promise<EventPage> {
  const { end, signal } = options;
  const pageSize = pageSizeOf(options);
  const walk = (end === 'first' ? walkForward : walkBackward)({ ...options, pageSize });
  const { steps, ...rest } = await collect(walk, options, () => signal?.throwIfAborted());
  return { steps: end === 'first' ? steps : steps.toReversed(), ...rest };
}

/** How many events of a source are read at a time: no more than are needed, where every event fits. */
function pageSizeOf({ sources, count, fits }: PageOptions): number {
  const max = sources.length > 1 ? 25 : 100;
  return fits ? max : Math.min(max, count + 1);
}

async function collect(
  walk: AsyncIterable<Step>,
  { count, fits = () => true, limits = {} }: PageOptions,
  throwIfAborted: () => void,
): Promise<EventPage> {
  const { lookedAtMax = 1000, dataCharsMax = 4 * 1024 * 1024, readingMsMax = 2000 } = limits;
  const { now = () => performance.now() } = limits;
  const lateMs = now() + readingMsMax;
  const steps: Step[] = [];
  let lookedAt = 0;
  let dataChars = 0;
  for await (const step of walk) {
    throwIfAborted();
    lookedAt += 1;
    if (fits(step.event)) {
      if (steps.length === count) return { steps, isMore: true, stoppedAt: null };
      steps.push(step);
      dataChars += step.event.dataJson.length;
    }
    if (lookedAt >= lookedAtMax || dataChars >= dataCharsMax || now() >= lateMs) {
      return { steps, isMore: true, stoppedAt: step.cut };
    }
  }
  return { steps, isMore: false, stoppedAt: null };
}
