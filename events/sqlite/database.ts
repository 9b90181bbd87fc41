import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { WorkerOptions } from './messages.ts';

/** `SLUI`: tells our files from other SQLite databases. */
const APPLICATION_ID = 0x53_4c_55_49;
const SCHEMA_VERSION = 1;

/**
 * `ids` stands beside `events` because the two are kept for different times: an id must be known for as long as a
 * sender may repeat it, also when its event is gone. `head` is kept apart for the same reason.
 */
const SCHEMA = `
  CREATE TABLE log (epoch TEXT NOT NULL, probes INTEGER NOT NULL) STRICT;
  CREATE TABLE sources (source TEXT PRIMARY KEY, head INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE ids (
    source TEXT NOT NULL, id TEXT NOT NULL,
    body_hash TEXT NOT NULL, "offset" INTEGER NOT NULL, appended_ms INTEGER NOT NULL,
    PRIMARY KEY (source, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE events (
    source TEXT NOT NULL, "offset" INTEGER NOT NULL,
    id TEXT NOT NULL, type TEXT NOT NULL, subject TEXT, time TEXT NOT NULL,
    data_json TEXT NOT NULL, traceparent TEXT,
    UNIQUE (source, "offset")
  ) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * Opens the file for this process alone and creates what is missing in it. The lock is the operating system's:
 * it is free again however the process ends.
 * @throws Error with a message for the operator.
 */
export function openDatabase({ path, lockTimeoutMs }: WorkerOptions): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: lockTimeoutMs });
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    database.exec('BEGIN IMMEDIATE');
    prepareSchema(database, path);
    database.exec('COMMIT');
    return database;
  } catch (error) {
    database?.close();
    throw new Error(explain(path, error), { cause: error });
  }
}

function prepareSchema(database: DatabaseSync, path: string): void {
  const [applicationId, version, tables] = [
    database.prepare('SELECT application_id AS n FROM pragma_application_id').get()?.['n'],
    database.prepare('SELECT user_version AS n FROM pragma_user_version').get()?.['n'],
    database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'],
  ];
  if (tables === 0) {
    database.exec(SCHEMA);
    database.prepare('INSERT INTO log VALUES (?, 0)').run(randomBytes(9).toString('base64url'));
    return;
  }
  if (applicationId !== APPLICATION_ID) throw new Error(`${path} is a database of something else`);
  if (version !== SCHEMA_VERSION) throw new Error(`${path} was written by another version of Sluice`);
}

const SQLITE_BUSY = 5;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

function explain(path: string, error: unknown): string {
  const { errcode, message } = error as Error & { errcode?: number };
  if (errcode === SQLITE_BUSY) return `The event log ${path} is in use by another process`;
  if (errcode === SQLITE_CANTOPEN) return `The event log ${path} can't be opened: is its folder writable?`;
  if (errcode === SQLITE_NOTADB) return `${path} is not an event log: it is no SQLite database`;
  return `The event log ${path} can't be opened: ${message}`;
}
