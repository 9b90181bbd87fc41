import { Redis } from 'ioredis';
import type { RedisServer } from './redis-server.ts';
import { until } from './until.ts';

/**
 * Cuts a replica off from its master: what the master takes from now on, the replica never gets. It goes on answering, and
 * is still known as a replica: its connection was closed, and for another one it has a wrong password.
 */
export async function cutReplication({ port }: RedisServer): Promise<void> {
  const redis = new Redis({ port, host: '127.0.0.1', disconnectTimeout: 0 });
  try {
    await redis.config('SET', 'masterauth', 'wrong');
    await redis.call('CLIENT', 'KILL', 'TYPE', 'master');
    await until('the replica is cut off', async () =>
      /^master_link_status:down/m.test(await redis.info('replication')),
    );
  } finally {
    redis.disconnect();
  }
}
