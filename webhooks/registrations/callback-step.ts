import { type AcceptedCallback, type CallbackState, renewalMs } from './callback-state.ts';

/** What is done next about a callback: one call to its service, or none. */
export type CallbackStep =
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'register' }
  /** Ask the service whether it still has this one. */
  | { readonly kind: 'check'; readonly accepted: AcceptedCallback }
  /** End this one, which was replaced or is no longer wanted. */
  | { readonly kind: 'end'; readonly accepted: AcceptedCallback }
  /** Nothing is left to be ended. */
  | { readonly kind: 'forget' };

export interface CallbackStepOptions {
  readonly state: CallbackState;
  /** The call that should be accepted; undefined when the callback is no longer wanted. */
  readonly wanted: { readonly fingerprint: string; readonly canBeChecked: boolean } | undefined;
  /** Whether this process looks at it for the first time. */
  readonly isFirst: boolean;
  readonly nowMs: number;
}

/** Decides what a callback needs now. What was accepted, is fresh and under the same URL is not registered again. */
export function nextStep({ state, wanted, isFirst, nowMs }: CallbackStepOptions): CallbackStep {
  const { accepted, failures, claimedUntil } = state;
  const [dueMs, claimedMs] = [Date.parse(state.dueAt), Date.parse(claimedUntil ?? '')];
  if (claimedMs > nowMs) return { kind: 'wait', untilMs: claimedMs };
  if (failures > 0 && dueMs > nowMs) return { kind: 'wait', untilMs: dueMs };
  const [replaced] = state.replaced;
  if (!wanted) {
    const left = replaced ?? accepted;
    return left ? { kind: 'end', accepted: left } : { kind: 'forget' };
  }
  if (!accepted || state.fingerprint !== wanted.fingerprint) return { kind: 'register' };
  if (renewalMs(accepted) <= nowMs) return { kind: 'register' };
  if (replaced) return { kind: 'end', accepted: replaced };
  const canBeChecked = wanted.canBeChecked && accepted.id !== null;
  if (dueMs > nowMs && !(isFirst && canBeChecked)) return { kind: 'wait', untilMs: dueMs };
  return canBeChecked ? { kind: 'check', accepted } : { kind: 'register' };
}
