import {
  CursorExpiredError,
  EventLogUnavailableError,
  type Position,
  type StoredEvent,
  type VerifiedDelivery,
} from '../event-log.ts';
import { dataChars } from '../page.ts';
import type { SqliteEventLog } from '../sqlite/sqlite-event-log.ts';

/** What the drain of a journal asks its file. */
export type JournalFile = Pick<SqliteEventLog, 'read' | 'head' | 'find' | 'forget'>;

/** The events of one source in the file of a journal. */
export interface SourceEvents {
  /** When it was opened. */
  readonly head: Position;
  /**
   * Reads a page above a position; where that is not kept, above the first that is.
   * @returns that position as `earliest`, or null
   */
  readonly readAbove: (
    after: Position,
    limit: number,
  ) => Promise<{ readonly page: StoredEvent[]; readonly earliest: Position | null }>;
  /** Characters of the data above a position. */
  readonly charsAbove: (after: Position, limit: number) => Promise<number>;
  /** Events as they were appended to the journal. */
  readonly deliveriesOf: (page: readonly StoredEvent[]) => Promise<VerifiedDelivery[]>;
  /** Removes what stands at an offset and below. */
  readonly forget: (upTo: number) => Promise<void>;
}

/** Events that are forgotten in one commit: deliveries wait for it. */
const FORGET_EVENTS_MAX = 1000;

/** @throws EventLogUnavailableError when the file can't be read */
export async function openSourceEvents(file: JournalFile, source: string): Promise<SourceEvents> {
  const head = await file.head(source);
  const [first] = await file.read(source, null, 1);
  let forgotten = first === undefined ? head.offset : first.offset - 1;

  const readAbove: SourceEvents['readAbove'] = async (after, limit) => {
    try {
      return { page: await file.read(source, after, limit), earliest: null };
    } catch (error) {
      if (!(error instanceof CursorExpiredError)) throw error;
      const { earliest } = error;
      return { page: await file.read(source, earliest, limit), earliest };
    }
  };

  async function charsAbove(after: Position, limit: number): Promise<number> {
    let chars = 0;
    for (let from: Position | undefined = after; from !== undefined;) {
      const { page }: { page: StoredEvent[] } = await readAbove(from, limit);
      chars += dataChars(page);
      from = page.at(-1);
    }
    return chars;
  }

  /** That nothing but a `VerifiedDelivery` comes into a journal is the proof that it was verified. */
  async function deliveryOf(event: StoredEvent): Promise<VerifiedDelivery> {
    const { id, type, subject, time, dataJson, traceparent } = event;
    const known = await file.find(source, id);
    if (known === null) throw new EventLogUnavailableError('The journal is being changed');
    const { bodyHash } = known;
    return { id, source, type, subject, time, dataJson, bodyHash, traceparent } as VerifiedDelivery;
  }

  async function forget(upTo: number): Promise<void> {
    while (forgotten < upTo) {
      const next = Math.min(upTo, forgotten + FORGET_EVENTS_MAX);
      await file.forget(source, next);
      forgotten = next;
    }
  }

  return {
    head,
    readAbove,
    charsAbove,
    deliveriesOf: (page) => Promise.all(page.map(deliveryOf)),
    forget,
  };
}
