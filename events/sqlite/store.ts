import { openDatabase } from './database.ts';
import { prepareEvents, type Events } from './events.ts';
import { rememberFile } from './file-identity.ts';
import type { AppendOutcome, Sweep, Swept, WorkerOptions, Write } from './messages.ts';
import { prepareRecords, type Records } from './records.ts';
import { prepareTrimming } from './trimming.ts';

/** The event log's tables behind plain synchronous calls; every call throws what SQLite throws. */
export interface Store {
  /**
   * Does everything in one transaction, in order: all of it is durable on return, none after a throw.
   * @returns what each came to: the outcome of an append, whether it was done for a record.
   */
  write(writes: readonly Write[]): (AppendOutcome | boolean)[];
  readonly events: Pick<Events, 'read' | 'readBefore' | 'head' | 'find'>;
  readonly records: Pick<Records, 'get' | 'list' | 'count'>;
  /** Removes some of what is past retention. */
  sweep(sweep: Sweep): Swept;
  /** Writes and commits a row. */
  probe(): void;
  close(): void;
}

/** Opens the database file; every write after it was deleted or replaced throws. @throws Error with a message for the operator. */
export function openStore(options: WorkerOptions): Store {
  const database = openDatabase(options);
  const file = rememberFile(options.path);
  const events = prepareEvents(database);
  const records = prepareRecords(database);
  const trimming = prepareTrimming(database);

  function writeOne(write: Write, heads: Map<string, number>): AppendOutcome | boolean {
    if (write.kind === 'append') return events.append(write, heads);
    if (write.kind === 'forget') return events.forget(write.source, write.upTo);
    if (write.kind === 'add') return records.add(write.record);
    if (write.kind === 'replace') return records.replace(write.record, write.expected);
    return records.remove(write.collection, write.key, write.expected);
  }

  function writeAll(writes: readonly Write[]): (AppendOutcome | boolean)[] {
    const heads = new Map<string, number>();
    const outcomes = writes.map((write) => writeOne(write, heads));
    events.moveHeads(heads);
    return outcomes;
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

  return {
    write: (writes) => inTransaction(() => writeAll(writes)),
    events,
    records,
    sweep: (sweep) => inTransaction(() => trimming.step(sweep)),
    probe: () => inTransaction(() => database.exec('UPDATE log SET probes = probes + 1')),
    close: () => database.close(),
  };
}
