import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventLog, VerifiedDelivery } from '../../../events/event-log.ts';
import {
  createJournaledEventLog,
  type JournaledEventLog,
  type JournaledEventLogOptions,
} from '../../../events/journal/journaled-event-log.ts';
import { createRedisEventLog } from '../../../events/redis/redis-event-log.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';

export interface OpenedJournal {
  readonly log: JournaledEventLog;
  /** The shared log below it. */
  readonly store: EventLog;
  /** What could not be appended to the shared log because it knows the id with another body. */
  readonly conflicts: VerifiedDelivery[];
}

/** A Redis and a folder for each test, and the journals opened there. */
export interface JournalFixture {
  readonly server: () => RedisServer;
  /** Where journals are, besides that of the path `journal.db`. */
  readonly folder: () => string;
  /** Opens a log with a journal for `orders`, and drains it; closed after the test. */
  readonly open: (options?: Partial<JournaledEventLogOptions>) => Promise<OpenedJournal>;
}

/** @param appendOnly whether what Redis acknowledged survives its restart */
export function useJournal({ appendOnly }: { appendOnly: boolean }): JournalFixture {
  const opened: EventLog[] = [];
  let server: RedisServer;
  let folder: string;

  beforeEach(async () => {
    server = await startRedisServer({ appendOnly });
    folder = await mkdtemp(join(tmpdir(), 'sluice-journal-'));
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()));
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(options: Partial<JournaledEventLogOptions> = {}): Promise<OpenedJournal> {
    const store =
      options.store ??
      (await createRedisEventLog({ url: server.url, commandTimeoutMs: 400, statusKeptMs: 20 }));
    const conflicts: VerifiedDelivery[] = [];
    const log = await createJournaledEventLog({
      path: join(folder, 'journal.db'),
      sources: new Set(['orders']),
      pollMs: 50,
      ...options,
      store,
    });
    opened.push(log);
    log.startDraining((delivery) => {
      conflicts.push(delivery);
      return Promise.resolve();
    });
    return { log, store, conflicts };
  }

  return { server: () => server, folder: () => folder, open };
}

/** Resolves when the shared log has everything. */
export async function untilDrained({ log }: OpenedJournal): Promise<void> {
  while (log.waits().events > 0) await breath();
}

export function breath(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 5);
  });
}
