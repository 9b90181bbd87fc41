/** A subscriber that was away catches up on everything while more comes, and misses nothing in between. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runningPrograms } from '../../utils/child-process.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';
import { within } from '../../utils/until.ts';
import { setStage, type Stage } from './stage.ts';
import { startSubscriber, type Subscriber } from './subscriber.ts';
import { expectNothingLost } from './verdict.ts';

// oxlint-disable-next-line node/no-process-env -- how many is decided by who runs it: npm run test:full
const missed = Number(process.env['FAULT_REPLAY_EVENTS'] ?? 3000);

let redis: RedisServer;
let stage: Stage;

beforeAll(async () => {
  redis = await startRedisServer({ appendOnly: true });
  stage = await setStage({ eventsUrls: [redis.url, redis.url, redis.url], atATime: 64 });
}, 60_000);

afterAll(async () => {
  await stage.close();
  await redis.close();
  expect(runningPrograms()).toEqual([]);
});

test(`${missed} events are replayed to three subscribers while live ones arrive`, async () => {
  await stage.untilCurtain();
  const cursor = stage.subscribers[0]?.cursor() ?? null;
  const from = stage.producer.last();
  await stage.producer.produce(missed);
  await stage.untilCurtain();
  const last = stage.producer.acknowledged.at(-1);
  const late = stage.gatewayUrls.map((url) => startSubscriber([url], cursor));
  const caughtUp = Promise.all(late.map(({ reached }) => reached(({ number }) => number === last)));
  await within('late subscribers catch up', stage.producer.during(caughtUp), 600_000);
  const subscribers: Subscriber[] = [...stage.subscribers, ...late];
  await stage.untilCurtain();
  const curtain = stage.producer.acknowledged.at(-1);
  for (const subscriber of late) await subscriber.reached(({ number }) => number === curtain);
  expectNothingLost({ ...stage, subscribers, opened: from });
  for (const subscriber of late) await subscriber.close();
}, 900_000);
