/** Several processes on one port are one gateway: for clients, for senders, and for whoever watches it. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { request } from 'undici';
import { runningPrograms } from '../../utils/child-process.ts';
import type { GatewayProcess } from '../../utils/gateway-process.ts';
import { changesOf, readMetricsPage } from '../../utils/metrics-page.ts';
import { startPlatform, type Platform } from '../../utils/platform.ts';
import { startRedisServer } from '../../utils/redis-server.ts';
import { orderIdOf, type ResultStream } from '../../utils/result-stream.ts';
import { until } from '../../utils/until.ts';
import { connectWebSocket, type WsClient } from '../../utils/ws-client.ts';
import { isAlive, workersOf } from './worker-processes.ts';

jest.setTimeout(90_000);

const workerCount = 3;
const subscription = 'subscription { orderCreated { id } }';
const okQueries = 'sluice_graphql_operations_total{kind="query",outcome="ok"}';

let platform: Platform;
let gateway: GatewayProcess;

beforeAll(async () => {
  const redis = await startRedisServer();
  platform = await startPlatform({
    openLog: async () => ({ url: redis.url, close: () => redis.close() }),
    gatewayArgs: ['--workers', String(workerCount)],
  });
  ({ gateway } = platform);
});

afterAll(async () => {
  await platform.close();
  expect(runningPrograms()).toEqual([]);
});

/** Over a connection of its own. */
async function query(text: string): Promise<unknown> {
  const { body } = await request(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text }),
    reset: true,
  });
  return body.json();
}

/** How often services were told of callbacks, and asked whether they still have them. */
async function registrationCounts(): Promise<{ told: number; asked: number }> {
  const { orders } = await platform.services.requestCounts();
  return {
    told: orders['POST /subscriptions'] ?? 0,
    asked: orders['GET /subscriptions/{subscriptionId}'] ?? 0,
  };
}

test('every worker answers, and each of them shows the page of all', async () => {
  const before = await readMetricsPage(gateway.url);
  const text = '{ customer(customerId: "cus_1") { loyaltyPoints name } }';
  let sent = 0;
  // Each worker has to parse an operation once.
  await until('every worker has answered', async () => {
    sent += 1;
    expect(await query(text)).toEqual({ data: { customer: { loyaltyPoints: 1200, name: 'Miriam Okafor' } } });
    const changes = changesOf(before, await readMetricsPage(gateway.url));
    return changes['sluice_cache_misses_total{cache="operations"}'] === workerCount;
  });
  const pages = [];
  for (let count = 0; count < workerCount; count += 1) pages.push(await readMetricsPage(gateway.url));
  for (const page of pages) {
    expect(changesOf(before, page)).toMatchObject({
      [okQueries]: sent,
      'sluice_rest_calls_total{subgraph="customers",outcome="2xx"}': sent,
    });
    expect(page.series.get('sluice_workers')).toBe(workerCount);
    expect(page.series.get('sluice_event_log_available')).toBe(1);
    expect(page.series.get('process_cpu_seconds_total')).toBeGreaterThan(0);
  }
});

test('one of them tells services of callbacks', async () => {
  expect(await registrationCounts()).toEqual({ told: 1, asked: 0 });
});

test('subscribers at all workers get an event once, and one that is killed takes only its own', async () => {
  const sockets = await connectSockets(2 * workerCount);
  const streams = sockets.map((socket) => socket.subscribe(subscription));
  await platform.live('orderCreated', streams);
  await platform.deliver('orderCreated', 'ord_a');
  const seen = await Promise.all(streams.map((stream) => stream.next()));
  expect(seen.map(orderIdOf)).toEqual(streams.map(() => 'ord_a'));
  expect((await readMetricsPage(gateway.url)).series.get('sluice_subscriptions')).toBe(sockets.length);

  const counted = (await readMetricsPage(gateway.url)).series.get(okQueries) ?? 0;
  expect(counted).toBeGreaterThan(0);
  const registrar = (await workersOf(gateway, workerCount)).get(1) as number;
  process.kill(registrar, 'SIGKILL');
  await Promise.race(sockets.map(({ closed }) => closed));
  // A sender that was cut off delivers again.
  await until('a delivery is taken', () =>
    platform.deliver('orderCreated', 'ord_b', { id: 'msg_b' }).then(
      ({ status }) => status === 202,
      () => false,
    ),
  );
  const results = await Promise.allSettled(streams.map((stream) => stream.next()));
  const isLost = results.map(({ status }) => status === 'rejected');
  expect(new Set(isLost)).toEqual(new Set([true, false]));
  const got = results.flatMap((result) => (result.status === 'fulfilled' ? [orderIdOf(result.value)] : []));
  expect(new Set(got)).toEqual(new Set(['ord_b']));

  await resumes(seen[isLost.indexOf(true)]?.extensions?.event?.cursor);
  await until('it is replaced', async () => {
    const { series } = await readMetricsPage(gateway.url);
    return series.get('sluice_workers') === workerCount && series.get('sluice_worker_restarts_total') === 1;
  });
  // What the dead one had counted is still in the sums.
  expect((await readMetricsPage(gateway.url)).series.get(okQueries)).toBe(counted);
  // It finds what the dead one had registered, and that the service still has it.
  await until('another looks after callbacks', async () => (await registrationCounts()).asked === 1);
  expect(await registrationCounts()).toEqual({ told: 1, asked: 1 });
  expect(gateway.output.stdout).toMatch(/"worker":1,"code":null,"signal":"SIGKILL",.*"A worker ended/);
  for (const socket of sockets.filter((_, at) => !isLost[at])) await socket.close();
});

async function connectSockets(count: number): Promise<WsClient[]> {
  const sockets: WsClient[] = [];
  // One after the other, so that they are dealt out in turn.
  for (let at = 0; at < count; at += 1) sockets.push(await connectWebSocket(gateway.url));
  return sockets;
}

/** A client that was cut off comes back with its cursor, to whichever worker. */
async function resumes(cursor: string | undefined): Promise<void> {
  const socket = await connectWebSocket(gateway.url);
  const resumed: ResultStream = socket.subscribe(`subscription { orderCreated(after: "${cursor}") { id } }`);
  expect(orderIdOf(await resumed.next())).toBe('ord_b');
  await resumed.stop();
  await socket.close();
}

test('SIGTERM tells those who are connected, ends all, and the exit code is 0', async () => {
  const pids = [...(await workersOf(gateway, workerCount)).values()];
  const sockets = await connectSockets(workerCount);
  expect(await gateway.stop()).toEqual({ code: 0, signal: null });
  expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual(sockets.map(() => 1001));
  expect(pids.filter(isAlive)).toEqual([]);
});
