import type { RecordStore, StoredRecord } from '../../events/record-store.ts';

/** A registration that a service has accepted, as it is remembered. Times are RFC 3339. */
export interface AcceptedCallback {
  /** What the service calls it; null when it did not say. */
  readonly id: string | null;
  /** Where the service says that the registration is; null when it did not say. Not to be called without a guard. */
  readonly location: string | null;
  /** The URL that it delivers to. */
  readonly url: string;
  readonly acceptedAt: string;
  /** Null: until it is ended. */
  readonly expiresAt: string | null;
  /** The operation that ends it by its id: it is asked for when the configuration no longer names it. */
  readonly ending: { readonly operationId: string; readonly argument: string } | null;
  /** What the answer should have had and had not, for people; null when it had all. */
  readonly lacking: string | null;
}

/** What the store remembers of one callback of a service. */
export interface CallbackState {
  readonly source: string;
  readonly describe: string;
  /** Which call was accepted; null before the first. */
  readonly fingerprint: string | null;
  readonly accepted: AcceptedCallback | null;
  /** Accepted before and replaced since: still to be ended. */
  readonly replaced: readonly AcceptedCallback[];
  /** When it is looked after next. */
  readonly dueAt: string;
  /** When the service last said that it has it; null before. */
  readonly confirmedAt: string | null;
  /** In a row. */
  readonly failures: number;
  readonly lastError: string | null;
  /** Until when the others leave it to the node that works on it; null when none does. */
  readonly claimedUntil: string | null;
}

/** Collection of the record store. */
export const callbacksCollection = 'callbacks';

/** The state of a callback that nothing is known of. */
export function newCallbackState(of: Pick<CallbackState, 'source' | 'describe'>): CallbackState {
  const { source, describe } = of;
  return {
    source,
    describe,
    fingerprint: null,
    accepted: null,
    replaced: [],
    dueAt: new Date(0).toISOString(),
    confirmedAt: null,
    failures: 0,
    lastError: null,
    claimedUntil: null,
  };
}

export function readCallbackState({ json }: Pick<StoredRecord, 'json'>): CallbackState {
  return JSON.parse(json) as CallbackState;
}

export function callbackRecord(key: string, state: CallbackState, nowMs: number): StoredRecord {
  return {
    collection: callbacksCollection,
    key,
    at: new Date(nowMs).toISOString(),
    json: JSON.stringify(state),
  };
}

/** What operators see of a callback. */
export interface CallbackView extends Pick<
  CallbackState,
  'source' | 'describe' | 'confirmedAt' | 'dueAt' | 'failures' | 'lastError'
> {
  readonly id: string | null;
  readonly url: string | null;
  readonly expiresAt: string | null;
}

/** Most callbacks that are looked at together. */
export const callbacksMax = 1_000;

/** Everything that Sluice has registered with services, or tries to, whichever node did. */
export async function callbackViews(records: RecordStore): Promise<readonly CallbackView[]> {
  const all = await records.list(callbacksCollection, null, callbacksMax);
  return all.map(readCallbackState).map((state) => {
    const { source, describe, accepted, confirmedAt, dueAt, failures, lastError } = state;
    const { id = null, url = null, expiresAt = null } = accepted ?? {};
    return { source, describe, id, url, expiresAt, confirmedAt, dueAt, failures, lastError };
  });
}

/** A service whose clock is behind gives lives of some milliseconds: it would be called without end. */
const renewalMsMin = 1_000;

/**
 * When an accepted registration is renewed: after three quarters of its life, but not within a second. `Infinity` for one
 * without an end.
 */
export function renewalMs({ acceptedAt, expiresAt }: AcceptedCallback): number {
  if (expiresAt === null) return Infinity;
  const fromMs = Date.parse(acceptedAt);
  return fromMs + Math.max(renewalMsMin, (Date.parse(expiresAt) - fromMs) * 0.75);
}
