/** The link between one gateway and Redis fails in every way; the others go on, and nobody misses anything. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { runningPrograms } from '../../utils/child-process.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';
import { startTcpProxy, type LinkState, type TcpProxy } from '../../utils/tcp-proxy.ts';
import { until } from '../../utils/until.ts';
import { setStage, type Stage } from './stage.ts';
import { expectNothingLost } from './verdict.ts';

let redis: RedisServer;
let link: TcpProxy;
let stage: Stage;

beforeAll(async () => {
  redis = await startRedisServer({ appendOnly: true });
  link = await startTcpProxy(redis.port);
  const byLink = `redis://127.0.0.1:${link.port}`;
  stage = await setStage({ eventsUrls: [byLink, redis.url, redis.url] });
}, 60_000);

afterAll(async () => {
  await stage.close();
  await link.close();
  await redis.close();
  expect(runningPrograms()).toEqual([]);
});

/** Longer than a command waits for Redis, so that each of them is met by the fault. */
const faultMs = 4_000;

const faults: [string, LinkState, boolean][] = [
  ['cut', 'cut', true],
  ['silent: a half-open connection', 'silent', true],
  ['slow', { delayedMs: 300 }, false],
];

async function isReady(at: number): Promise<boolean> {
  const response = await fetch(`${stage.gatewayUrls[at]}/health/ready`);
  return response.ok;
}

test.each(faults)(
  '%s',
  async (_name, state, isUnready) => {
    await stage.producer.produce(20);
    link.set(state);
    await stage.producer.during(sleep(faultMs));
    expect(await isReady(0)).toBe(!isUnready);
    expect(await isReady(1)).toBe(true);
    link.set('open');
    await stage.producer.during(until('the gateway is ready again', () => isReady(0)));
    await stage.untilCurtain();
    expectNothingLost(stage);
  },
  120_000,
);
