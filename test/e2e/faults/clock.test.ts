/** A gateway's clock is set back: order and uniqueness don't hang on it. */
import { afterEach, expect, test } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { runningPrograms } from '../../utils/child-process.ts';
import { openSqlite, type EventLogUrl } from '../../utils/event-log-urls.ts';
import { startRedisServer } from '../../utils/redis-server.ts';
import { until } from '../../utils/until.ts';
import { setStage, type Stage } from './stage.ts';
import { expectNothingLost } from './verdict.ts';

/** Less than what a signature's time may be off by, which is 5 minutes. */
const stepMs = 120_000;
const preload = fileURLToPath(new URL('../../utils/moved-clock.ts', import.meta.url));
const env = () => ({ NODE_OPTIONS: `--import=${preload}`, MOVED_CLOCK_MS: String(stepMs) });

let log: EventLogUrl;
let stage: Stage;

afterEach(async () => {
  await stage.close();
  await log.close();
  expect(runningPrograms()).toEqual([]);
});

async function openRedis(): Promise<EventLogUrl> {
  const redis = await startRedisServer({ appendOnly: true });
  return { url: redis.url, close: () => redis.close() };
}

const logs: [string, () => Promise<EventLogUrl>, number][] = [
  ['SQLite, one gateway', openSqlite, 1],
  ['Redis, one gateway of three', openRedis, 3],
];

test.each(logs)(
  '%s',
  async (_name, open, gateways) => {
    log = await open();
    stage = await setStage({
      eventsUrls: Array.from({ length: gateways }, () => log.url),
      subscribers: 3,
      env,
    });
    await stage.producer.produce(50);
    stage.gateway(0).child.kill('SIGUSR2');
    await stage.producer.during(until('an event of the past', () => hasPastEvent(stage)));
    await stage.producer.produce(50);
    await stage.untilCurtain();
    expectNothingLost(stage);
  },
  120_000,
);

/** The time of an event is that of the gateway that took it. */
async function hasPastEvent({ subscribers }: Stage): Promise<boolean> {
  return subscribers.every(({ seen }) =>
    seen.some(({ time }, at) => at > 0 && time < (seen[at - 1]?.time ?? time)),
  );
}
