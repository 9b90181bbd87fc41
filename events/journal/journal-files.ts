import { readdir } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { EventLogUnavailableError } from '../event-log.ts';
import type { Logger } from '../logger.ts';
import { IN_USE } from '../sqlite/database.ts';
import { createSqliteEventLog, type SqliteEventLog } from '../sqlite/sqlite-event-log.ts';

/** As many processes of one machine as may share a path. */
const FILES_MAX = 256;
/** A file is free or it is not: its owner keeps it as long as it lives. */
const LOCK_TIMEOUT_MS = 100;

export interface JournalFilesOptions {
  /** `folder/journal.db`; the next ones are `folder/journal-2.db` and so on. */
  readonly path: string;
  /** Whether this process takes deliveries, and so needs a file whatever there is. */
  readonly takes: boolean;
  readonly log: Logger;
}

/**
 * Opens the journal files of this process: the first one that belongs to nobody for what it takes, and all others that
 * are there and free, as their owners have died or were fewer this time: somebody has to drain them. The operating
 * system's lock says which are free.
 * @returns its own first, where it takes deliveries
 * @throws EventLogUnavailableError when a file can't be opened for another reason than its owner
 */
export async function openJournalFiles({
  path,
  takes,
  log,
}: JournalFilesOptions): Promise<readonly SqliteEventLog[]> {
  const opened = new Map<string, SqliteEventLog>();
  if (takes) await openFirstFree(opened, path, log);
  for (const left of await journalsBeside(path)) {
    if (!opened.has(left)) await openInto(opened, left, log);
  }
  return [...opened.values()];
}

async function openFirstFree(opened: Map<string, SqliteEventLog>, path: string, log: Logger): Promise<void> {
  for (let number = 1; opened.size === 0; number += 1) {
    if (number > FILES_MAX) throw new EventLogUnavailableError(`All journals beside ${path} are in use`);
    await openInto(opened, numbered(path, number), log);
  }
}

function numbered(path: string, number: number): string {
  const { dir, name, ext } = parse(path);
  return number === 1 ? path : join(dir, `${name}-${number}${ext}`);
}

async function openInto(opened: Map<string, SqliteEventLog>, path: string, log: Logger): Promise<void> {
  try {
    opened.set(path, await createSqliteEventLog({ path, log, lockTimeoutMs: LOCK_TIMEOUT_MS }));
  } catch (error) {
    if (!(error instanceof EventLogUnavailableError) || !error.message.includes(IN_USE)) {
      await Promise.all([...opened.values()].map((file) => file.close()));
      throw error;
    }
  }
}

async function journalsBeside(path: string): Promise<string[]> {
  const { name, ext } = parse(path);
  const names = await readdir(dirname(path)).catch(() => []);
  const numbers = names.flatMap((found) => {
    const middle =
      found.startsWith(name) && found.endsWith(ext)
        ? found.slice(name.length, found.length - ext.length)
        : null;
    if (middle === null) return [];
    return middle === '' ? 1 : /^-\d{1,3}$/.test(middle) ? Number(middle.slice(1)) : [];
  });
  return numbers.toSorted((a, b) => a - b).map((number) => numbered(path, number));
}
