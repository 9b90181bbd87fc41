import type { Logger } from '../../events/logger.ts';
import type { RecordStore, StoredRecord } from '../../events/record-store.ts';
import {
  type CallbackEndings,
  type CallbackRegistration,
  createCallbackKeeper,
  type KeptCallback,
} from './callback-keeper.ts';
import { createCallbackOutcomes, type RegistrationRetry } from './callback-outcome.ts';
import {
  callbackRecord,
  callbacksCollection,
  callbacksMax,
  newCallbackState,
  readCallbackState,
} from './callback-state.ts';
import { createFirstSubscriptions, type SubscribedTo } from './first-subscriptions.ts';
import { createPatience } from './patience.ts';

export interface CallbackRegistrarOptions {
  readonly registrations: readonly CallbackRegistration[];
  readonly endings: CallbackEndings;
  readonly records: RecordStore;
  readonly retry?: RegistrationRetry;
  /** After which a service is asked or told again, less up to half at random. @default 300_000 */
  readonly refreshMs?: number;
  /** Longest time between two looks at what is remembered, in milliseconds. @default 60_000 */
  readonly lookMs?: number;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  readonly logger: Logger;
  /** From 0 up to 1, as Math.random gives. */
  readonly random: () => number;
}

export interface CallbackStatus {
  readonly source: string;
  readonly describe: string;
  /**
   * `waiting`: not looked at yet; `idle`: until somebody subscribes to it for the first time; `removing`: no longer
   * wanted, and to be ended with its service.
   */
  readonly state: 'waiting' | 'idle' | 'registered' | 'retrying' | 'removing';
  /** When the service last said that it has it, in RFC 3339; null before it did. */
  readonly lastSuccess: string | null;
  /** Until when the service keeps it, in RFC 3339; null without an end. */
  readonly expiresAt: string | null;
  /** Failures in a row. */
  readonly failures: number;
  /** What is wrong; null when nothing is. */
  readonly lastError: string | null;
}

export interface CallbackRegistrar {
  /** Begins to look after every callback and returns. A second call, or one after `close()`, does nothing. */
  readonly start: () => void;
  /**
   * Somebody subscribes to an event of a source. A callback that waited for it has its record from now on, and is
   * registered by the node that looks after it: this one need not be started. Returns at once, and never throws.
   */
  readonly subscribed: SubscribedTo;
  /** One entry per callback, in the order given, and then those that are no longer wanted. */
  readonly status: () => readonly CallbackStatus[];
  /** Stops at once what is under way, and resolves when it has ended. What is registered stays registered. */
  readonly close: () => Promise<void>;
}

/** How soon what waits for others is looked at again, in milliseconds. */
const soonMs = 1_000;

/**
 * Keeps callbacks registered with their services until this is closed, and ends those that are no longer wanted. What
 * services accepted is remembered in the record store: of several nodes one registers, and a restart does not register
 * again. A service that can't be reached is never fatal: it shows in `status()`, and as a warning per failed attempt.
 */
export function createCallbackRegistrar(options: CallbackRegistrarOptions): CallbackRegistrar {
  const { registrations, endings, records, retry = {}, refreshMs = 300_000 } = options;
  const { lookMs = 60_000, now = Date.now, logger, random } = options;
  const closing = new AbortController();
  const isOver = () => closing.signal.aborted;
  const lookAfter = createCallbackKeeper({
    records,
    endings,
    outcomes: createCallbackOutcomes({ ...retry, refreshMs, random }),
    attemptTimeoutMs: retry.attemptTimeoutMs ?? 10_000,
    closing: closing.signal,
    now,
    logger,
  });
  const all: KeptCallback[] = registrations.map((registration) => {
    const { source, name, describe } = registration;
    return { key: `${source}/${name}`, source, describe, registration, state: undefined };
  });
  const { answerOf, pause } = createPatience({ closing: closing.signal, logger, random });
  const { subscribed, remembered } = createFirstSubscriptions({
    callbacks: all,
    remember: (kept) => answerOf(() => records.add(callbackRecord(kept.key, newCallbackState(kept), now()))),
  });
  let running: Promise<unknown> | undefined;

  async function run(kept: KeptCallback): Promise<void> {
    while (!isOver()) {
      const waitMs = await answerOf(() => look(kept));
      if (waitMs === null) {
        all.splice(all.indexOf(kept), 1);
        return;
      }
      await pause(waitMs ?? 0);
    }
  }

  /** @returns milliseconds until the next look; null when nothing is left to look after */
  async function look(kept: KeptCallback): Promise<number | null> {
    // What replaces it must have its id first, which may be the same.
    if (!kept.registration && !isSettled(kept.source)) return soonMs;
    const untilMs = await lookAfter(kept);
    return untilMs === null ? null : Math.max(0, Math.min(untilMs - now(), lookMs));
  }

  function isSettled(source: string): boolean {
    return all.every(
      (kept) =>
        kept.source !== source || !kept.registration || ['registered', 'idle'].includes(stateOf(kept)),
    );
  }

  /** Looks for what is remembered and no longer wanted, and after it. */
  async function removeUnwanted(): Promise<void> {
    const known = new Set(all.map(({ key }) => key));
    const found = await answerOf(async () => {
      const stored = await records.list(callbacksCollection, null, callbacksMax);
      return stored
        .filter(({ key }) => !known.has(key))
        .flatMap((record) => unwantedOf(record, endings, logger));
    });
    const unwanted = found ?? [];
    all.push(...unwanted);
    await Promise.all(unwanted.map(run));
  }

  return {
    start() {
      if (running || isOver()) return;
      running = Promise.all([...all.map(run), removeUnwanted()]);
    },
    subscribed,
    status: () => all.map(statusOf),
    async close() {
      closing.abort();
      await running;
      await remembered();
    },
  };
}

/** Nobody can end what was registered for a source that is not served: its operations are not known. */
function unwantedOf(
  record: Pick<StoredRecord, 'key' | 'json'>,
  { isServed }: CallbackEndings,
  logger: Logger,
): KeptCallback[] {
  const { key } = record;
  const { source, describe } = readCallbackState(record);
  if (isServed(source)) return [{ key, source, describe, registration: undefined, state: undefined }];
  logger.warn({ source, describe }, 'callback of a source that is not served stays registered');
  return [];
}

function statusOf(kept: KeptCallback): CallbackStatus {
  const { source, describe, state } = kept;
  return {
    source,
    describe,
    state: stateOf(kept),
    lastSuccess: state?.confirmedAt ?? null,
    expiresAt: state?.accepted?.expiresAt ?? null,
    failures: state?.failures ?? 0,
    lastError: state?.lastError ?? null,
  };
}

function stateOf({ registration, state }: KeptCallback): CallbackStatus['state'] {
  if (!registration) return 'removing';
  if (state === undefined) return 'waiting';
  if (state === null) return 'idle';
  if (state.failures > 0) return 'retrying';
  return state.accepted && state.fingerprint === registration.fingerprint ? 'registered' : 'waiting';
}
