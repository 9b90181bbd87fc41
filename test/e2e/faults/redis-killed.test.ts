/** Redis dies and comes back. */
import { afterEach, expect, test } from '@jest/globals';
import { runningPrograms } from '../../utils/child-process.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';
import { setStage, type Stage } from './stage.ts';
import { expectNothingLost } from './verdict.ts';

let redis: RedisServer;
let stage: Stage;

async function openOn(server: RedisServer): Promise<void> {
  redis = server;
  stage = await setStage({ eventsUrls: [redis.url, redis.url, redis.url] });
}

afterEach(async () => {
  await stage.close();
  await redis.close();
  expect(runningPrograms()).toEqual([]);
});

async function killAndRestart(): Promise<void> {
  await redis.kill();
  await redis.restart();
}

test('kill -9 of a Redis that syncs every write', async () => {
  await openOn(await startRedisServer({ appendOnly: true }));
  for (let times = 0; times < 2; times++) {
    await stage.producer.produce(50);
    await stage.producer.during(killAndRestart());
  }
  await stage.untilCurtain();
  expectNothingLost(stage);
}, 120_000);
