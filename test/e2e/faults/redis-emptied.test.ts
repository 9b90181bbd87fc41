/** Redis dies and comes back with less than it took. */
import { afterEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { runningPrograms } from '../../utils/child-process.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';
import { setStage, type Stage } from './stage.ts';
import { expectLossAnnounced } from './verdict.ts';

let redis: RedisServer;
let stage: Stage;

afterEach(async () => {
  await stage.close();
  await redis.close();
  expect(runningPrograms()).toEqual([]);
});

async function killAndRestart(): Promise<void> {
  await redis.kill();
  await redis.restart();
}

/** Every subscriber is told, also one that saw everything that was lost: for its cursor the history is another one. */
async function expectTold(): Promise<void> {
  await stage.producer.during(killAndRestart());
  await stage.untilCurtain();
  expectLossAnnounced(stage);
  for (const { seen } of stage.subscribers) expect(seen.filter(({ gap }) => gap)).toHaveLength(1);
}

test('kill -9 of a Redis that keeps nothing', async () => {
  redis = await startRedisServer();
  stage = await setStage({ eventsUrls: [redis.url, redis.url, redis.url] });
  await stage.producer.produce(50);
  await expectTold();
}, 120_000);

test('kill -9 of a Redis that keeps a snapshot', async () => {
  redis = await startRedisServer();
  stage = await setStage({ eventsUrls: [redis.url, redis.url, redis.url] });
  await stage.producer.produce(50);
  const admin = new Redis(redis.url);
  await admin.save();
  admin.disconnect();
  await stage.producer.produce(50);
  await expectTold();
}, 120_000);
