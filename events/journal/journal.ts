import {
  EventLogClosedError,
  EventLogUnavailableError,
  type BatchResult,
  type EventLog,
  type LogStatus,
  type VerifiedDelivery,
} from '../event-log.ts';
import type { Logger } from '../logger.ts';
import { dataChars } from '../page.ts';
import type { SqliteEventLog } from '../sqlite/sqlite-event-log.ts';
import { createDrain, type Drain, type DrainInto } from './drain.ts';
import { addPlace, openPlaces, type DurablePlace } from './place.ts';
import { sumOfWaits, type Waits } from './progress.ts';

/** One journal file: takes events for a shared store and brings them there. */
export interface Journal extends Pick<EventLog, 'append' | 'appendAll' | 'find'> {
  /** Begins to drain it. What it took before waits until then. */
  readonly start: (into: DrainInto) => void;
  /** What is not in the shared store yet, of all sources. */
  readonly waits: () => Waits;
  /** Of the file. */
  readonly status: () => Promise<LogStatus>;
  /** Drains what can be drained in time; the rest stays for the next start. A second call returns the same promise. */
  readonly close: () => Promise<void>;
}

export interface JournalOptions {
  /** Is closed with the journal. */
  readonly file: SqliteEventLog;
  /** Most characters of data that wait for the shared store, and as many again that are kept after it has them. */
  readonly charsMax: number;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Spreads the attempts to drain, 0 to 1. */
  readonly random: () => number;
  /** How often it is asked whether the shared store began a new epoch. */
  readonly pollMs: number;
  /** How long `close` waits for what can be drained. */
  readonly drainMsMax: number;
}

/**
 * Opens the journal in a file. Its sources are those that it ever took something of, whatever is configured now.
 * @throws EventLogUnavailableError when the file can't be read
 */
export async function createJournal(options: JournalOptions): Promise<Journal> {
  const { file, charsMax, log, now, random, pollMs, drainMsMax } = options;
  const stop = new AbortController();
  const kept = { chars: 0, charsMax };
  const drains = new Map<string, Promise<Drain>>();
  const open: Drain[] = [];
  let into: DrainInto | null = null;
  /** Characters of deliveries on their way into the file. */
  let arriving = 0;
  let closing: Promise<void> | null = null;

  async function openDrain(place: DurablePlace): Promise<Drain> {
    const drain = await createDrain({ file, place, kept, log, now, random, ended: stop.signal });
    open.push(drain);
    if (into !== null) drain.start(into);
    return drain;
  }

  for (const place of await openPlaces(file.records)) {
    const drain = openDrain(place);
    drains.set(place.source, drain);
    await drain;
  }

  /** The drain of a source, which is known to the file by then. */
  function drainOf(source: string): Promise<Drain> {
    const known = drains.get(source);
    if (known !== undefined) return known;
    const opening = addPlace(file.records, source, now()).then(openDrain);
    drains.set(source, opening);
    opening.catch(() => drains.delete(source));
    return opening;
  }

  const waits = (): Waits => sumOfWaits(open.map((drain) => drain.waits()));

  /** Takes deliveries of one source while there is room for them. */
  async function take<Result extends BatchResult>(
    deliveries: readonly VerifiedDelivery[],
    append: (deliveries: readonly VerifiedDelivery[]) => Promise<Result[]>,
  ): Promise<Result[]> {
    const [first] = deliveries;
    if (first === undefined) return [];
    if (closing !== null) throw new EventLogClosedError();
    const chars = dataChars(deliveries);
    const taken = arriving + waits().chars;
    if (taken > 0 && taken + chars > charsMax) throw new EventLogUnavailableError('The journal is full');
    arriving += chars;
    try {
      const drain = await drainOf(first.source);
      const results = await append(deliveries);
      tell(drain, deliveries, results);
      return results;
    } finally {
      arriving -= chars;
    }
  }

  const timer = setInterval(() => {
    for (const drain of open) drain.poll();
  }, pollMs);

  async function release(): Promise<void> {
    clearInterval(timer);
    const untilMs = performance.now() + drainMsMax;
    while (open.some((drain) => drain.isDraining()) && performance.now() < untilMs) await breath();
    stop.abort();
    await Promise.all(open.map((drain) => drain.settled()));
    await file.close();
  }

  return {
    append: (deliveries) => take(deliveries, (some) => file.append(some)),
    appendAll: (deliveries) => take(deliveries, (some) => file.appendAll(some)),
    find: (source, id) => file.find(source, id),
    start(target) {
      into = target;
      for (const drain of open) drain.start(target);
    },
    waits,
    status: () => file.status(),
    close: () => (closing ??= release()),
  };
}

/** Tells the drain of what is new in the file. */
function tell(drain: Drain, deliveries: readonly VerifiedDelivery[], results: readonly BatchResult[]): void {
  const appended = deliveries.filter((_, index) => results[index]?.status === 'appended');
  const newest = results.findLast(({ status }) => status === 'appended')?.position;
  if (newest) drain.appended(newest, appended);
}

/** What is drained meanwhile tells nobody. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 10);
  });
}
