import { setTimeout as delay } from 'node:timers/promises';
import { EventLogUnavailableError } from '../../events/event-log.ts';
import type { Logger } from '../../events/logger.ts';

export interface PatienceOptions {
  readonly closing: AbortSignal;
  readonly logger: Logger;
  /** From 0 up to 1, as Math.random gives. */
  readonly random: () => number;
}

/** After which the store is asked again, and up to as long again at random, in milliseconds. */
const retryMs = 1_000;

/** Waits for the store, and for time to pass, until it is closed. Keeps no process alive. */
export function createPatience({ closing, logger, random }: PatienceOptions) {
  /** @returns what the store answers, as soon as it does; undefined when this is closed before */
  async function answerOf<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
    while (!closing.aborted) {
      try {
        return await ask();
      } catch (error) {
        await pause(failed(error));
      }
    }
    return undefined;
  }

  /** @returns milliseconds until the next try */
  function failed(error: unknown): number {
    const retryInMs = Math.round(retryMs * (1 + random()));
    if (closing.aborted) return retryInMs;
    if (error instanceof EventLogUnavailableError) {
      logger.warn({ retryInMs, reason: error.message }, 'callbacks can not be looked up');
    } else logger.error({ retryInMs, err: error }, 'looking after callbacks failed');
    return retryInMs;
  }

  function pause(ms: number): Promise<void> {
    return delay(ms, undefined, { signal: closing, ref: false }).catch(() => undefined);
  }

  return { answerOf, pause };
}
