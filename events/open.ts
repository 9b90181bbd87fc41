import type { EventLog } from './event-log.ts';
import type { Logger } from './logger.ts';
import type { Retention } from './retention.ts';

export interface OpenEventLogOptions {
  /** `sqlite:<path>`, `redis://...` or `rediss://...`; units and defaults are those of the siblings. */
  readonly url: string;
  /** @default silent */
  readonly log?: Logger;
  /** Of Redis: how many replicas must have what a source appends. @default none */
  readonly replicasMin?: (source: string) => number;
  /** How long events are kept. @default for ever */
  readonly retention?: Retention;
}

/** The URL names no event log. The message never repeats the URL, which may hold a password. */
export class EventLogUrlError extends Error {
  override readonly name = 'EventLogUrlError';
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
    case 'rediss': {
      if (!URL.canParse(url)) throw new EventLogUrlError(`The ${scheme}: URL of the event log is malformed`);
      const { createRedisEventLog } = await import('./redis/redis-event-log.ts');
      return createRedisEventLog({ url, ...options, ...(replicasMin && { replicasMin }) });
    }
    case 'redis-sentinel':
    case 'redis-cluster':
      throw new EventLogUrlError(`${scheme}: is not supported yet; use redis:, rediss: or sqlite:`);
    case undefined:
      throw new EventLogUrlError('The URL of the event log has no scheme; use redis:, rediss: or sqlite:');
    default:
      throw new EventLogUrlError(`${scheme}: is no event log; use redis:, rediss: or sqlite:`);
  }
}
