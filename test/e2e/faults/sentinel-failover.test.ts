/** A replica takes the place of its master without the last numbers that were acknowledged. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { runningPrograms, type Environment } from '../../utils/child-process.ts';
import { startRedisWithSentinels, type RedisWithSentinels } from '../../utils/redis-sentinels.ts';
import { cutReplication } from '../../utils/replication.ts';
import { until } from '../../utils/until.ts';
import { eventsOn, loseMaster } from './failover.ts';
import { keptNumbers } from './kept.ts';
import { setStage, type Stage } from './stage.ts';
import { expectLossTold } from './verdict.ts';

/** A replica that was cut off for more than ten times as long is never promoted. */
const downAfterMs = 3000;

let redis: RedisWithSentinels;
let stage: Stage;
let journals: string;

beforeEach(async () => {
  journals = await mkdtemp(join(tmpdir(), 'sluice-journals-'));
});

afterEach(async () => {
  await stage.close();
  await redis.close();
  await rm(journals, { recursive: true });
  expect(runningPrograms()).toEqual([]);
});

async function open(env: (at: number) => Environment): Promise<void> {
  redis = await startRedisWithSentinels({ count: 3, downAfterMs });
  stage = await setStage({ eventsUrls: [redis.url, redis.url, redis.url], env });
  await stage.producer.produce(30);
}

async function promoted(): Promise<void> {
  const { port } = redis.servers[1];
  await until('the replica is the master', async () => (await redis.masterPort()) === port, 60_000);
}

const pair = () => ({ master: redis.servers[0], replica: redis.servers[1], promoted });

test('what is lost is told to who saw it, who was away, and whose gateway was frozen', async () => {
  await open(() => ({ EVENTS_DURABILITY: 'redis' }));
  const doomed = await loseMaster(stage, pair());
  await stage.untilTold();
  await stage.untilCurtain();
  expect(expectLossTold(stage, await keptNumbers(redis.url))).toEqual(expect.arrayContaining(doomed));
}, 120_000);

test('with journals what is lost comes back', async () => {
  await open((at) => ({ EVENTS_DURABILITY: 'journal', EVENTS_JOURNAL: join(journals, `of-${at}.db`) }));
  await loseMaster(stage, pair());
  await until('the log has all that was acknowledged', async () => {
    const kept = new Set(await keptNumbers(redis.url));
    return stage.producer.acknowledged.every((number) => kept.has(number));
  });
  await stage.untilCurtain();
  expect(expectLossTold(stage, await keptNumbers(redis.url))).toEqual([]);
}, 120_000);

test('with replicas asked for nothing is acknowledged that is lost', async () => {
  await open(() => ({ EVENTS_DURABILITY: 'redis+replicas' }));
  const [master, replica] = redis.servers;
  const { producer } = stage;

  async function loseUnacknowledged(): Promise<void> {
    await cutReplication(replica);
    const before = producer.refusals();
    await until('the replica is missed', async () => producer.refusals() >= before + 4);
    expect(await eventsOn(master)).toBeGreaterThan(await eventsOn(replica));
    await master.kill();
    await promoted();
    await master.restart();
    await replicate(master.port, replica.port);
  }

  await producer.during(loseUnacknowledged());
  await producer.produce(30);
  await stage.untilCurtain();
  expect(expectLossTold(stage, await keptNumbers(redis.url))).toEqual([]);
}, 120_000);

/** Sentinels do it too, after a while. */
async function replicate(port: number, masterPort: number): Promise<void> {
  const admin = new Redis({ port, host: '127.0.0.1', disconnectTimeout: 0 });
  await admin.replicaof('127.0.0.1', masterPort);
  admin.disconnect();
}
