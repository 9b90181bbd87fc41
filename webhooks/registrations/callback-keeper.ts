import type { Logger } from '../../events/logger.ts';
import type { RecordStore } from '../../events/record-store.ts';
import { attempt } from './attempt.ts';
import type { CallbackOutcomes } from './callback-outcome.ts';
import {
  type AcceptedCallback,
  callbackRecord,
  callbacksCollection,
  callbacksMax,
  type CallbackState,
  newCallbackState,
  readCallbackState,
} from './callback-state.ts';
import { type CallbackStep, nextStep } from './callback-step.ts';

/** One callback that a service has to be told about. */
export interface CallbackRegistration {
  readonly source: string;
  /** Unique within the source and the same after a restart: it is remembered by it. */
  readonly name: string;
  /** For people, in status and log: the operation that is called. */
  readonly describe: string;
  /** Another one when the call is another: its operation, its URL or the rest of its body. */
  readonly fingerprint: string;
  /**
   * The events of which one must have been subscribed to, once and on any node, before it is registered. @default none:
   * registered at the start
   */
  readonly firstSubscribedTo?: readonly string[] | undefined;
  /**
   * Registers once; rejects when the service refused or was not reached. The message of the error is shown in
   * status and log. `signal` aborts when the attempt took too long or the registrar is closed.
   */
  readonly register: (signal: AbortSignal) => Promise<AcceptedCallback>;
  /** Whether the service still has it. Without it the service is told again instead. */
  readonly check?: ((accepted: AcceptedCallback, signal: AbortSignal) => Promise<boolean>) | undefined;
}

/** What is done about registrations that the configuration no longer wants. */
export interface CallbackEndings {
  /** Whether a source is served, so that what its configuration does not name has been removed from it. */
  readonly isServed: (source: string) => boolean;
  /**
   * Ends a registration with its service; one that the service does not have is ended already.
   * @returns false when there is no way to end it
   */
  readonly end: (source: string, accepted: AcceptedCallback, signal: AbortSignal) => Promise<boolean>;
}

/** A callback that is looked after. */
export interface KeptCallback {
  readonly key: string;
  readonly source: string;
  readonly describe: string;
  /** Undefined for one that is no longer wanted. */
  readonly registration: CallbackRegistration | undefined;
  /** As the store last had it; null while nobody has subscribed to it, undefined before the first look. */
  state: CallbackState | null | undefined;
}

export interface CallbackKeeperOptions {
  readonly records: RecordStore;
  readonly endings: CallbackEndings;
  readonly outcomes: CallbackOutcomes;
  readonly attemptTimeoutMs: number;
  /** Aborts what is under way. */
  readonly closing: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly logger: Logger;
}

/** How long a claim outlives the call that it is made for: the time to write down what came of it, in milliseconds. */
const claimSlackMs = 5_000;

/** How soon somebody's first subscription is seen by the node that registers, in milliseconds. */
const subscribedLookMs = 1_000;

/**
 * Looks at one callback and does the next thing that it needs. The store holds a claim meanwhile, so that of several
 * nodes one does it; the claim of a node that died runs out.
 * @returns when to look again, in milliseconds since the epoch; null when nothing is left to look after
 * @throws EventLogUnavailableError
 */
