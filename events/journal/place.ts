import { EventLogClosedError, EventLogUnavailableError } from '../event-log.ts';
import type { RecordStore, StoredRecord } from '../record-store.ts';

/** The collection of a journal's own records: one for each source that it ever took something of. */
const COLLECTION = 'journal-places';

/** How far the events of a source are in the shared store. */
export interface Place {
  /** Offset in the journal of the newest event that the shared store has; 0: none. */
  readonly offset: number;
  /** Epoch of the shared store that has all of them; null while none was appended. */
  readonly epoch: string | null;
}

/** The place of one source, on disk a moment after it moved: what is appended again after a kill is a duplicate. */
export interface DurablePlace {
  readonly source: string;
  /** Where it stood when it was opened. */
  readonly opened: Place;
  readonly move: (place: Place) => void;
  /** Resolves when the newest place is on disk, or can't be written. */
  readonly saved: () => Promise<void>;
}

/** How long a place may be on its way to the disk, so that a sync serves many batches. */
const SAVE_DELAY_MS = 250;

/** The places that a journal has, whatever sources there are now. Each costs a record. */
export async function openPlaces(records: RecordStore): Promise<DurablePlace[]> {
  const places: DurablePlace[] = [];
  for (let after: StoredRecord | null = null; ;) {
    const page: readonly StoredRecord[] = await records.list(COLLECTION, after, 256);
    for (const record of page) places.push(durablePlace(records, record));
    after = page.at(-1) ?? null;
    if (after === null) return places;
  }
}

/**
 * Begins with a source: from now on it is found again after a restart.
 * @param nowMs milliseconds since 1970
 * @throws EventLogUnavailableError when the journal can't write now
 */
export async function addPlace(records: RecordStore, source: string, nowMs: number): Promise<DurablePlace> {
  const record = recordOf(source, new Date(nowMs).toISOString(), { offset: 0, epoch: null });
  // A write that failed to answer may have been done.
  const isAdded = await records.add(record);
  return durablePlace(records, (isAdded ? null : await records.get(COLLECTION, source)) ?? record);
}

function durablePlace(records: RecordStore, opened: StoredRecord): DurablePlace {
  const { key: source, at } = opened;
  let current = opened;
  let written = opened;
  let saving: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;

  function move(place: Place): void {
    current = recordOf(source, at, place);
    timer ??= setTimeout(() => void saved(), SAVE_DELAY_MS).unref();
  }

  async function saved(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    await saving;
    saving ??= save().finally(() => (saving = null));
    await saving;
  }

  async function save(): Promise<void> {
    const next = current;
    if (next.json === written.json) return;
    try {
      if (!(await records.replace(next, written.json))) await overwrite(next);
      written = next;
    } catch (error) {
      // It is only how much is appended again after a restart. The next place tries again.
      if (!(error instanceof EventLogUnavailableError)) throw error;
      if (!(error instanceof EventLogClosedError)) timer ??= setTimeout(() => void saved(), 1000).unref();
    }
  }

  /** Another record stands there: that of a write that failed to answer, or none in a file that is new. */
  async function overwrite(next: StoredRecord): Promise<void> {
    const found = await records.get(COLLECTION, source);
    await records.replace(next, found?.json ?? null);
  }

  return { source, opened: JSON.parse(opened.json) as Place, move, saved };
}

function recordOf(source: string, at: string, place: Place): StoredRecord {
  return { collection: COLLECTION, key: source, at, json: JSON.stringify(place) };
}
