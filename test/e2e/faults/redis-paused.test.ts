/** Redis stands still: senders are told to come again, queries go on, and nothing is lost. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { runningPrograms } from '../../utils/child-process.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';
import { setStage, type Stage } from './stage.ts';
import { expectNothingLost } from './verdict.ts';

// oxlint-disable-next-line node/no-process-env -- how long it takes is decided by who runs it: npm run test:full
const pausedMs = Number(process.env['FAULT_PAUSE_SECONDS'] ?? 6) * 1000;

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

test('SIGSTOP', async () => {
  await stage.producer.produce(50);
  redis.pause();
  const before = stage.producer.refusals();
  const paused = stage.producer.during(sleep(pausedMs).finally(() => redis.resume()));
  const query = JSON.stringify({ query: '{ __typename }' });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${stage.gatewayUrls[0]}/graphql`, { method: 'POST', headers, body: query });
  expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
  await paused;
  expect(stage.producer.refusals()).toBeGreaterThan(before);
  await stage.producer.produce(50);
  await stage.untilCurtain();
  expectNothingLost(stage);
}, 180_000);
