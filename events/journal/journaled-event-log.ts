import {
  EventLogUnavailableError,
  type AppendResult,
  type BatchResult,
  type EventLog,
  type KnownId,
  type LogStatus,
  type VerifiedDelivery,
} from '../event-log.ts';
import { silentLogger, type Logger } from '../logger.ts';
import type { DrainInto } from './drain.ts';
import { openJournalFiles } from './journal-files.ts';
import { createJournal, type Journal } from './journal.ts';
import { sumOfWaits, type Waits } from './progress.ts';
import type { SqliteEventLog } from '../sqlite/sqlite-event-log.ts';

export interface JournaledEventLogOptions {
  /** The shared event log, which is closed with this one. */
  readonly store: EventLog;
  /**
   * File of the journal; its folder is created. A process that finds it in use takes the next one, `journal-2.db` and so
   * on, and drains those that were left behind.
   */
  readonly path: string;
  /** Sources whose deliveries go into the journal first. None: what is left of former ones is drained. */
  readonly sources: ReadonlySet<string>;
  /** Most characters of data that wait in a journal; beyond it appends are refused as unavailable. @default 268435456 */
  readonly charsMax?: number;
  /** @default silent */
  readonly log?: Logger;
  /** How often the shared log is asked for its epoch. @default 1000 */
  readonly pollMs?: number;
  /** How long `close` drains. @default 5000 */
  readonly drainMsMax?: number;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Spreads the attempts to drain, 0 to 1. @default Math.random */
  readonly random?: () => number;
}

/** An event log that takes deliveries of some sources when the shared one can't. */
export interface JournaledEventLog extends EventLog {
  /** Begins to drain the journals; before that, nothing of them is in the shared log. */
  readonly startDraining: (onConflict: DrainInto['onConflict']) => void;
  /** What is not in the shared log yet. */
  readonly waits: () => Waits;
}

/**
 * Puts a journal on this machine's disk before a shared event log. Deliveries of its sources are answered when they are
 * synced to the disk, whatever the shared log does, and are appended there in order, at once or when it is back. Until
 * then nobody reads them. Their result is that of the journal: a position in its own history, which is good for nothing
 * else, and `duplicate` or `conflict` as far as the journal knows. What only the shared log knows is found later: a
 * duplicate is dropped there, a conflict goes to `onConflict`. Everything else is asked of the shared log.
 * @throws EventLogUnavailableError when the journal can't be opened
 */
export async function createJournaledEventLog(options: JournaledEventLogOptions): Promise<JournaledEventLog> {
  const { store, path, sources, charsMax = 256 * 1024 * 1024, log = silentLogger } = options;
  const { pollMs = 1000, drainMsMax = 5000, now = Date.now, random = Math.random } = options;
  const files = await openJournalFiles({ path, takes: sources.size > 0, log });
  const journals = await createAll(files, (file) =>
    createJournal({ file, charsMax, log, now, random, pollMs, drainMsMax }),
  );
  const own = sources.size > 0 ? journals[0] : undefined;
  const journalOf = (source: string): Journal | undefined => (sources.has(source) ? own : undefined);
  let closing: Promise<void> | null = null;

  /** Those of each way keep their order. */
  async function append(deliveries: readonly VerifiedDelivery[]): Promise<AppendResult[]> {
    const results: AppendResult[] = [];
    const indexes = Map.groupBy(deliveries.keys(), (index) => sourceAt(deliveries, index));
    const appending = [...indexes].map(async ([source, ofSource]) => {
      const some = ofSource.map((index) => deliveries[index] as VerifiedDelivery);
      const appended = await (journalOf(source) ?? store).append(some);
      for (const [at, index] of ofSource.entries()) results[index] = appended[at] as AppendResult;
    });
    await Promise.all(appending);
    return results;
  }

  async function appendAll(deliveries: readonly VerifiedDelivery[]): Promise<BatchResult[]> {
    // A batch of several sources is refused by either.
    return (journalOf(deliveries[0]?.source ?? '') ?? store).appendAll(deliveries);
  }

  /** What the journal took counts at once; where it stands, only the shared log can say. */
  async function find(source: string, id: string): Promise<KnownId | null> {
    const taken = (await journalOf(source)?.find(source, id)) ?? null;
    try {
      const shared = await store.find(source, id);
      return taken === null || shared === null ? (taken ?? shared) : { ...taken, position: shared.position };
    } catch (error) {
      if (taken === null || !(error instanceof EventLogUnavailableError)) throw error;
      return taken;
    }
  }

  async function status(): Promise<LogStatus> {
    const [shared, journal] = await Promise.all([store.status(), own?.status()]);
    const details = [shared.detail, ...(journal === undefined ? [] : [`journal ${journal.detail}`])];
    const { events, oldestMs } = waitsOf(journals);
    if (oldestMs !== null) {
      const seconds = Math.max(0, Math.round((now() - oldestMs) / 1000));
      details.push(`${events} events wait in the journal, the oldest for ${seconds} s`);
    }
    return { available: shared.available && journal?.available !== false, detail: details.join(', ') };
  }

  async function release(): Promise<void> {
    try {
      await Promise.all(journals.map((journal) => journal.close()));
    } finally {
      await store.close();
    }
  }

  return {
    ...store,
    append,
    appendAll,
    find,
    status,
    close: () => (closing ??= release()),
    startDraining(onConflict) {
      for (const journal of journals) journal.start({ store, onConflict });
    },
    waits: () => waitsOf(journals),
  };
}

/** Makes the journals of all files, or closes all of them. */
async function createAll(
  files: readonly SqliteEventLog[],
  create: (file: SqliteEventLog) => Promise<Journal>,
): Promise<Journal[]> {
  const creating = files.map(create);
  try {
    return await Promise.all(creating);
  } catch (error) {
    const created = await Promise.allSettled(creating);
    const open = created.map((one, at) => (one.status === 'fulfilled' ? one.value : files[at]));
    for (const one of open) await one?.close();
    throw error;
  }
}

function sourceAt(deliveries: readonly VerifiedDelivery[], index: number): string {
  return deliveries[index]?.source ?? '';
}

function waitsOf(journals: readonly Journal[]): Waits {
  return sumOfWaits(journals.map((journal) => journal.waits()));
}
