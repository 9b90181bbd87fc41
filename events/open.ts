import type { EventLog } from './event-log.ts';
import type { Logger } from './logger.ts';
import type { Retention } from './retention.ts';
import { EventLogUrlError } from './url-error.ts';

const USE = 'use sqlite:, redis:, redis-sentinel:, redis-cluster:, or one of rediss… for TLS';

export interface OpenEventLogOptions {
  /** `sqlite:<path>` or what `parseRedisUrl` reads; units and defaults are those of the siblings. */
  readonly url: string;
  /** @default silent */
  readonly log?: Logger;
  /** Of Redis: how many replicas must have what a source appends. @default none */
  readonly replicasMin?: (source: string) => number;
  /** How long events are kept. @default for ever */
  readonly retention?: Retention;
}

/**
 * Opens the event log that a URL names. A Redis that is down is no error: the log says so in `status`.
 * @throws EventLogUrlError for a URL that names none.
 * @throws EventLogUnavailableError when the SQLite file can't be opened.
 */
export async function openEventLog({
  url,
  log,
  retention,
  replicasMin,
}: OpenEventLogOptions): Promise<EventLog> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  const options = { ...(log && { log }), ...(retention && { retention }) };
  switch (scheme) {
    case 'sqlite': {
      const path = url.slice('sqlite:'.length);
      if (path === '') throw new EventLogUrlError('sqlite: needs a path, for example sqlite:./events.db');
      const { createSqliteEventLog } = await import('./sqlite/sqlite-event-log.ts');
      return createSqliteEventLog({ path, ...options });
    }
    case 'redis':
    case 'rediss':
    case 'redis-sentinel':
    case 'rediss-sentinel':
    case 'redis-cluster':
    case 'rediss-cluster': {
      const { createRedisEventLog } = await import('./redis/redis-event-log.ts');
      return createRedisEventLog({ url, ...options, ...(replicasMin && { replicasMin }) });
    }
    case undefined:
      throw new EventLogUrlError(`The URL of the event log has no scheme; ${USE}`);
    default:
      throw new EventLogUrlError(`${scheme}: is no event log; ${USE}`);
  }
}
