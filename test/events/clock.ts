import type { Retention } from '../../events/retention.ts';
import { until } from '../utils/until.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Sweeps that a test waits for: so many looks at the clock that all of its few sources had a whole one. */
const LOOKS = 8;

/** A log's clock, which stands until it is moved, and a janitor that looks at it all the time. */
export function createClock(retention: Retention) {
  let nowMs = Date.parse('2026-11-22T10:00:00.000Z');
  let looks = 0;
  return {
    /** Options of a log. */
    keeping: {
      retention,
      janitorEveryMs: 5,
      now: () => {
        looks += 1;
        return nowMs;
      },
    },
    /** Resolves when the janitor has done what it does at this time. */
    async swept(): Promise<void> {
      const wanted = looks + LOOKS;
      await until('the janitor swept', async () => looks >= wanted);
    },
    move(ms: number): void {
      nowMs += ms;
    },
  };
}
