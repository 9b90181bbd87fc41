import { EventLogUnavailableError } from '../event-log.ts';
import type { Logger } from '../logger.ts';
import { retryWhileUnavailable } from '../retry.ts';

export interface DrainLoopOptions {
  /** Does a part of the work. @returns whether there may be more */
  readonly work: () => Promise<boolean>;
  readonly log: Logger;
  /** For the log. */
  readonly source: string;
  /** Spreads the attempts, 0 to 1. */
  readonly random: () => number;
  readonly ended: AbortSignal;
}

/** Work that is done one part after the other, again and again until it succeeds. */
export interface DrainLoop {
  /** There is something to do. */
  readonly wake: () => void;
  /** Whether it is at work, and the last attempt was good. */
  readonly isGoingWell: () => boolean;
  /** Resolves when nothing is being done. */
  readonly settled: () => Promise<void>;
}

const RETRY_DELAY_MS_MAX = 1000;

/** Whatever goes wrong is tried again: to stop would be to lose. A log that was closed ends it. */
export function createDrainLoop({ work, log, source, random, ended }: DrainLoopOptions): DrainLoop {
  let running: Promise<void> | null = null;
  let isWoken = false;
  let isStuck = false;

  function wake(): void {
    isWoken = true;
    if (ended.aborted || running !== null) return;
    running = run().finally(() => {
      running = null;
      if (isWoken) wake();
    });
  }

  async function run(): Promise<void> {
    const retry = { ended, delayMsMax: RETRY_DELAY_MS_MAX, random };
    while (await retryWhileUnavailable(attempt, retry));
  }

  async function attempt(): Promise<boolean> {
    isWoken = false;
    try {
      const more = await work();
      isStuck = false;
      return more;
    } catch (error) {
      isStuck = true;
      if (error instanceof EventLogUnavailableError) throw error;
      log.error({ err: error, source }, 'The journal can not be drained; trying again');
      throw new EventLogUnavailableError('The journal can not be drained');
    }
  }

  return {
    wake,
    isGoingWell: () => running !== null && !isStuck,
    settled: async () => {
      await running;
    },
  };
}
