import type { Position } from './event-log.ts';

/** One unbroken part of the history of a source: the events above `begin`, up to where the next epoch begins. */
export interface Epoch {
  readonly name: string;
  /** Offset of the newest event that the store had when the epoch began. */
  readonly begin: number;
  /** Whether events of the epoch before, above `begin`, were acknowledged: they are lost. */
  readonly afterLoss: boolean;
}

/** The epochs of a source that are remembered, oldest first, at least one; the last is the one that goes on. */
export type Epochs = readonly Epoch[];

/** Where in the epochs a position is, and from where to read. */
export interface Place {
  /** Which of the epochs. */
  readonly at: number;
  /** Everything up to it is below the reader; what is to be read is above. */
  readonly offset: number;
  /** Whether the position lies above the end of its epoch: its reader saw events that are lost. */
  readonly isCut: boolean;
}

/** Offset of the newest event of an epoch; of the last, `headOffset`. */
export function endOf(epochs: Epochs, at: number, headOffset: number): number {
  return epochs[at + 1]?.begin ?? headOffset;
}

/** Which epoch an event is of; the oldest one remembered stands for all before it. */
export function epochAt(epochs: Epochs, offset: number): number {
  let at = epochs.length - 1;
  while (at > 0 && (epochs[at] as Epoch).begin >= offset) at -= 1;
  return at;
}

/** @returns the position of an event, or of what is just below the next */
export function positionAt(epochs: Epochs, offset: number): Position {
  return { epoch: (epochs[epochAt(epochs, offset)] as Epoch).name, offset };
}

/** What is known to be lost: the positions above which acknowledged events are not there any more, oldest first. */
export function lossesOf(epochs: Epochs): Position[] {
  return [...endsAbove(epochs, 0)].filter(({ afterLoss }) => afterLoss).map(({ end }) => end);
}

/**
 * Finds the events that carry a gap for a reader that begins at a place.
 * @returns where nothing is missing up to, by the offset of the first event after the loss
 */
export function gapsAbove(epochs: Epochs, place: Place): ReadonlyMap<number, Position> {
  const gaps = new Map<number, Position>();
  for (const { end, afterLoss, at } of endsAbove(epochs, place.at)) {
    const isLoss = afterLoss || (place.isCut && at === place.at);
    // Where several epochs ended at one offset, what is missing is missing since the first.
    if (isLoss && !gaps.has(end.offset + 1)) gaps.set(end.offset + 1, end);
  }
  return gaps;
}

function* endsAbove(epochs: Epochs, from: number) {
  for (let at = from; at + 1 < epochs.length; at += 1) {
    const { begin, afterLoss } = epochs[at + 1] as Epoch;
    yield { at, afterLoss, end: { epoch: (epochs[at] as Epoch).name, offset: begin } };
  }
}
