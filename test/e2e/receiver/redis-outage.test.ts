/** Redis fails: senders are told to come again, queries do not notice, subscribers stay. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { altered } from '../../utils/altered-cursor.ts';
import { runningPrograms } from '../../utils/child-process.ts';
import { startGatewayProcess, stopWell } from '../../utils/gateway-process.ts';
import { startPlatform, type Platform } from '../../utils/platform.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';
import { orderIdOf, type ResultStream } from '../../utils/result-stream.ts';
import { createSseClient } from '../../utils/sse-client.ts';
import { until } from '../../utils/until.ts';
import { connectWebSocket } from '../../utils/ws-client.ts';

let redis: RedisServer;
let platform: Platform;

beforeAll(async () => {
  redis = await startRedisServer({ appendOnly: true });
  platform = await startPlatform({ openLog: async () => ({ url: redis.url, close: () => redis.close() }) });
});

afterAll(async () => {
  await platform.close();
  expect(runningPrograms()).toEqual([]);
});

const outages: readonly { title: string; begin: () => unknown; end: () => unknown }[] = [
  { title: 'stopped', begin: () => redis.stop(), end: () => redis.restart() },
  { title: 'killed', begin: () => redis.kill(), end: () => redis.restart() },
  { title: 'frozen: connected, and silent', begin: () => redis.pause(), end: () => redis.resume() },
];

const query = '{ customers(limit: 2) { name loyaltyPoints orders { id lines { item { inStock } } } } }';

/** @returns what came, and after how many milliseconds */
async function timed<Value>(action: () => Promise<Value>): Promise<{ value: Value; ms: number }> {
  const start = performance.now();
  const value = await action();
  return { value, ms: performance.now() - start };
}

describe.each(outages)('Redis is $title', ({ title, begin, end }) => {
  const order = (name: string) => `ord_${name}_${title.split(':')[0]}`;

  test('a delivery is 503, a query is quick, and afterwards who stayed gets every event once', async () => {
    const ws = await connectWebSocket(platform.gateway.url);
    const sse = createSseClient(platform.gateway.url);
    const subscription = 'subscription { orderCreated { id } }';
    const streams: ResultStream[] = [ws.subscribe(subscription), sse.subscribe(subscription)];
    await platform.live('orderCreated', streams);
    const before = await platform.gateway.query(query);
    expect(before.errors).toBeUndefined();

    await begin();
    const refused = await timed(() => platform.deliver('orderCreated', order('refused')));
    expect(refused.value.status).toBe(503);
    expect(refused.value.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(await refused.value.json()).toMatchObject({ code: 'WEBHOOK_LOG_UNAVAILABLE' });
    expect(refused.ms).toBeLessThan(5000);

    const queries = [await timed(() => platform.gateway.query(query)), await timed(() => ws.query(query))];
    for (const { value, ms } of queries) {
      expect(value).toEqual(before);
      expect(ms).toBeLessThan(1000);
    }
    expect((await fetch(`${platform.gateway.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${platform.gateway.url}/health/ready`)).status).toBe(503);

    await end();
    // As a sender does: the same delivery again, until it is taken.
    await until('a delivery is taken again', async () => {
      const answer = await platform.deliver('orderCreated', order('again'), { id: `msg ${title}` });
      return answer.status === 202;
    });
    await platform.deliver('orderCreated', order('last'));
    for (const stream of streams) {
      const results = await stream.through((result) => orderIdOf(result) === order('last'));
      // A refused delivery may be in the log all the same, when only the answer of Redis was lost.
      const ids = results.map(orderIdOf).filter((id) => id !== order('refused'));
      expect(ids).toEqual([order('again'), order('last')]);
      expect(results.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    }
    await ws.close();
    sse.close();
  });
});

test('a gateway that starts while Redis is away serves queries, and events once Redis is there', async () => {
  await redis.stop();
  const gateway = await startGatewayProcess({ env: platform.services.gatewayEnv, eventsUrl: redis.url });
  const { value, ms } = await timed(() => gateway.query(query));
  expect(value.errors).toBeUndefined();
  expect(ms).toBeLessThan(1000);
  expect((await platform.deliver('orderCreated', 'ord_early', { gateway })).status).toBe(503);
  await redis.restart();
  await until('a delivery is taken', async () => {
    const answer = await platform.deliver('orderCreated', 'ord_in_time', { id: 'msg_in_time', gateway });
    return answer.status === 202;
  });
  await stopWell(gateway);
});

test('a subscription that begins while Redis is away reads its cursor once Redis is there', async () => {
  const before = await connectWebSocket(platform.gateway.url);
  const first = before.subscribe('subscription { orderCreated { id } }');
  await platform.live('orderCreated', [first]);
  await platform.deliver('orderCreated', 'ord_before');
  const cursor = (await first.next()).extensions?.event?.cursor ?? '';
  await before.close();

  await redis.stop();
  const gateway = await startGatewayProcess({ env: platform.services.gatewayEnv, eventsUrl: redis.url });
  const client = await connectWebSocket(gateway.url);
  const resumed = 'subscription ($after: EventCursor) { orderCreated(after: $after) { id } }';
  const stream = client.subscribe(resumed, { after: cursor });
  const refused = client.subscribe(resumed, { after: altered(cursor) });
  await redis.restart();
  await until('a delivery is taken', async () => {
    const answer = await platform.deliver('orderCreated', 'ord_after', { id: 'msg_after', gateway });
    return answer.status === 202;
  });
  expect(orderIdOf(await stream.next())).toBe('ord_after');
  expect((await refused.next()).errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
  await client.close();
  await stopWell(gateway);
});
