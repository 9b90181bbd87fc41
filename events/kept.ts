import { CursorExpiredError, type Position } from './event-log.ts';

/** What a store still has of one source. */
export interface Kept {
  readonly epoch: string;
  /** Offset of the newest event ever appended, 0 when there was none. */
  readonly headOffset: number;
  /** Offset of the oldest event still there, or null when there is none. */
  readonly firstOffset: number | null;
}

/**
 * Refuses a position from which the events above are not all there: below what is kept, of another epoch, or
 * above the head. The last means that the store lost its newest events: reading on would skip, unseen, the other
 * events that get their offsets.
 * @throws CursorExpiredError
 */
export function assertKept(source: string, after: Position, kept: Kept): void {
  const earliest = {
    epoch: kept.epoch,
    offset: kept.firstOffset === null ? kept.headOffset : kept.firstOffset - 1,
  };
  const isKept =
    after.epoch === kept.epoch && after.offset >= earliest.offset && after.offset <= kept.headOffset;
  if (!isKept) throw new CursorExpiredError(source, earliest);
}

/**
 * Refuses a position when the one below it is none of this history. It need not be kept.
 * @throws CursorExpiredError
 */
export function assertBelowKnown(source: string, before: Position, kept: Kept): void {
  const { headOffset, firstOffset } = kept;
  const earliestOffset = firstOffset === null ? headOffset : firstOffset - 1;
  assertKept(source, { ...before, offset: Math.max(before.offset - 1, earliestOffset) }, kept);
}

/** @throws RangeError when a limit is no whole number above 0: stores read 0 and -1 as they like. */
export function assertLimit(limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new RangeError('The limit must be a whole number above 0');
}
