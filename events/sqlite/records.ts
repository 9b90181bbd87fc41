import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { PAGE_DATA_CHARS_MAX } from '../page.ts';
import type { RecordPlace, StoredRecord } from '../record-store.ts';

/** The table of records behind plain synchronous calls, with the meaning of `RecordStore`. */
export interface Records {
  add(record: StoredRecord): boolean;
  replace(record: StoredRecord, expected: string): boolean;
  remove(collection: string, key: string, expected: string | undefined): boolean;
  get(collection: string, key: string): StoredRecord | null;
  /** Ends at the limit, or with the record that brings the json to `PAGE_DATA_CHARS_MAX`. */
  list(collection: string, after: RecordPlace | null, limit: number): StoredRecord[];
  count(collection: string): number;
}

export function prepareRecords(database: DatabaseSync): Records {
  const insert = database.prepare(
    'INSERT INTO records (collection, key, at, json) VALUES (?, ?, ?, ?) ON CONFLICT (collection, key) DO NOTHING',
  );
  const update = database.prepare(
    'UPDATE records SET at = ?, json = ? WHERE collection = ? AND key = ? AND json = ?',
  );
  const remove = database.prepare(
    'DELETE FROM records WHERE collection = ? AND key = ? AND json = coalesce(?, json)',
  );
  const find = database.prepare('SELECT * FROM records WHERE collection = ? AND key = ?');
  const listAbove = database.prepare(
    'SELECT * FROM records WHERE collection = ? AND (at, key) > (?, ?) ORDER BY at, key LIMIT ?',
  );
  const count = database.prepare('SELECT count(*) AS n FROM records WHERE collection = ?');

  function list(collection: string, after: RecordPlace | null, limit: number): StoredRecord[] {
    const listed: StoredRecord[] = [];
    let chars = 0;
    for (const row of listAbove.iterate(collection, after?.at ?? '', after?.key ?? '', limit)) {
      const record = recordOf(row);
      listed.push(record);
      chars += record.json.length;
      if (chars >= PAGE_DATA_CHARS_MAX) break;
    }
    return listed;
  }

  return {
    list,
    add: ({ collection, key, at, json }) => insert.run(collection, key, at, json).changes === 1,
    replace: ({ collection, key, at, json }, expected) =>
      update.run(at, json, collection, key, expected).changes === 1,
    remove: (collection, key, expected) => remove.run(collection, key, expected ?? null).changes === 1,
    get: (collection, key) => {
      const row = find.get(collection, key);
      return row === undefined ? null : recordOf(row);
    },
    count: (collection) => Number(count.get(collection)?.['n']),
  };
}

function recordOf(row: Record<string, SQLOutputValue>): StoredRecord {
  return {
    collection: String(row['collection']),
    key: String(row['key']),
    at: String(row['at']),
    json: String(row['json']),
  };
}
