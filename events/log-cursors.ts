import { randomBytes } from 'node:crypto';
import { createCursors, CURSOR_KEY_BYTES, type Cursors } from './cursor.ts';
import { EventLogUnavailableError } from './event-log.ts';
import type { RecordStore } from './record-store.ts';

const COLLECTION = 'cursor-keys';
/** Key of the record; the version of the cursors that it signs. */
const RECORD_KEY = '2';

/** The cursors of an event log: those of its other nodes, and of yesterday, are good too. */
export interface LogCursors extends Cursors {
  /**
   * Resolves, with true, when cursors can be written and read. The key is asked for when there is none yet or the last
   * answer is old; a log that does not answer leaves the one that is known.
   * @param anew asks however old the last answer is. @default false
   * @throws EventLogUnavailableError when no key is known and the log does not answer.
   */
  readonly ready: (anew?: boolean) => Promise<true>;
}

export interface LogCursorsOptions {
  readonly records: RecordStore;
  /** How long an answer of the log is good. @default 1000 */
  readonly keptMs?: number;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/**
 * Cursors signed with a key that is kept in the log: made by the first node that needs it, the same for all nodes and over
 * restarts. Where a log was emptied under running gateways, they put their key back, so that cursors of before are known
 * for what they are. Nothing is asked before `ready`; the rest throws until it has resolved once.
 */
export function createLogCursors(options: LogCursorsOptions): LogCursors {
  const { records, keptMs = 1000, now = Date.now } = options;
  let key: Buffer = randomBytes(CURSOR_KEY_BYTES);
  let cursors: Cursors | null = null;
  let asking: Promise<void> | null = null;
  let askAgainAt = 0;

  async function ask(): Promise<void> {
    const kept = await keep(key);
    if (cursors === null || !kept.equals(key)) cursors = createCursors(kept);
    key = kept;
    askAgainAt = performance.now() + keptMs;
  }

  /** @returns the key of the log, which is the given one where it had none. */
  async function keep(own: Buffer): Promise<Buffer> {
    const record = await records.get(COLLECTION, RECORD_KEY);
    if (record !== null) return Buffer.from(String(JSON.parse(record.json)), 'base64url');
    const json = JSON.stringify(own.toString('base64url'));
    const at = new Date(now()).toISOString();
    const isAdded = await records.add({ collection: COLLECTION, key: RECORD_KEY, at, json });
    return isAdded ? own : keep(own);
  }

  async function ready(anew = false): Promise<true> {
    if (cursors !== null && !anew && performance.now() < askAgainAt) return true;
    asking ??= ask().finally(() => {
      asking = null;
    });
    try {
      await asking;
    } catch (error) {
      if (cursors === null || !(error instanceof EventLogUnavailableError)) throw error;
    }
    return true;
  }

  function known(): Cursors {
    if (cursors === null) throw new Error('No cursor can be written or read before `ready`');
    return cursors;
  }

  return {
    ready,
    encode: (positions) => known().encode(positions),
    encodeOne: (source, position) => known().encodeOne(source, position),
    decode: (text) => known().decode(text),
  };
}
