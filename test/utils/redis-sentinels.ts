import { Redis } from 'ioredis';
import { startRedisServer, type RedisServer } from './redis-server.ts';
import { until } from './until.ts';

/** A master, its replica and the Sentinels that watch them. */
export interface RedisWithSentinels {
  /** Of the master `main`. */
  readonly url: string;
  readonly sentinels: readonly RedisServer[];
  /** The first master, then its replica. */
  readonly servers: readonly [RedisServer, RedisServer];
  /** Where the Sentinels say that the master is. */
  masterPort(): Promise<number>;
  /** Asks for a failover, while all is well. */
  failover(): Promise<void>;
  /** Ends all of them. */
  close(): Promise<void>;
}

export interface RedisWithSentinelsOptions {
  /** How many; most of them must agree that a master is down. @default 1 */
  readonly count?: number;
  /** How long a master is silent before it is taken for down. @default 60000: not on a slow machine */
  readonly downAfterMs?: number;
}

/** Starts everything on free ports, and waits until the Sentinels know of each other and of a replica in sync. */
export async function startRedisWithSentinels(
  options: RedisWithSentinelsOptions = {},
): Promise<RedisWithSentinels> {
  const { count = 1, downAfterMs = 60_000 } = options;
  const master = await startRedisServer({ appendOnly: true, args: ['--repl-diskless-sync-delay', '0'] });
  const replica = await startRedisServer({
    appendOnly: true,
    args: ['--replicaof', '127.0.0.1', String(master.port)],
  });
  const config = [
    `sentinel monitor main 127.0.0.1 ${master.port} ${Math.floor(count / 2) + 1}`,
    `sentinel down-after-milliseconds main ${downAfterMs}`,
    'sentinel failover-timeout main 3000',
  ];
  await untilInfo('the replica is in sync', replica, 'replication', /^master_link_status:up/m);
  const starting = Array.from({ length: count }, () => startRedisServer({ config, args: ['--sentinel'] }));
  const sentinels = await Promise.all(starting);
  const known = new RegExp(`slaves=1,sentinels=${count}`);
  for (const sentinel of sentinels) {
    await untilInfo('the Sentinel knows everybody', sentinel, 'sentinel', known);
  }
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join();
  return {
    url: `redis-sentinel://${hosts}/main`,
    sentinels,
    servers: [master, replica],
    masterPort: () =>
      asked(sentinels[0] as RedisServer, async (redis) => {
        const address = (await redis.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main')) as string[];
        return Number(address[1]);
      }),
    failover: () =>
      asked(sentinels[0] as RedisServer, async (redis) => {
        await redis.call('SENTINEL', 'FAILOVER', 'main');
      }),
    close: async () => {
      await Promise.all([...sentinels, replica, master].map((server) => server.close()));
    },
  };
}

/** Waits until INFO says something. */
async function untilInfo(what: string, server: RedisServer, section: string, said: RegExp): Promise<void> {
  await asked(server, (redis) => until(what, async () => said.test(await redis.info(section))));
}

/** Asks on a connection of its own. */
async function asked<Answer>({ port }: RedisServer, ask: (redis: Redis) => Promise<Answer>): Promise<Answer> {
  const redis = new Redis({ port, host: '127.0.0.1', disconnectTimeout: 0 });
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}
