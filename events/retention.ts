/** How long events are kept. An event that is past either bound is removed, the oldest of the log first. */
export interface Retention {
  /** Milliseconds since the log took it; Infinity for ever. An event may stay a hundredth longer, and until the next sweep. */
  readonly ageMs: number;
  /** Most bytes that the events of all sources take together, as their store counts them; 0: no bound. */
  readonly bytesMax: number;
}

/** How long an id is known at least, whatever happens to its event: what senders are promised. */
export const ID_AGE_MS = 7 * 24 * 3_600_000;

const SWEEP_MS_MAX = 10_000;
const SWEEP_MS_MIN = 100;
const MARK_MS_MAX = 24 * 3_600_000;

/** How often a store is swept: ten times in the age that it keeps, every 10 seconds at the least, every 100 ms at the most. */
export function sweepEveryMs({ ageMs }: Retention): number {
  return Math.min(Math.max(ageMs / 10, SWEEP_MS_MIN), SWEEP_MS_MAX);
}

/**
 * How often the head of a source is marked with the time. What stands below a mark is at least as old as the mark: so an
 * event has the age that the log knows of, whatever its own time says, and a clock that went back removes nothing early.
 */
export function markEveryMs({ ageMs }: Retention): number {
  return Math.min(ageMs / 100, MARK_MS_MAX);
}
