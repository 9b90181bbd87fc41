/** The time for a call is over. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/** What ends a call before its answer: its deadline, or nobody waiting any more. */
export interface CallLimit {
  /** Why it ended; undefined until then. */
  reason: Error | undefined;
  /** Ends what the call is doing at the moment. */
  stop: ((reason: Error) => void) | undefined;
  /** The deadline, in milliseconds on the clock of `performance.now()`. */
  readonly endsAt: number;
}

export interface CallLimits {
  /** @param signal ends the call too, with its reason */
  start(signal: AbortSignal | undefined): RunningCall;
  /** Must follow every start. */
  end(call: RunningCall): void;
}

/** A call from its start to its end, all of its attempts included. */
export interface RunningCall extends CallLimit {
  /** Where it stands among the calls of its client. */
  readonly place: number;
  /** Calls that end with the same signal. */
  readonly companions: Set<RunningCall> | undefined;
}

/** The running calls that end with a signal, whichever service they are made to. */
const callsEndedBy = new WeakMap<AbortSignal, Set<RunningCall>>();

/**
 * Calls that share a signal share one listener on it: an operation may have thousands of calls, and the signal of a
 * subscription serves all of its events.
 */
function companionsWith(signal: AbortSignal): Set<RunningCall> {
  const found = callsEndedBy.get(signal);
  if (found) return found;
  const companions = new Set<RunningCall>();
  callsEndedBy.set(signal, companions);
  signal.addEventListener('abort', () => {
    for (const call of companions) reach(call, signal.reason as Error);
  });
  return companions;
}

/** Limits for the calls of one client: each has `timeoutMs`. */
export function createCallLimits(timeoutMs: number): CallLimits {
  // One timer for all calls: one for each takes a part of what a call costs that shows. They stand in numbered places,
  // because a Set that things come into and go out of all the time makes garbage that only full collections find.
  const running: (RunningCall | undefined)[] = [];
  const free: number[] = [];
  let isWatched = false;
  const watch = (delayMs: number): void => {
    isWatched = true;
    setTimeout(endLate, delayMs).unref();
  };
  const endLate = (): void => {
    isWatched = false;
    const now = performance.now();
    let nextMs = Infinity;
    for (const call of running) {
      if (!call || call.reason) continue;
      if (call.endsAt <= now) reach(call, new DeadlineError());
      else nextMs = Math.min(nextMs, call.endsAt - now);
    }
    if (nextMs < Infinity) watch(Math.ceil(nextMs));
  };

  return {
    start(signal) {
      const call: RunningCall = {
        reason: signal?.aborted ? (signal.reason as Error) : undefined,
        stop: undefined,
        endsAt: performance.now() + timeoutMs,
        companions: signal && companionsWith(signal),
        place: free.pop() ?? running.length,
      };
      call.companions?.add(call);
      running[call.place] = call;
      if (!isWatched) watch(timeoutMs);
      return call;
    },
    end(call) {
      running[call.place] = undefined;
      free.push(call.place);
      call.companions?.delete(call);
    },
  };
}

/**
 * Waits for what others wait for too, and which therefore goes on when this call ends.
 * @throws the limit's reason as soon as it is reached
 */
export function within<T>(limit: CallLimit, shared: T | Promise<T>): T | Promise<T> {
  if (!(shared instanceof Promise)) return shared;
  return new Promise((resolve, reject) => {
    limit.stop = reject;
    if (limit.reason) reject(limit.reason);
    shared.then(resolve, reject);
  });
}

function reach(call: CallLimit, reason: Error): void {
  if (call.reason) return;
  call.reason = reason;
  call.stop?.(reason);
}
