import type { StoredRecord } from '../../events/record-store.ts';

let lastKey = 0;

/** A record; what is not given is made up, the key being new each time. */
export function record(given: Partial<StoredRecord> = {}): StoredRecord {
  lastKey += 1;
  return {
    collection: 'letters',
    key: `k${lastKey}`,
    at: '2026-11-22T10:00:00.000Z',
    json: `{"number":${lastKey}}`,
    ...given,
  };
}

export function records(count: number, given: Partial<StoredRecord> = {}): StoredRecord[] {
  return Array.from({ length: count }, () => record(given));
}

export function keysOf(listed: readonly StoredRecord[]): string[] {
  return listed.map(({ key }) => key);
}

/** A time of a record, so many milliseconds after a fixed one. */
export function at(ms: number): string {
  return new Date(Date.UTC(2026, 10, 22) + ms).toISOString();
}
