import type { RecordPlace, RecordStore } from '../../events/record-store.ts';
import { deadLetterCollection, letterIn, recordOf, type DeadLetter } from './dead-letter.ts';

/** A place in the order of letters: when they came first, then their id. */
export type LetterPlace = RecordPlace;

/** Dead letters in the record store. Everything throws EventLogUnavailableError when the store does not answer. */
export interface LetterStore {
  /** @returns false when there is one of this id already; that one stays as it is */
  readonly add: (letter: DeadLetter) => Promise<boolean>;
  readonly get: (id: string) => Promise<DeadLetter | null>;
  /**
   * Changes a letter, whatever else happens to it meanwhile. A letter that was removed does not come back.
   * @returns the letter as it is now; null when there is none
   */
  change(id: string, change: (letter: DeadLetter) => DeadLetter): Promise<DeadLetter | null>;
  /** @returns false when there was none */
  readonly remove: (id: string) => Promise<boolean>;
  /** Removes a letter that is as it was read. @returns false when it was changed or removed since */
  readonly removeUnchanged: (letter: DeadLetter) => Promise<boolean>;
  /** Those just above a place, in order; what is added or removed meanwhile may be among them or not. */
  readonly above: (place: LetterPlace | null) => AsyncGenerator<DeadLetter, void, void>;
  readonly count: () => Promise<number>;
}

/** Letters that are read at a time: each may hold a body of the largest size. */
const pageSize = 16;

/** Dead letters, as records of the collection `dead-letters`. */
export function createLetterStore(records: RecordStore): LetterStore {
  async function get(id: string): Promise<DeadLetter | null> {
    const record = await records.get(deadLetterCollection, id);
    return record && letterIn(record);
  }

  async function change(id: string, changed: (letter: DeadLetter) => DeadLetter): Promise<DeadLetter | null> {
    for (;;) {
      const record = await records.get(deadLetterCollection, id);
      if (!record) return null;
      const letter = changed(letterIn(record));
      if (await records.replace(recordOf(letter), record.json)) return letter;
    }
  }

  async function* above(place: LetterPlace | null): AsyncGenerator<DeadLetter, void, void> {
    for (let after = place; ;) {
      const page = await records.list(deadLetterCollection, after, pageSize);
      for (const record of page) yield letterIn(record);
      const last = page.at(-1);
      if (!last) return;
      after = { at: last.at, key: last.key };
    }
  }

  return {
    add: (letter) => records.add(recordOf(letter)),
    get,
    change,
    remove: (id) => records.remove(deadLetterCollection, id),
    removeUnchanged: (letter) => records.remove(deadLetterCollection, letter.id, recordOf(letter).json),
    above,
    count: () => records.count(deadLetterCollection),
  };
}
