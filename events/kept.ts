import { endOf, positionAt, type Epochs, type Place } from './epochs.ts';
import { CursorExpiredError, type ExpiryReason, type Position } from './event-log.ts';

/** What a store still has of one source. */
export interface Kept {
  readonly epochs: Epochs;
  /** Offset of the newest event ever appended, 0 when there was none. */
  readonly headOffset: number;
  /** Offset of the oldest event still there, or null when there is none. */
  readonly firstOffset: number | null;
}

/**
 * Finds from where a reader goes on that dealt with everything up to a position. In an epoch that ended it goes on from
 * its end, when the position is above it. Refused is what would skip events unseen: a position below what is kept, of an
 * epoch that nobody knows, or above the head of the epoch that goes on.
 * @throws CursorExpiredError
 */
export function placeOf(source: string, after: Position, kept: Kept): Place {
  const { epochs, headOffset } = kept;
  const at = epochs.findIndex(({ name }) => name === after.epoch);
  const refuse = (reason: ExpiryReason): never => {
    throw new CursorExpiredError(source, earliestOf(kept), reason);
  };
  if (at === -1) return refuse('unknown');
  const end = endOf(epochs, at, headOffset);
  const isCut = after.offset > end;
  if (isCut && at === epochs.length - 1) return refuse('above-head');
  const offset = Math.min(after.offset, end);
  if (offset < earliestOf(kept).offset) return refuse('removed');
  return { at, offset, isCut };
}

/** The position from which everything that is kept can be read. */
export function earliestOf({ epochs, headOffset, firstOffset }: Kept): Position {
  // Where nothing is kept, everything is below the reader: it begins in the epoch that goes on.
  if (firstOffset === null) return { epoch: epochs.at(-1)?.name ?? '', offset: headOffset };
  return positionAt(epochs, firstOffset - 1);
}

/**
 * Finds below which offset a reader goes on that wants what is before a position. Above the end of an epoch there is
 * another history now, so it goes on at the end.
 * @throws CursorExpiredError for an epoch that nobody knows, and above the head of the epoch that goes on
 */
export function belowOf(source: string, before: Position, kept: Kept): number {
  const { epochs, headOffset } = kept;
  const at = epochs.findIndex(({ name }) => name === before.epoch);
  if (at === -1) throw new CursorExpiredError(source, earliestOf(kept), 'unknown');
  const above = endOf(epochs, at, headOffset) + 1;
  if (before.offset > above && at === epochs.length - 1)
    throw new CursorExpiredError(source, earliestOf(kept), 'above-head');
  return Math.min(before.offset, above);
}

/** @throws RangeError when a limit is no whole number above 0: stores read 0 and -1 as they like. */
export function assertLimit(limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new RangeError('The limit must be a whole number above 0');
}
