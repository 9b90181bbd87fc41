import type { EventLog } from '../../../../events/event-log.ts';
import { createRedisEventLog } from '../../../../events/redis/redis-event-log.ts';
import { createSqliteEventLog } from '../../../../events/sqlite/sqlite-event-log.ts';

/** Opens the log that a store's `childArgs` name. */
export function openFromArguments([kind, at = '', keyPrefix = '']: readonly string[]): Promise<EventLog> {
  return kind === 'sqlite' ? createSqliteEventLog({ path: at }) : createRedisEventLog({ url: at, keyPrefix });
}
