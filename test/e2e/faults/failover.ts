import { expect } from '@jest/globals';
import { Redis } from 'ioredis';
import type { RedisServer } from '../../utils/redis-server.ts';
import { cutReplication } from '../../utils/replication.ts';
import { within } from '../../utils/until.ts';
import { source } from './numbers.ts';
import type { Stage } from './stage.ts';
import type { Subscriber } from './subscriber.ts';

/** Two servers with the events of the counter, of which the second takes the place of the first. */
export interface Pair {
  readonly master: RedisServer;
  readonly replica: RedisServer;
  /** Resolves when the replica is the master, which nobody asks for. */
  readonly promoted: () => Promise<unknown>;
}

/** How many numbers are acknowledged by a master that takes them along. */
const DOOMED = 12;

/**
 * Kills a master with acknowledged numbers that its replica never got. Meanwhile the second subscriber is away, and the
 * third one's gateway is frozen; the first sees them.
 * @returns these numbers
 */
export async function loseMaster(stage: Stage, pair: Pair): Promise<number[]> {
  const { producer, gatewayUrls } = stage;
  const [witness, away] = stage.subscribers as [Subscriber, Subscriber];
  const frozen = stage.gateway(2).child;
  const through = gatewayUrls.slice(0, 2);
  await away.leave();
  frozen.kill('SIGSTOP');
  await cutReplication(pair.replica);
  await producer.produce(DOOMED, through);
  const doomed = producer.acknowledged.slice(-DOOMED);
  const seen = doomed.map((doom) => witness.reached(({ number }) => number === doom));
  await within('one subscriber sees what will be lost', Promise.all(seen));
  expect(away.seen.filter(({ number }) => doomed.includes(number))).toEqual([]);
  expect((await eventsOn(pair.master)) - (await eventsOn(pair.replica))).toBeGreaterThanOrEqual(DOOMED);
  await producer.during(pair.master.kill().then(pair.promoted), through);
  frozen.kill('SIGCONT');
  away.comeBack();
  return doomed;
}

/** How many events of the counter a server has, whatever its part is. */
export async function eventsOn({ port }: RedisServer): Promise<number> {
  const redis = new Redis({ port, host: '127.0.0.1', disconnectTimeout: 0 });
  try {
    await redis.readonly().catch(() => {});
    return await redis.xlen(`sluice:{${source}}:events`);
  } finally {
    redis.disconnect();
  }
}
