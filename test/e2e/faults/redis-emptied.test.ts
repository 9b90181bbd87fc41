/** Redis dies and comes back with less than it took. */
import { afterEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { runningPrograms } from '../../utils/child-process.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';
import { keptNumbers } from './kept.ts';
import { setStage, type Stage } from './stage.ts';
import type { Seen, Subscriber } from './subscriber.ts';
import { expectLossTold } from './verdict.ts';

let redis: RedisServer;
let stage: Stage;

afterEach(async () => {
  await stage.close();
  await redis.close();
  expect(runningPrograms()).toEqual([]);
});

async function open(): Promise<void> {
  redis = await startRedisServer();
  stage = await setStage({ eventsUrls: [redis.url, redis.url, redis.url] });
  await stage.producer.produce(50);
}

async function save(): Promise<void> {
  const admin = new Redis(redis.url);
  await admin.save();
  admin.disconnect();
}

async function killAndRestart(): Promise<void> {
  await redis.kill();
  await redis.restart();
}

function lossesOf({ seen }: Subscriber): Seen['loss'][] {
  return seen.map(({ loss }) => loss).filter((loss) => loss !== null);
}

/** Every subscriber is told, also one that saw everything that was lost: for its cursor the history is another one. */
async function expectTold(): Promise<void> {
  await stage.producer.during(killAndRestart());
  await stage.untilTold();
  await stage.untilCurtain();
  const lost = expectLossTold(stage, await keptNumbers(redis.url));
  expect(lost.length).toBeGreaterThan(0);
}

test('kill -9 of a Redis that keeps nothing', async () => {
  await open();
  await expectTold();
  expect(stage.subscribers.map(lossesOf)).toEqual([['gap'], ['gap'], ['gap']]);
}, 120_000);

test('kill -9 of a Redis that keeps a snapshot', async () => {
  await open();
  await save();
  await stage.producer.produce(50);
  await expectTold();
  expect(stage.subscribers.map(lossesOf)).toEqual([['gap'], ['gap'], ['gap']]);
}, 120_000);

/** One leaves before the last numbers that are lost, and comes back when others are in their place. */
async function expectToldAfterwards(loss: Seen['loss']): Promise<void> {
  const [, away] = stage.subscribers as [Subscriber, Subscriber];
  await away.leave();
  await stage.producer.produce(20);
  const lost = stage.producer.acknowledged.slice(-20);
  await stage.producer.during(killAndRestart());
  await stage.producer.produce(100);
  expect(away.seen.filter(({ number }) => lost.includes(number))).toEqual([]);
  away.comeBack();
  await stage.untilTold();
  await stage.untilCurtain();
  expect(expectLossTold(stage, await keptNumbers(redis.url))).toEqual(expect.arrayContaining(lost));
  expect(lossesOf(away)).toEqual([loss]);
}

test('a subscriber that was away while Redis forgot everything goes on from the earliest cursor', async () => {
  await open();
  await expectToldAfterwards('CURSOR_EXPIRED');
}, 120_000);

test('a subscriber that was away while Redis went back to a snapshot is told of a gap', async () => {
  await open();
  await save();
  await expectToldAfterwards('gap');
}, 120_000);
