import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Sweep, Swept } from './messages.ts';

/** What one step removes at most: it stands between two commits, and appends wait for it. */
const STEP_EVENTS_MAX = 256;
const STEP_BYTES_MAX = 4 * 1024 * 1024;
const STEP_IDS_MAX = 1024;
/** How many events one step weighs at most, where there is a bound of bytes. */
const STEP_WEIGHED_MAX = 2048;

/** Bytes of an event: its texts, and about what SQLite adds for the row and its index. */
const BYTES = `octet_length(data_json) + 2 * octet_length(source) + octet_length(id) + octet_length(type)
  + octet_length(coalesce(subject, '')) + octet_length(coalesce(traceparent, '')) + 64`;

/** Events that stand first, up to what one step may remove. */
interface Oldest {
  readonly last: number;
  readonly events: number;
  readonly bytes: number;
}

export interface Trimming {
  /** Does one step, within a transaction. */
  readonly step: (sweep: Sweep) => Swept;
}

/**
 * Removes what is past retention. The order of rows is that of the log, so that what goes first is the oldest of each
 * source, and a source keeps a list without a hole. Heads stay. Rows are weighed once: there is no sum in the file that
 * each commit would have to write.
 */
export function prepareTrimming(database: DatabaseSync): Trimming {
  const marks = prepareMarks(database);
  const ofSource = database.prepare(
    `SELECT "offset" AS place, ${BYTES} AS bytes FROM events WHERE source = ? AND "offset" <= ? ORDER BY "offset" LIMIT ${STEP_EVENTS_MAX}`,
  );
  const ofLog = database.prepare(
    `SELECT rowid AS place, ${BYTES} AS bytes FROM events ORDER BY rowid LIMIT ${STEP_EVENTS_MAX}`,
  );
  const notWeighed = database.prepare(
    `SELECT max(place) AS last, count(*) AS events, sum(bytes) AS bytes FROM (
      SELECT rowid AS place, ${BYTES} AS bytes FROM events WHERE rowid > ? ORDER BY rowid LIMIT ${STEP_WEIGHED_MAX})`,
  );
  const lastRow = database.prepare('SELECT max(rowid) AS last FROM events');
  const weightOf = database.prepare(
    `SELECT sum(${BYTES}) AS bytes FROM events WHERE source = ? AND "offset" <= ? AND rowid <= ?`,
  );
  const removeOfSource = database.prepare('DELETE FROM events WHERE source = ? AND "offset" <= ?');
  const removeOfLog = database.prepare('DELETE FROM events WHERE rowid <= ?');
  const removeIds = database.prepare(
    `DELETE FROM ids WHERE (source, id) IN (
      SELECT source, id FROM ids WHERE appended_ms < ? ORDER BY appended_ms LIMIT ${STEP_IDS_MAX})`,
  );
  let weighed = { upToRow: 0, bytes: 0 };

  function removeByAge(sweep: Sweep): number {
    for (const [source, offset] of marks.expired(sweep)) {
      const { last, events } = oldest(ofSource.iterate(source, offset), STEP_BYTES_MAX);
      if (events === 0) continue;
      const bytes = Number(weightOf.get(source, last, weighed.upToRow)?.['bytes'] ?? 0);
      removeOfSource.run(source, last);
      forget(bytes);
      return events;
    }
    return 0;
  }

  /** @returns whether all were weighed */
  function weigh(): boolean {
    const { last, events, bytes } = notWeighed.get(weighed.upToRow) as Record<string, SQLOutputValue>;
    if (last !== null) {
      weighed = { upToRow: Number(last), bytes: weighed.bytes + Number(bytes) };
    }
    return Number(events) < STEP_WEIGHED_MAX;
  }

  function removeBySize(bytesMax: number): number {
    const excess = weighed.bytes - bytesMax;
    if (excess <= 0) return 0;
    const { last, events, bytes } = oldest(ofLog.iterate(), Math.min(excess, STEP_BYTES_MAX));
    removeOfLog.run(last);
    forget(bytes);
    return events;
  }

  /** SQLite gives the number of a removed row again when it was the last. */
  function forget(bytes: number): void {
    const last = Number(lastRow.get()?.['last'] ?? 0);
    weighed = { upToRow: Math.min(weighed.upToRow, last), bytes: weighed.bytes - bytes };
  }

  function step(sweep: Sweep): Swept {
    const { nowMs, bytesMax, idAgeMs } = sweep;
    marks.set(sweep);
    const ids = Number(removeIds.run(nowMs - idAgeMs).changes);
    let events = removeByAge(sweep);
    let isWeighed = true;
    if (events === 0 && bytesMax > 0) {
      isWeighed = weigh();
      if (isWeighed) events = removeBySize(bytesMax);
    }
    return { events, isDone: events === 0 && isWeighed && ids < STEP_IDS_MAX };
  }

  return { step };
}

/** Where the heads of sources stood at some times. */
function prepareMarks(database: DatabaseSync) {
  const toNow = database.prepare('UPDATE marks SET at_ms = ? WHERE at_ms > ?');
  const add = database.prepare(
    `INSERT INTO marks SELECT source, ?, head FROM sources WHERE head > coalesce(
      (SELECT iif(at_ms > ?, 9e15, "offset") FROM marks WHERE marks.source = sources.source ORDER BY "offset" DESC LIMIT 1), 0)`,
  );
  const expired = database.prepare(
    'SELECT source, max("offset") AS "offset" FROM marks WHERE at_ms <= ? GROUP BY source',
  );
  const remove = database.prepare('DELETE FROM marks WHERE source = ? AND "offset" < ?');

  return {
    /** Marks the heads that moved, unless there is a mark of a short while ago. A mark ahead of the clock is of a clock that went back. */
    set({ nowMs, markEveryMs }: Sweep): void {
      toNow.run(nowMs, nowMs);
      add.run(nowMs, nowMs - markEveryMs);
    },
    /** The offset up to which each source has expired; older marks are removed. */
    expired({ nowMs, ageMs }: Sweep): [source: string, offset: number][] {
      if (!Number.isFinite(ageMs)) return [];
      const found = expired
        .all(nowMs - ageMs)
        .map((row): [string, number] => [String(row['source']), Number(row['offset'])]);
      for (const [source, offset] of found) remove.run(source, offset);
      return found;
    },
  };
}

/** Adds up the events that stand first, up to the one that reaches the bytes. */
function oldest(rows: Iterable<Record<string, SQLOutputValue>>, bytesMax: number): Oldest {
  let found: Oldest = { last: 0, events: 0, bytes: 0 };
  for (const { place, bytes } of rows) {
    found = { last: Number(place), events: found.events + 1, bytes: found.bytes + Number(bytes) };
    if (found.bytes >= bytesMax) break;
  }
  return found;
}
