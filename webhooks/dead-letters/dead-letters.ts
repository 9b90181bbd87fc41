import { EventLogUnavailableError } from '../../events/event-log.ts';
import type { Logger } from '../../events/logger.ts';
import type { KeptBytes } from '../delivery.ts';
import type { Refusal, WebhookProblem, WebhookProblemCode } from '../problem.ts';
import { keptBytes, type DeadLetter } from './dead-letter.ts';
import type { LetterChange, ObserveLetterChange } from './letter-change.ts';
import type { LetterPlace, LetterStore } from './letter-store.ts';

/** A kept delivery on its way back. */
export interface KeptDelivery {
  readonly source: string;
  /** `:event` of the route that it came to, or null. */
  readonly event: string | null;
  readonly kept: KeptBytes;
  /** When it came first, in milliseconds since the epoch: the event has that time. */
  readonly receivedMs: number;
}

/**
 * Takes a kept delivery through every check behind that of its signature, by the configuration of now, into the log.
 * @returns what the log says, or why the delivery is refused again
 */
export type Retake = (delivery: KeptDelivery) => Promise<'appended' | 'duplicate' | Refusal>;

/** Which letters; what is left out does not matter. */
export interface LetterFilter {
  readonly source?: string | undefined;
  /** `:event` of the route. */
  readonly event?: string | undefined;
  readonly code?: WebhookProblemCode | undefined;
  /** Came first at this time or later, and before that one; RFC 3339 in UTC with milliseconds. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** A letter without what may be large or private. */
export type LetterSummary = Omit<DeadLetter, 'headers' | 'bodyBase64' | 'verifiedFor'>;

/** What became of one letter that was redriven. */
export interface Redriven {
  readonly id: string;
  readonly source: string;
  /** `refused`: it is kept, with the new reason. `gone`: somebody removed it meanwhile. */
  readonly outcome: 'appended' | 'duplicate' | 'refused' | 'gone';
  /** Why, when it was refused. */
  readonly reason: WebhookProblem | null;
}

/** Results of one call, and where the next one goes on; null when that was all. */
export interface LetterPage<Result> {
  readonly results: readonly Result[];
  readonly next: LetterPlace | null;
}

/** Looks at up to `limit` letters that fit, in the order in which they came, from just above `after`. */
export interface Selection {
  readonly filter: LetterFilter;
  readonly after: LetterPlace | null;
  readonly limit: number;
}

/** What operators do with dead letters. Everything throws EventLogUnavailableError when the store does not answer. */
export interface DeadLetters {
  readonly list: (selection: Selection) => Promise<LetterPage<LetterSummary>>;
  readonly count: () => Promise<number>;
  readonly read: (id: string) => Promise<DeadLetter | null>;
  /**
   * Takes a letter through parsing, matching, validation and append again. It is removed when its event is in the log.
   * Doing it twice, or twice at the same time, appends once. @returns null when there is no such letter
   */
  readonly redrive: (id: string) => Promise<Redriven | null>;
  /** One after the other, in the order in which they came. After an error, the same call goes on where that stopped. */
  readonly redriveMany: (selection: Selection) => Promise<LetterPage<Redriven>>;
  /**
   * Removes a letter for good, unless it is being redriven: nobody can say yet whether it becomes an event.
   * @returns what became of it; `gone` when there is no such letter
   */
  readonly discard: (id: string) => Promise<'discarded' | 'redriving' | 'gone'>;
  /** @returns the ids of those that were removed */
  readonly discardMany: (selection: Selection) => Promise<LetterPage<string>>;
}

export interface DeadLettersOptions {
  readonly letters: LetterStore;
  readonly retake: Retake;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Has a line for each letter that was changed. */
  readonly logger: Logger;
  readonly observeChange: ObserveLetterChange;
}

/** The operators' side of the quarantine. */
export function createDeadLetters(options: DeadLettersOptions): DeadLetters {
  const { letters, retake, now, logger, observeChange } = options;

  function changed({ id: letter, source, deliveryId }: DeadLetter, change: LetterChange, more: object): void {
    logger.info({ letter, source, deliveryId, ...more }, `dead letter ${change}`);
    observeChange({ source, change });
  }

  async function redrive(id: string): Promise<Redriven | null> {
    const redriveUntil = new Date(now() + redriveMs).toISOString();
    const letter = await letters.change(id, (known) => ({ ...known, redriveUntil }));
    if (!letter) return null;
    const { source, event, receivedAt } = letter;
    const kept = keptBytes(letter);
    const taken = await retake({ source, event, kept, receivedMs: Date.parse(receivedAt) });
    if (typeof taken !== 'string') return refusedAgain(letter, taken.refused);
    await letters.remove(id);
    changed(letter, 'redriven', { outcome: taken });
    return { id, source, outcome: taken, reason: null };
  }

  async function refusedAgain(letter: DeadLetter, reason: WebhookProblem): Promise<Redriven> {
    const { id, source, redriveUntil } = letter;
    if (reason.code === 'WEBHOOK_LOG_UNAVAILABLE') throw new EventLogUnavailableError(reason.title);
    const lastRedriveAt = new Date(now()).toISOString();
    const refuse = (known: DeadLetter) => ({
      ...known,
      reason,
      redrives: known.redrives + 1,
      lastRedriveAt,
      // That of a redrive that began later, and is not over, stays.
      redriveUntil: known.redriveUntil === redriveUntil ? undefined : known.redriveUntil,
    });
    if (!(await letters.change(id, refuse))) return gone(id, source);
    changed(letter, 'refused', { code: reason.code });
    return { id, source, outcome: 'refused', reason };
  }

  async function discard(id: string): Promise<'discarded' | 'redriving' | 'gone'> {
    for (;;) {
      const letter = await letters.get(id);
      if (!letter) return 'gone';
      const { redriveUntil } = letter;
      if (redriveUntil !== undefined && Date.parse(redriveUntil) > now()) return 'redriving';
      if (!(await letters.removeUnchanged(letter))) continue;
      changed(letter, 'discarded', { code: letter.reason.code });
      return 'discarded';
    }
  }

  /** Does something with each letter of a selection. */
  async function each<Result>(
    { filter, after, limit }: Selection,
    act: (letter: DeadLetter) => Promise<Result> | Result,
  ): Promise<LetterPage<Result>> {
    const results: Result[] = [];
    let last = after;
    for await (const letter of letters.above(startOf(filter, after))) {
      if (filter.until !== undefined && letter.receivedAt >= filter.until) break;
      if (!fits(letter, filter)) continue;
      if (results.length === limit) return { results, next: last };
      results.push(await act(letter));
      last = { at: letter.receivedAt, key: letter.id };
    }
    return { results, next: null };
  }

  return {
    list: (selection) => each(selection, summaryOf),
    count: letters.count,
    read: letters.get,
    redrive,
    // Each is read again: it may have been discarded since its page was read.
    redriveMany: (selection) =>
      each(selection, async ({ id, source }) => (await redrive(id)) ?? gone(id, source)),
    discard,
    async discardMany(selection) {
      const { results, next } = await each(selection, async ({ id }) => ({ id, outcome: await discard(id) }));
      return { results: results.flatMap(({ id, outcome }) => (outcome === 'discarded' ? [id] : [])), next };
    },
  };
}

/** How long a redrive may take. A letter whose redrive a gateway did not live to end can be discarded after it. */
const redriveMs = 30_000;

const gone = (id: string, source: string): Redriven => ({ id, source, outcome: 'gone', reason: null });

function summaryOf(letter: DeadLetter): LetterSummary {
  const { headers: _, bodyBase64: __, verifiedFor: ___, ...summary } = letter;
  return summary;
}

function fits(letter: DeadLetter, { source, event, code }: LetterFilter): boolean {
  return (
    (source === undefined || letter.source === source) &&
    (event === undefined || letter.event === event) &&
    (code === undefined || letter.reason.code === code)
  );
}

/** Letters lie in the order of the time at which they came, so what is before `from` need not be read. */
function startOf({ from }: LetterFilter, after: LetterPlace | null): LetterPlace | null {
  if (from === undefined || (after && after.at >= from)) return after;
  return { at: from, key: '' };
}
