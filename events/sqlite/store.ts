import type { SQLOutputValue } from 'node:sqlite';
import type { Position, StoredEvent } from '../event-log.ts';
import { assertKept } from '../kept.ts';
import { PAGE_DATA_CHARS_MAX } from '../page.ts';
import { openDatabase } from './database.ts';
import { rememberFile } from './file-identity.ts';
import type { Appended, AppendOutcome, PlainDelivery, WorkerOptions } from './messages.ts';

export interface StoreBatch {
  readonly deliveries: readonly PlainDelivery[];
  readonly nowMs: number;
}

/** The event log's tables behind plain synchronous calls; every call throws what SQLite throws. */
export interface Store {
  /** Appends all batches in one transaction: all of them are durable on return, none after a throw. */
  append(batches: readonly StoreBatch[]): AppendOutcome[];
  /** @throws CursorExpiredError */
  read(source: string, after: Position | null, limit: number): StoredEvent[];
  head(source: string): Position;
  /** Writes and commits a row. */
  probe(): void;
  close(): void;
}

/** Opens the database file; every write after it was deleted or replaced throws. @throws Error with a message for the operator. */
export function openStore(options: WorkerOptions): Store {
  const database = openDatabase(options);
  const file = rememberFile(options.path);
  const epoch = String(database.prepare('SELECT epoch FROM log').get()?.['epoch']);
  const findId = database.prepare('SELECT body_hash, "offset" FROM ids WHERE source = ? AND id = ?');
  const addId = database.prepare('INSERT INTO ids VALUES (?, ?, ?, ?, ?)');
  const addEvent = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const findHead = database.prepare('SELECT head FROM sources WHERE source = ?');
  const setHead = database.prepare('INSERT OR REPLACE INTO sources VALUES (?, ?)');
  const findFirst = database.prepare('SELECT min("offset") AS first FROM events WHERE source = ?');
  const readAbove = database.prepare(
    'SELECT * FROM events WHERE source = ? AND "offset" > ? ORDER BY "offset" LIMIT ?',
  );

  const headOffset = (source: string): number => Number(findHead.get(source)?.['head'] ?? 0);

  function appendOne(delivery: PlainDelivery, nowMs: number, heads: Map<string, number>): Appended {
    const { id, source, type, subject, time, dataJson, bodyHash, traceparent } = delivery;
    const known = findId.get(source, id);
    if (known !== undefined) {
      const status = known['body_hash'] === bodyHash ? 'duplicate' : 'conflict';
      return { status, offset: Number(known['offset']) };
    }
    const offset = (heads.get(source) ?? headOffset(source)) + 1;
    addId.run(source, id, bodyHash, offset, nowMs);
    addEvent.run(source, offset, id, type, subject, time, dataJson, traceparent);
    heads.set(source, offset);
    return { status: 'appended', offset };
  }

  function append(batches: readonly StoreBatch[]): AppendOutcome[] {
    return inTransaction(() => {
      const heads = new Map<string, number>();
      const outcomes = batches.map(({ deliveries, nowMs }) => ({
        epoch,
        results: deliveries.map((delivery) => appendOne(delivery, nowMs, heads)),
      }));
      for (const [source, offset] of heads) setHead.run(source, offset);
      return outcomes;
    });
  }

  function inTransaction<Result>(work: () => Result): Result {
    file.assertSame();
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  function read(source: string, after: Position | null, limit: number): StoredEvent[] {
    if (after !== null) {
      const first = findFirst.get(source)?.['first'] ?? null;
      const firstOffset = first === null ? null : Number(first);
      assertKept(source, after, { epoch, headOffset: headOffset(source), firstOffset });
    }
    const page: StoredEvent[] = [];
    let chars = 0;
    for (const row of readAbove.iterate(source, after?.offset ?? 0, limit)) {
      const event = eventOf(row, source, epoch);
      page.push(event);
      chars += event.dataJson.length;
      if (chars >= PAGE_DATA_CHARS_MAX) break;
    }
    return page;
  }

  return {
    append,
    read,
    head: (source) => ({ epoch, offset: headOffset(source) }),
    probe: () => inTransaction(() => database.exec('UPDATE log SET probes = probes + 1')),
    close: () => database.close(),
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
