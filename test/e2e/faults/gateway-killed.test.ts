/** A gateway that is killed takes nothing with it: its subscribers go on elsewhere, its senders deliver again. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runningPrograms } from '../../utils/child-process.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';
import { setStage, type Stage } from './stage.ts';
import { expectNothingLost } from './verdict.ts';

let redis: RedisServer;
let stage: Stage;

beforeAll(async () => {
  redis = await startRedisServer({ appendOnly: true });
  stage = await setStage({ eventsUrls: [redis.url, redis.url, redis.url] });
}, 60_000);

afterAll(async () => {
  await stage.close();
  await redis.close();
  expect(runningPrograms()).toEqual([]);
});

test('each gateway in turn is killed while events come, and started again', async () => {
  for (const at of stage.gatewayUrls.keys()) {
    await stage.producer.produce(50);
    await stage.producer.during(stage.gateway(at).kill());
    await stage.producer.during(stage.restart(at));
  }
  await stage.untilCurtain();
  expect(stage.subscribers.every(({ breaks }) => breaks() > 0)).toBe(true);
  expectNothingLost(stage);
}, 120_000);
