import { assertLimit } from './kept.ts';
import { PAGE_DATA_CHARS_MAX } from './page.ts';
import type { RecordPlace, RecordStore, StoredRecord } from './record-store.ts';
import type { Waiting } from './waiting.ts';

/** Most records that are listed in one step. */
const STEP_RECORDS_MAX = 256;

/**
 * Records as a sibling keeps them, asked for what was checked. `list` may end with the record that brings the json to
 * `PAGE_DATA_CHARS_MAX`.
 */
export interface KeptRecords extends Omit<RecordStore, 'replace'> {
  replace(record: StoredRecord, expected: string): Promise<boolean>;
}

export interface CheckedRecordsOptions {
  readonly kept: KeptRecords;
  readonly waiting: Waiting;
  /** @throws EventLogClosedError when the log is closed. */
  readonly assertOpen: () => void;
}

/** What is the same for every sibling: refuses what can't be kept, bounds what waits, and lists in steps. */
export function createCheckedRecords({ kept, waiting, assertOpen }: CheckedRecordsOptions): RecordStore {
  async function add({ collection, key, at, json }: StoredRecord): Promise<boolean> {
    assertOpen();
    assertRecord({ at, key, json });
    return waiting.during([{ dataJson: json }], () => kept.add({ collection, key, at, json }));
  }

  async function replace(record: StoredRecord, expected: string | null): Promise<boolean> {
    if (expected === null) return add(record);
    const { collection, key, at, json } = record;
    assertOpen();
    assertRecord({ at, key, json });
    const work = (): Promise<boolean> => kept.replace({ collection, key, at, json }, expected);
    return waiting.during([{ dataJson: json }, { dataJson: expected }], work);
  }

  async function list(
    collection: string,
    after: RecordPlace | null,
    limit: number,
  ): Promise<readonly StoredRecord[]> {
    assertOpen();
    assertLimit(limit);
    if (after !== null) assertPlace(after);
    const listed: StoredRecord[] = [];
    for (;;) {
      const asked = Math.min(limit - listed.length, STEP_RECORDS_MAX);
      const step = await kept.list(collection, listed.at(-1) ?? after, asked);
      listed.push(...step);
      const isLast = step.length < asked && jsonChars(step) < PAGE_DATA_CHARS_MAX;
      if (isLast || listed.length >= limit) return listed;
    }
  }

  async function get(collection: string, key: string): Promise<StoredRecord | null> {
    assertOpen();
    assertKey(key);
    return kept.get(collection, key);
  }

  async function remove(collection: string, key: string, expected?: string): Promise<boolean> {
    assertOpen();
    assertKey(key);
    if (expected === undefined) return kept.remove(collection, key);
    return waiting.during([{ dataJson: expected }], () => kept.remove(collection, key, expected));
  }

  async function count(collection: string): Promise<number> {
    assertOpen();
    return kept.count(collection);
  }

  return { add, replace, get, list, remove, count };
}

function assertRecord({ json, ...place }: Omit<StoredRecord, 'collection'>): void {
  assertPlace(place);
  if (!json.isWellFormed()) throw new RangeError('The json of a record holds half of a surrogate pair');
}

function assertPlace({ at, key }: RecordPlace): void {
  // Texts of this one form are in the order of their times.
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at))
    throw new RangeError('The time of a record must be as Date.toISOString writes it');
  assertKey(key);
}

/** A store would take two such keys for one. */
function assertKey(key: string): void {
  if (!key.isWellFormed()) throw new RangeError('The key of a record holds half of a surrogate pair');
}

function jsonChars(records: readonly StoredRecord[]): number {
  return records.reduce((chars, { json }) => chars + json.length, 0);
}
