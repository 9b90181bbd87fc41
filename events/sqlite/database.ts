import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { WorkerOptions } from './messages.ts';

/** `SLUI`: tells our files from other SQLite databases. */
const APPLICATION_ID = 0x53_4c_55_49;

/** How far the WAL grows before it is written into the file, 32 MiB: a page that many commits change is then written once. */
const CHECKPOINT_PAGES = 8192;

/**
 * `ids` stands beside `events` because the two are kept for different times: an id must be known for as long as a
 * sender may repeat it, also when its event is gone. `head` is kept apart for the same reason.
 */
const EVENTS = `
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
`;

const RECORDS = `
  CREATE TABLE records (
    collection TEXT NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL, json TEXT NOT NULL,
    PRIMARY KEY (collection, key)
  ) STRICT;
  CREATE UNIQUE INDEX records_in_order ON records (collection, at, key);
`;

/** Where the head of a source stood at a time; ids by the time at which they came. What retention goes by. */
const MARKS = `
  CREATE TABLE marks (
    source TEXT NOT NULL, at_ms INTEGER NOT NULL, "offset" INTEGER NOT NULL,
    PRIMARY KEY (source, "offset")
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX ids_by_age ON ids (appended_ms);
`;

/** Each makes the next version of the schema of the one before; the first begins with an empty file. */
const VERSIONS = [EVENTS, RECORDS, MARKS];

/**
 * Opens the file for this process alone and creates what is missing in it, also in a file of an earlier version. The lock is the operating system's:
 * it is free again however the process ends.
 * @throws Error with a message for the operator.
 */
export function openDatabase({ path, lockTimeoutMs }: WorkerOptions): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: lockTimeoutMs });
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
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
  const isNew = tables === 0;
  if (!isNew && applicationId !== APPLICATION_ID) throw new Error(`${path} is a database of something else`);
  const found = isNew ? 0 : Number(version);
  if (found > VERSIONS.length) throw new Error(`${path} was written by a later version of Sluice`);
  // A full disk has no room for what is not to be changed, and what it holds can be read.
  if (found === VERSIONS.length) return;
  for (const step of VERSIONS.slice(found)) database.exec(step);
  database.exec(`PRAGMA user_version = ${VERSIONS.length}`);
  if (isNew) database.prepare('INSERT INTO log VALUES (?, 0)').run(randomBytes(9).toString('base64url'));
}

/** How the message ends when a file belongs to another process. */
export const IN_USE = 'is in use by another process';

const SQLITE_BUSY = 5;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

function explain(path: string, error: unknown): string {
  const { errcode, message } = error as Error & { errcode?: number };
  if (errcode === SQLITE_BUSY) return `The event log ${path} ${IN_USE}`;
  if (errcode === SQLITE_CANTOPEN) return `The event log ${path} can't be opened: is its folder writable?`;
  if (errcode === SQLITE_NOTADB) return `${path} is not an event log: it is no SQLite database`;
  return `The event log ${path} can't be opened: ${message}`;
}
