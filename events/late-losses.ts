import type { Position, StoredEvent } from './event-log.ts';
import { gapKey, lowerOf } from './gaps.ts';

/** The losses that nobody knew when what is above them was delivered. */
export interface LateLosses {
  /** Takes what is lost now as known. */
  readonly begin: () => void;
  /**
   * Looks at what is lost now.
   * @param page what was delivered last, up to `position`
   * @param untold a loss that is still to be told, or null
   * @returns it, or a lower one that was passed without a word and not returned before
   */
  readonly find: (
    page: readonly StoredEvent[],
    position: Position,
    untold: Position | null,
  ) => Position | null;
}

/** @param losses the positions above which events are known to be lost, as of the newest read or head */
export function createLateLosses(losses: () => readonly Position[]): LateLosses {
  const known = new Set<string>();

  function find(page: readonly StoredEvent[], position: Position, untold: Position | null): Position | null {
    let found = untold;
    for (const loss of losses()) {
      if (known.has(gapKey(loss))) continue;
      const isTold = page.some(({ gap, offset }) => gap !== undefined && offset === loss.offset + 1);
      const isPassed = position.epoch !== loss.epoch && position.offset > loss.offset;
      if (isTold || isPassed) known.add(gapKey(loss));
      if (isPassed && !isTold) found = lowerOf(found, loss);
    }
    return found;
  }

  return {
    begin: () => {
      for (const loss of losses()) known.add(gapKey(loss));
    },
    find,
  };
}
