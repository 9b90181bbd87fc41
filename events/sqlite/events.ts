import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { KnownId, Position, StoredEvent } from '../event-log.ts';
import { belowOf, type Kept, placeOf } from '../kept.ts';
import { PAGE_DATA_CHARS_MAX } from '../page.ts';
import type { Append, Appended, AppendOutcome, DeliveryRow } from './messages.ts';

/** The tables of events and ids behind plain synchronous calls. */
export interface Events {
  /** @param heads of the transaction: offset of the newest event of each source that it appended to; kept up to date. */
  append(append: Append, heads: Map<string, number>): AppendOutcome;
  /** Ends the transaction's appends. */
  moveHeads(heads: ReadonlyMap<string, number>): void;
  /** Removes what is at an offset and below, events and ids. Returns whether there was any. */
  forget(source: string, upTo: number): boolean;
  /** @throws CursorExpiredError */
  read(source: string, after: Position | null, limit: number): StoredEvent[];
  /** @throws CursorExpiredError */
  readBefore(source: string, before: Position | null, limit: number): StoredEvent[];
  head(source: string): Position;
  find(source: string, id: string): KnownId | null;
}

export function prepareEvents(database: DatabaseSync): Events {
  const epoch = String(database.prepare('SELECT epoch FROM log').get()?.['epoch']);
  // The file is not copied behind our back: one epoch for all of its history.
  const epochs = [{ name: epoch, begin: 0, afterLoss: false }];
  const findId = database.prepare('SELECT body_hash, "offset" FROM ids WHERE source = ? AND id = ?');
  const addId = database.prepare('INSERT INTO ids VALUES (?, ?, ?, ?, ?)');
  const addEvent = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const findHead = database.prepare('SELECT head FROM sources WHERE source = ?');
  const setHead = database.prepare('INSERT OR REPLACE INTO sources VALUES (?, ?)');
  const findFirst = database.prepare('SELECT min("offset") AS first FROM events WHERE source = ?');
  const readAbove = database.prepare(
    'SELECT * FROM events WHERE source = ? AND "offset" > ? ORDER BY "offset" LIMIT ?',
  );

  const readBelow = database.prepare(
    'SELECT * FROM events WHERE source = ? AND "offset" < ? ORDER BY "offset" DESC LIMIT ?',
  );

  const headOffset = (source: string): number => Number(findHead.get(source)?.['head'] ?? 0);

  function find(source: string, id: string): KnownId | null {
    const known = findId.get(source, id);
    if (known === undefined) return null;
    return { position: { epoch, offset: Number(known['offset']) }, bodyHash: String(known['body_hash']) };
  }

  function appendOne(row: DeliveryRow, nowMs: number, heads: Map<string, number>): Appended {
    const [id, source, type, subject, time, dataJson, bodyHash, traceparent] = row;
    const known = find(source, id);
    if (known !== null) return repeated(bodyHash, known);
    const offset = (heads.get(source) ?? headOffset(source)) + 1;
    addId.run(source, id, bodyHash, offset, nowMs);
    addEvent.run(source, offset, id, type, subject, time, dataJson, traceparent);
    heads.set(source, offset);
    return { status: 'appended', offset };
  }

  /** What to answer when a batch may not be appended because of a conflict; null when it may. */
  function refusalOf(rows: readonly DeliveryRow[]): Appended[] | null {
    const hashes = new Map<string, string>();
    const results = rows.map(([id, source, , , , , bodyHash]): Appended => {
      const known = find(source, id);
      if (known !== null) return repeated(bodyHash, known);
      const first = hashes.get(id) ?? bodyHash;
      hashes.set(id, first);
      return { status: first === bodyHash ? 'withheld' : 'conflict', offset: null };
    });
    return results.some(({ status }) => status === 'conflict') ? results : null;
  }

  function append({ rows, nowMs, allOrNothing }: Append, heads: Map<string, number>): AppendOutcome {
    const refusal = allOrNothing ? refusalOf(rows) : null;
    return { epoch, results: refusal ?? rows.map((row) => appendOne(row, nowMs, heads)) };
  }

  function moveHeads(heads: ReadonlyMap<string, number>): void {
    for (const [source, offset] of heads) setHead.run(source, offset);
  }

  function read(source: string, after: Position | null, limit: number): StoredEvent[] {
    if (after !== null) placeOf(source, after, keptOf(source));
    return pageOf(readAbove.iterate(source, after?.offset ?? 0, limit), source);
  }

  function readBefore(source: string, before: Position | null, limit: number): StoredEvent[] {
    const below = before === null ? Number.MAX_SAFE_INTEGER : belowOf(source, before, keptOf(source));
    return pageOf(readBelow.iterate(source, below, limit), source).toReversed();
  }

  function keptOf(source: string): Kept {
    const first = findFirst.get(source)?.['first'] ?? null;
    return {
      epochs,
      headOffset: headOffset(source),
      firstOffset: first === null ? null : Number(first),
    };
  }

  function pageOf(rows: Iterable<Record<string, SQLOutputValue>>, source: string): StoredEvent[] {
    const page: StoredEvent[] = [];
    let chars = 0;
    for (const row of rows) {
      const event = eventOf(row, source, epoch);
      page.push(event);
      chars += event.dataJson.length;
      if (chars >= PAGE_DATA_CHARS_MAX) break;
    }
    return page;
  }

  const forget = prepareForget(database);
  const head = (source: string): Position => ({ epoch, offset: headOffset(source) });
  return { append, moveHeads, forget, read, readBefore, head, find };
}

function repeated(bodyHash: string, known: KnownId): Appended {
  return {
    status: bodyHash === known.bodyHash ? 'duplicate' : 'conflict',
    offset: known.position.offset,
  };
}

function eventOf(row: Record<string, SQLOutputValue>, source: string, epoch: string): StoredEvent {
  return {
    epoch,
    offset: Number(row['offset']),
    id: String(row['id']),
    source,
    type: String(row['type']),
    subject: row['subject'] === null ? null : String(row['subject']),
    time: String(row['time']),
    dataJson: String(row['data_json']),
    traceparent: row['traceparent'] === null ? null : String(row['traceparent']),
  };
}

function prepareForget(database: DatabaseSync): Events['forget'] {
  const forgetIds = database.prepare(
    'DELETE FROM ids WHERE (source, id) IN (SELECT source, id FROM events WHERE source = ? AND "offset" <= ?)',
  );
  const forgetEvents = database.prepare('DELETE FROM events WHERE source = ? AND "offset" <= ?');
  return (source, upTo) => {
    forgetIds.run(source, upTo);
    return Number(forgetEvents.run(source, upTo).changes) > 0;
  };
}
