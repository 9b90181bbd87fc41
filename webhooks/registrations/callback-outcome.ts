import { type AcceptedCallback, type CallbackState, renewalMs } from './callback-state.ts';

/** How failures are retried: after `firstDelayMs`, then twice as long each time, less up to half at random. */
export interface RegistrationRetry {
  /** @default 1_000 */
  readonly firstDelayMs?: number;
  /** @default 60_000 */
  readonly delayMsMax?: number;
  /** After which an attempt counts as failed. @default 10_000 */
  readonly attemptTimeoutMs?: number;
}

export interface CallbackOutcomeOptions extends Omit<RegistrationRetry, 'attemptTimeoutMs'> {
  /**
   * After which the service is asked or told again, less up to half at random: one that was restarted may have
   * forgotten its callbacks. @default 300_000
   */
  readonly refreshMs?: number;
  /** From 0 up to 1, as Math.random gives. */
  readonly random: () => number;
}

/** What is remembered after each outcome of a call. */
export interface CallbackOutcomes {
  readonly registered: (
    state: CallbackState,
    accepted: AcceptedCallback,
    fingerprint: string,
    nowMs: number,
  ) => CallbackState;
  /** The service has it. */
  readonly confirmed: (state: CallbackState, nowMs: number) => CallbackState;
  /** The service does not have it any more. */
  readonly lost: (state: CallbackState) => CallbackState;
  readonly ended: (state: CallbackState, accepted: AcceptedCallback) => CallbackState;
  readonly failed: (state: CallbackState, reason: string, nowMs: number) => CallbackState;
}

/** Most registrations that were replaced and could not be ended yet; of more, the oldest are left to the service. */
export const replacedMax = 10;

/** The arithmetic of retries, refreshes and renewals. */
export function createCallbackOutcomes({
  firstDelayMs = 1_000,
  delayMsMax = 60_000,
  refreshMs = 300_000,
  random,
}: CallbackOutcomeOptions): CallbackOutcomes {
  const less = (ms: number) => Math.round(ms * (1 - random() / 2));
  const good = { failures: 0, lastError: null, claimedUntil: null } as const;
  const freshUntil = (accepted: AcceptedCallback | null, nowMs: number) =>
    iso(Math.min(nowMs + less(refreshMs), accepted ? renewalMs(accepted) : Infinity));

  return {
    registered(state, accepted, fingerprint, nowMs) {
      const { accepted: former, replaced } = state;
      const stillThere = [...replaced, ...(former ? [former] : [])].filter((other) =>
        isOther(other, accepted),
      );
      return {
        ...state,
        ...good,
        fingerprint,
        accepted,
        replaced: stillThere.slice(-replacedMax),
        confirmedAt: iso(nowMs),
        dueAt: freshUntil(accepted, nowMs),
        lastError: accepted.lacking,
      };
    },
    confirmed: (state, nowMs) => ({
      ...state,
      ...good,
      confirmedAt: iso(nowMs),
      dueAt: freshUntil(state.accepted, nowMs),
    }),
    lost: (state) => ({ ...state, ...good, accepted: null }),
    ended: (state, { id }) => ({
      ...state,
      ...good,
      accepted: state.accepted?.id === id ? null : state.accepted,
      replaced: state.replaced.filter((other) => other.id !== id),
    }),
    failed(state, lastError, nowMs) {
      const failures = state.failures + 1;
      const waitMs = less(Math.min(delayMsMax, firstDelayMs * 2 ** (failures - 1)));
      return { ...state, failures, lastError, claimedUntil: null, dueAt: iso(nowMs + waitMs) };
    },
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** Whether two answers of a service are about two registrations. One without an id may be the same as any. */
function isOther(one: AcceptedCallback, other: AcceptedCallback): boolean {
  return one.id !== null && other.id !== null && one.id !== other.id;
}
