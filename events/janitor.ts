import type { Logger } from './logger.ts';

/** Removes what is past retention, as long as the log is open. */
export interface Janitor {
  /** Ends it. Waits for nothing: a sweep that is under way stops at its next step. */
  readonly close: () => void;
}

export interface JanitorOptions {
  /**
   * Removes what is past retention, in steps that hold up nobody for long.
   * @param isClosed asked between steps, whether to go on is of no use
   * @returns how many events were removed
   */
  readonly sweep: (isClosed: () => boolean) => Promise<number>;
  /** Milliseconds from the end of a sweep to the next; the first comes after as many. */
  readonly everyMs: number;
  readonly log: Logger;
}

/** A log that removes all the time says so once in so many milliseconds. */
const SAY_EVERY_MS = 60_000;

/** Sweeps at intervals. A sweep that fails is logged once, until one succeeds. It keeps no process alive. */
export function startJanitor({ sweep, everyMs, log }: JanitorOptions): Janitor {
  let isClosed = false;
  let isFailing = false;
  let removed = 0;
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let timer = runLater();

  function runLater(): NodeJS.Timeout {
    return setTimeout(() => void run(), everyMs).unref();
  }

  async function run(): Promise<void> {
    try {
      removed += await sweep(() => isClosed);
      isFailing = false;
    } catch (error) {
      if (!isFailing && !isClosed) {
        log.warn({ reason: (error as Error).message }, 'Retention can not be applied now; trying again');
      }
      isFailing = true;
    }
    if (isClosed) return;
    sayWhatWasRemoved();
    timer = runLater();
  }

  function sayWhatWasRemoved(): void {
    if (removed === 0 || performance.now() - saidAtMs < SAY_EVERY_MS) return;
    log.info({ events: removed }, 'Events past retention were removed');
    removed = 0;
    saidAtMs = performance.now();
  }

  return {
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
