import { EventLogClosedError, EventLogUnavailableError } from './event-log.ts';

export interface RetryOptions {
  /** Ends the retries, and the wait for work under way. */
  readonly ended: AbortSignal;
  /** Longest pause; the first is a tenth of it, and each is twice the one before. */
  readonly delayMsMax: number;
  /** Spreads the pauses, 0 to 1. */
  readonly random: () => number;
}

/**
 * Does work until it succeeds, as long as all that stands against it is an unavailable event log.
 * @returns what the work gave, or null when `ended` came first or the log is closed.
 * @throws every other error of the work.
 */
export async function retryWhileUnavailable<Result>(
  work: () => Promise<Result>,
  { ended, delayMsMax, random }: RetryOptions,
): Promise<Result | null> {
  for (let delayMs = delayMsMax / 10; !ended.aborted; delayMs = Math.min(delayMs * 2, delayMsMax)) {
    try {
      return await unlessEnded(work(), ended);
    } catch (error) {
      if (error instanceof EventLogClosedError) return null;
      if (!(error instanceof EventLogUnavailableError)) throw error;
    }
    await pause(delayMs * (0.5 + random() / 2), ended);
  }
  return null;
}

function unlessEnded<Result>(result: Promise<Result>, ended: AbortSignal): Promise<Result | null> {
  return new Promise((resolve, reject) => {
    const end = (): void => resolve(null);
    ended.addEventListener('abort', end, { once: true });
    result.then(resolve, reject).finally(() => ended.removeEventListener('abort', end));
  });
}

function pause(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      ended.removeEventListener('abort', finish);
      resolve();
    };
    // Waiting for a log that may never come back is no reason to keep a process alive.
    const timer = setTimeout(finish, ms).unref();
    ended.addEventListener('abort', finish, { once: true });
  });
}
