import { CursorExpiredError, type ExpiryReason, type Position, type StoredEvent } from './event-log.ts';

export interface ReadOn {
  readonly page: readonly StoredEvent[];
  /** Where the page begins. */
  readonly after: Position;
  /** Up to where nothing is missing; null when nothing is. */
  readonly gap: Position | null;
}

export interface ReadOnOptions {
  /** Reads from the store, as `EventLog.read` does. */
  readonly read: (after: Position, limit: number) => Promise<readonly StoredEvent[]>;
  readonly head: () => Promise<Position>;
  /** Whether reading goes on after a loss of that kind. */
  readonly goesOn: (reason: ExpiryReason) => boolean;
}

/**
 * Reads above a position, and where the store lost what is there, from the place at which its history goes on.
 * @throws CursorExpiredError when reading does not go on after that loss.
 * @throws EventLogUnavailableError
 */
export async function readOn(options: ReadOnOptions, position: Position, limit: number): Promise<ReadOn> {
  const { read, head, goesOn } = options;
  try {
    return { page: await read(position, limit), after: position, gap: null };
  } catch (error) {
    if (!(error instanceof CursorExpiredError) || !goesOn(error.reason)) throw error;
    // A store that forgot its newest events, and does not know it, will reuse their offsets.
    const isShorter = error.reason === 'above-head';
    const after = isShorter ? await head() : error.earliest;
    return { page: await read(after, limit), after, gap: isShorter ? after : position };
  }
}
