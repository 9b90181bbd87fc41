import type { Position, StoredEvent } from './event-log.ts';

/** Names a loss: one position is the end of one epoch. */
export function gapKey({ epoch, offset }: Position): string {
  return `${epoch} ${offset}`;
}

export function gapsOf(events: readonly StoredEvent[]): Position[] {
  return events.flatMap(({ gap }) => gap ?? []);
}

/** Puts a gap on the first event; of two, the lower one stays. */
export function withGap(events: readonly StoredEvent[], gap: Position | null): readonly StoredEvent[] {
  const [first, ...rest] = events;
  if (first === undefined || gap === null) return events;
  return [{ ...first, gap: lowerOf(first.gap ?? null, gap) }, ...rest];
}

/** Takes away the gaps that are not to be told. */
export function withGapsThat(
  isTold: (gap: Position) => boolean,
  events: readonly StoredEvent[],
): readonly StoredEvent[] {
  if (events.every(({ gap }) => gap === undefined || isTold(gap))) return events;
  return events.map((event) => {
    const { gap, ...rest } = event;
    return gap === undefined || isTold(gap) ? event : rest;
  });
}

export function lowerOf(one: Position | null, other: Position): Position {
  return one !== null && one.offset <= other.offset ? one : other;
}

/** What one reader, who reads the log and listens to live events by turns, was told of losses. */
export interface ToldGaps {
  /** The reader's own reading found a loss; it is told with the next event. */
  readonly find: (gap: Position) => void;
  /** Live events were dropped that the reader has, or will read, from its position in the log. */
  readonly drop: (gaps: readonly Position[], position: Position) => void;
  /** Gives events as they are told: each loss once, and none that was before the reader began. */
  readonly tell: (events: readonly StoredEvent[], from: 'log' | 'live') => readonly StoredEvent[];
}

export function createToldGaps(start: Position): ToldGaps {
  const told = new Set<string>();
  let untold: Position | null = null;

  const concerns = (gap: Position): boolean =>
    !told.has(gapKey(gap)) && (gap.epoch === start.epoch || gap.offset >= start.offset);

  function drop(gaps: readonly Position[], position: Position): void {
    for (const gap of gaps) {
      // Whoever stands below a loss finds it by reading on.
      const isPassed = position.epoch !== gap.epoch && position.offset > gap.offset;
      if (isPassed && concerns(gap)) untold = lowerOf(untold, gap);
    }
  }

  function tell(events: readonly StoredEvent[], from: 'log' | 'live'): readonly StoredEvent[] {
    const own = withGap(from === 'log' ? events : withGapsThat(concerns, events), untold);
    if (own.length === 0) return own;
    if (untold !== null) told.add(gapKey(untold));
    untold = null;
    for (const gap of gapsOf(own)) told.add(gapKey(gap));
    return own;
  }

  return { find: (gap) => void (untold = lowerOf(untold, gap)), drop, tell };
}
