import type { EventLog, Position, StoredEvent, VerifiedDelivery } from '../event-log.ts';
import type { Logger } from '../logger.ts';
import { createDrainLoop } from './drain-loop.ts';
import type { DurablePlace } from './place.ts';
import { createProgress, type Waits } from './progress.ts';
import type { KeptChars } from './recent.ts';
import { openSourceEvents, type JournalFile } from './source-events.ts';

/** Where a journal is emptied into. */
export interface DrainInto {
  readonly store: Pick<EventLog, 'append' | 'head'>;
  /**
   * Keeps a delivery whose id the store knows with another body. It is called until it succeeds, and again when the
   * recent part is appended again.
   * @throws EventLogUnavailableError when it can't be kept now: what comes behind it waits
   */
  readonly onConflict: (delivery: VerifiedDelivery) => Promise<void>;
}

export interface DrainOptions {
  readonly file: JournalFile;
  readonly place: DurablePlace;
  /** What the journal keeps of all its sources. */
  readonly kept: KeptChars;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Spreads the attempts, 0 to 1. */
  readonly random: () => number;
  /** Ends it. */
  readonly ended: AbortSignal;
}

/** Brings the events of one source of a journal into the shared store, in order. */
export interface Drain {
  readonly waits: () => Waits;
  /** Takes note of what came into the journal, up to its new head, and drains it at once. */
  readonly appended: (head: Position, deliveries: readonly VerifiedDelivery[]) => void;
  readonly start: (into: DrainInto) => void;
  /** Looks whether the store began a new epoch, and drains what there is. */
  readonly poll: () => void;
  /** Whether something waits that can be drained now. */
  readonly isDraining: () => boolean;
  /** Resolves when it has ended, and its place is on disk. */
  readonly settled: () => Promise<void>;
}

/** Events that are appended in one step. */
const PAGE_EVENTS = 256;

/**
 * Makes the drain of one source. Everything may be appended more than once, as the id makes it one: after a kill from the
 * last place on disk on, and all that is kept when the store began a new epoch, because it may have lost its newest
 * events.
 * @throws EventLogUnavailableError when the journal can't be read
 */
export async function createDrain(options: DrainOptions): Promise<Drain> {
  const { file, place, kept, log, now, random, ended } = options;
  const { source } = place;
  const events = await openSourceEvents(file, source);
  const { head } = events;
  const chars = await events.charsAbove({ epoch: head.epoch, offset: place.opened.offset }, PAGE_EVENTS);
  const progress = createProgress({ place, head, chars, kept, now });
  let into: DrainInto | null = null;
  // The store may have begun a new epoch while nobody looked.
  let isAsking = true;
  const work = async (): Promise<boolean> => into !== null && drainSome(into);
  const { wake, isGoingWell, settled } = createDrainLoop({ work, log, source, random, ended });

  async function drainSome({ store, onConflict }: DrainInto): Promise<boolean> {
    if (isAsking) seeEpoch((await store.head(source)).epoch);
    // After an attempt that fails, it may be another server that answers.
    isAsking = true;
    const page = await readPage();
    if (page.length > 0) {
      progress.found(page);
      const deliveries = await events.deliveriesOf(page);
      const results = await store.append(deliveries);
      for (const [index, { status }] of results.entries()) {
        if (status === 'conflict') await onConflict(deliveries[index] as VerifiedDelivery);
      }
      progress.drained(page);
      // That of what was there before may be the epoch in which it came there.
      for (const { status, position } of results) if (status === 'appended') seeEpoch(position.epoch);
    }
    isAsking = false;
    await forgetOld();
    return page.length > 0;
  }

  function seeEpoch(epoch: string): void {
    if (progress.seeEpoch(epoch) === 'same') return;
    log.warn({ source }, 'The shared event log began a new epoch: the journal appends its recent part again');
  }

  async function readPage(): Promise<StoredEvent[]> {
    const { earliest, page } = await events.readAbove(progress.at(), PAGE_EVENTS);
    if (earliest === null) return page;
    // What was drained long ago is forgotten. Another epoch is another file that somebody put in its place.
    if (earliest.epoch !== progress.at().epoch) log.error({ source }, 'The journal is another file');
    progress.skipTo(earliest);
    return page;
  }

  async function forgetOld(): Promise<void> {
    const upTo = progress.takeOld();
    if (upTo === null) return;
    await place.saved();
    await events.forget(upTo);
  }

  return {
    waits: progress.waits,
    appended(newHead, deliveries) {
      progress.appended(newHead, deliveries);
      events.remember(deliveries);
      wake();
    },
    start(target) {
      into = target;
      wake();
    },
    poll() {
      isAsking = true;
      wake();
    },
    isDraining: () => isGoingWell() && progress.waits().events > 0,
    async settled() {
      await settled();
      await place.saved();
    },
  };
}
