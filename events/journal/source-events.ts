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
  /** Spares `deliveriesOf` a question for each of the newest. */
  readonly remember: (deliveries: readonly VerifiedDelivery[]) => void;
  /** Events as they were appended to the journal. */
  readonly deliveriesOf: (page: readonly StoredEvent[]) => Promise<VerifiedDelivery[]>;
  /** Removes what stands at an offset and below. */
  readonly forget: (upTo: number) => Promise<void>;
}

/** Events that are forgotten in one commit: deliveries wait for it. */
const FORGET_EVENTS_MAX = 1000;

/** Body hashes that are remembered; of further ones the file is asked. */
const HASHES_MAX = 2048;

/** @throws EventLogUnavailableError when the file can't be read */
export async function openSourceEvents(file: JournalFile, source: string): Promise<SourceEvents> {
  const head = await file.head(source);
  const [first] = await file.read(source, null, 1);
  const hashes = new Map<string, string>();
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
    const bodyHash = hashes.get(id) ?? (await file.find(source, id))?.bodyHash;
    if (bodyHash === undefined) throw new EventLogUnavailableError('The journal is being changed');
    return { id, source, type, subject, time, dataJson, bodyHash, traceparent } as VerifiedDelivery;
  }

  function remember(deliveries: readonly VerifiedDelivery[]): void {
    for (const { id, bodyHash } of deliveries) hashes.set(id, bodyHash);
    // The oldest come first.
    for (const id of hashes.keys()) {
      if (hashes.size <= HASHES_MAX) return;
      hashes.delete(id);
    }
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
    remember,
    deliveriesOf: (page) => Promise.all(page.map(deliveryOf)),
    forget,
  };
}
