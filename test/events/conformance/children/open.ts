import type { EventLog } from '../../../../events/event-log.ts';
import { silentLogger, type Logger } from '../../../../events/logger.ts';
import { createRedisEventLog } from '../../../../events/redis/redis-event-log.ts';
import { createSqliteEventLog } from '../../../../events/sqlite/sqlite-event-log.ts';

/** Opens the log that a store's `childArgs` name. */
export function openFromArguments(
  [kind, at = '', keyPrefix = '']: readonly string[],
  log: Logger = silentLogger,
): Promise<EventLog> {
  return kind === 'sqlite'
    ? createSqliteEventLog({ path: at, log })
    : createRedisEventLog({ url: at, keyPrefix, log });
}