export function createCallbackKeeper(options: CallbackKeeperOptions) {
  const { records, endings, outcomes, attemptTimeoutMs, closing, now, logger } = options;
  const limits = { ended: closing, timeoutMs: attemptTimeoutMs };

  return async (kept: KeptCallback): Promise<number | null> => {
    const { key, registration } = kept;
    const stored = await records.get(callbacksCollection, key);
    if (!stored && !registration) return null;
    if (!stored && registration?.firstSubscribedTo) {
      kept.state = null;
      return now() + subscribedLookMs;
    }
    const isFirst = kept.state === undefined;
    const state = stored ? readCallbackState(stored) : newCallbackState(kept);
    kept.state = state;
    const canBeChecked = registration?.check !== undefined;
    const wanted = registration && { fingerprint: registration.fingerprint, canBeChecked };
    const step = nextStep({ state, wanted, isFirst, nowMs: now() });
    if (step.kind === 'wait') return step.untilMs;

    const claimedUntil = new Date(now() + attemptTimeoutMs + claimSlackMs).toISOString();
    const claimed = callbackRecord(key, { ...state, claimedUntil }, now());
    // Somebody else was quicker: their claim is seen at the next look.
    if (!(await records.replace(claimed, stored?.json ?? null))) return now();
    if (step.kind === 'forget') {
      await records.remove(callbacksCollection, key);
      return null;
    }
    const after = await done(step, kept, state);
    await records.replace(callbackRecord(key, after, now()), claimed.json);
    kept.state = after;
    return now();
  };

  /** Makes the one call of a step. @returns what is remembered after it */
  async function done(
    step: Exclude<CallbackStep, { kind: 'wait' | 'forget' }>,
    kept: KeptCallback,
    state: CallbackState,
  ): Promise<CallbackState> {
    const { registration } = kept;
    if (step.kind === 'end') return end(step.accepted, kept, state);
    if (!registration) return state;
    if (step.kind === 'register') return register(registration, state);
    const { check = () => Promise.resolve(true) } = registration;
    const answer = await attempt((signal) => check(step.accepted, signal), limits);
    if ('failed' in answer) return failed(state, answer.failed);
    if (answer.value) return outcomes.confirmed(state, now());
    logger.warn(nameOf(state), 'callback is unknown to its service; registering it again');
    return outcomes.lost(state);
  }

  async function register(registration: CallbackRegistration, state: CallbackState): Promise<CallbackState> {
    const { fingerprint } = registration;
    const answer = await attempt(registration.register, limits);
    if ('failed' in answer) return failed(state, answer.failed);
    const { value: accepted } = answer;
    const { id, url, expiresAt, lacking } = accepted;
    // Logged when it is news: not each time that a registration was repeated.
    const isNews = state.failures > 0 || state.fingerprint !== fingerprint || state.accepted?.id !== id;
    if (isNews) logger.info({ ...nameOf(state), id, url, expiresAt }, 'callback registered');
    if (lacking !== null) logger.warn({ ...nameOf(state), reason: lacking }, 'callback answer is incomplete');
    return outcomes.registered(state, accepted, fingerprint, now());
  }

  async function end(
    accepted: AcceptedCallback,
    { key, source }: KeptCallback,
    state: CallbackState,
  ): Promise<CallbackState> {
    const { id, url } = accepted;
    // Its service may have given what replaces it the same id: to end one would end both.
    if (id !== null && (await idsInUse(records, key, source)).has(id)) return outcomes.ended(state, accepted);
    const answer = await attempt((signal) => endings.end(source, accepted, signal), limits);
    if ('failed' in answer) return failed(state, answer.failed);
    if (answer.value) logger.info({ ...nameOf(state), id, url }, 'callback unregistered');
    else logger.warn({ ...nameOf(state), id, url }, 'callback can not be unregistered: its service keeps it');
    return outcomes.ended(state, accepted);
  }

  function failed(state: CallbackState, reason: string): CallbackState {
    // Whoever comes next begins where this one was stopped.
    if (closing.aborted) return state;
    const after = outcomes.failed(state, reason, now());
    const retryInMs = Date.parse(after.dueAt) - now();
    const { failures } = after;
    logger.warn({ ...nameOf(state), failures, retryInMs, reason }, 'callback registration failed');
    return after;
  }
}

const nameOf = ({ source, describe }: CallbackState) => ({ source, describe });

/** Ids under which other callbacks of a source live. */
async function idsInUse(records: RecordStore, key: string, source: string): Promise<ReadonlySet<string>> {
  const all = await records.list(callbacksCollection, null, callbacksMax);
  const others = all.filter((record) => record.key !== key).map(readCallbackState);
  return new Set(others.flatMap((other) => (other.source === source && other.accepted?.id) || []));
}
