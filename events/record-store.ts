/** A small durable document beside the events. */
export interface StoredRecord {
  /** What kind of document it is; keys are unique and ordered within one. */
  readonly collection: string;
  readonly key: string;
  /** The time it is ordered by, as `Date.toISOString` writes it. It may change when the record is replaced. */
  readonly at: string;
  /** JSON text, kept character for character. */
  readonly json: string;
}

/** A place in the order of a collection; a record is at its own. */
export type RecordPlace = Pick<StoredRecord, 'at' | 'key'>;

/**
 * What a gateway must remember besides events: kept in the same store, as durable as they are, and removed by nobody
 * but its owner. Everything throws EventLogUnavailableError as the log does, and a RangeError for a record that can't
 * be kept apart or in order: a time of another form, or half of a surrogate pair in its key or its json.
 *
 * A write that failed as unavailable may have been done all the same. Whoever asks again gets false then, and can tell
 * by `get` whose record it is.
 */
export interface RecordStore {
  /** @returns false when one of this key is there already; it stays as it is */
  add(record: StoredRecord): Promise<boolean>;
  /**
   * Replaces the record of that key when its json is still `expected`, character for character (null: when there is
   * none, as `add` does). Of many who try at once to change it, on whatever node, one succeeds: a claim must differ from
   * what it replaces.
   * @returns false otherwise
   */
  replace(record: StoredRecord, expected: string | null): Promise<boolean>;
  get(collection: string, key: string): Promise<StoredRecord | null>;
  /**
   * Lists records just above `after` (null: from the first) in order of `at`, then of the key's UTF-8 bytes. Read page by
   * page, a record that stays is given once, whatever is added and removed meanwhile; one whose `at` changes may be missed
   * or come twice.
   * @param limit most records; fewer mean that there are no more. All of them are held in memory.
   */
  list(collection: string, after: RecordPlace | null, limit: number): Promise<readonly StoredRecord[]>;
  /**
   * @param expected removes the record only when its json is still this, character for character. @default whatever it is
   * @returns false when there was none, or another one
   */
  remove(collection: string, key: string, expected?: string): Promise<boolean>;
  count(collection: string): Promise<number>;
}
