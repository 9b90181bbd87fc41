import { Redis } from 'ioredis';
import type { EventLog } from '../../../events/event-log.ts';
import { createRedisEventLog, type RedisEventLogOptions } from '../../../events/redis/redis-event-log.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';

const COMMAND_TIMEOUT_MS = 400;

/** A Redis for each test, that keeps what it acknowledged, and the logs opened on it. */
export interface RedisFixture {
  readonly server: () => RedisServer;
  /** A connection of the test's own. */
  readonly admin: () => Redis;
  /** Opens a log, as a node of its own; closed after the test. */
  readonly open: (options?: Partial<RedisEventLogOptions>) => Promise<EventLog>;
}

/**
 * Registers the hooks that start and end it all.
 * @param args more arguments of `redis-server` @default none
 */
export function useRedis(args: readonly string[] = []): RedisFixture {
  const opened: EventLog[] = [];
  let server: RedisServer;
  let admin: Redis;

  beforeEach(async () => {
    server = await startRedisServer({ appendOnly: true, args });
    admin = new Redis(server.url, { disconnectTimeout: 0 });
    admin.on('error', () => {});
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()));
    admin.disconnect();
    await server.close();
  });

  return {
    server: () => server,
    admin: () => admin,
    open: async (options = {}) => {
      const log = await createRedisEventLog({
        url: server.url,
        commandTimeoutMs: COMMAND_TIMEOUT_MS,
        statusKeptMs: 20,
        ...options,
      });
      opened.push(log);
      return log;
    },
  };
}
