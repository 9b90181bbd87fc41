/** Two gateways on one Redis are one gateway: whoever takes a delivery, every subscriber gets its event once. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runningPrograms } from '../../utils/child-process.ts';
import type { GatewayProcess } from '../../utils/gateway-process.ts';
import { startPlatform, type Platform } from '../../utils/platform.ts';
import { startRedisServer } from '../../utils/redis-server.ts';
import { orderIdOf, type ResultStream } from '../../utils/result-stream.ts';
import { createSseClient, type SseClient } from '../../utils/sse-client.ts';
import { connectWebSocket, type WsClient } from '../../utils/ws-client.ts';

const subscription = 'subscription { orderCreated { id customer { name } } }';

let platform: Platform;
let nodeA: GatewayProcess;
let nodeB: GatewayProcess;
let sockets: WsClient[];
let sse: SseClient[];
let streams: ResultStream[];

beforeAll(async () => {
  const redis = await startRedisServer();
  platform = await startPlatform({
    openLog: async () => ({ url: redis.url, close: () => redis.close() }),
    gatewayCount: 2,
  });
  [nodeA, nodeB] = platform.gateways as [GatewayProcess, GatewayProcess];
  sockets = await Promise.all([nodeA, nodeB].map(({ url }) => connectWebSocket(url)));
  sse = [nodeA, nodeB].map(({ url }) => createSseClient(url));
  streams = [...sockets, ...sse].map((client) => client.subscribe(subscription));
  await platform.live('orderCreated', streams);
});

afterAll(async () => {
  for (const socket of sockets) await socket.close();
  for (const client of sse) client.close();
  await platform.close();
  expect(runningPrograms()).toEqual([]);
});

/** What each subscriber gets until `ord_curtain`, which is delivered to node B. */
async function untilCurtain(): Promise<unknown[][]> {
  await platform.deliver('orderCreated', 'ord_curtain', { gateway: nodeB });
  const all = await Promise.all(
    streams.map((stream) => stream.through((result) => orderIdOf(result) === 'ord_curtain')),
  );
  return all.map((results) => results.slice(0, -1).map(orderIdOf));
}

const everybody = <Value>(got: Value): Value[] => streams.map(() => got);

test('a delivery to node A arrives at the subscribers of A and B, once each', async () => {
  expect((await platform.deliver('orderCreated', 'ord_a', { gateway: nodeA })).status).toBe(202);
  expect(await untilCurtain()).toEqual(everybody(['ord_a']));
});

test('deliveries to both at once arrive in one order, the same for all', async () => {
  const ids = Array.from({ length: 20 }, (_, index) => `ord_${index}`);
  const answers = await Promise.all(
    ids.map((id, index) =>
      platform.deliver('orderCreated', id, { gateway: index % 2 === 0 ? nodeA : nodeB }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 202));
  const [first = [], ...others] = await untilCurtain();
  expect(new Set(first)).toEqual(new Set(ids));
  expect(first).toHaveLength(ids.length);
  expect(others).toEqual([first, first, first]);
});

test('the same delivery to both is one event', async () => {
  const answers = await Promise.all(
    [nodeA, nodeB].map((gateway) =>
      platform.deliver('orderCreated', 'ord_both', { id: 'msg_both', gateway }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([202, 202]);
  expect(answers.filter(({ headers }) => headers.get('sluice-duplicate') === 'true')).toHaveLength(1);
  expect(await untilCurtain()).toEqual(everybody(['ord_both']));
});

test('an order that the service tells both nodes of is one event', async () => {
  const { data } = await nodeA.query<{ createOrder: { id: string } }>(
    'mutation { createOrder(input: { customerId: "cus_1", lines: [{ sku: "MOUS-01", quantity: 1 }] }) { id } }',
  );
  const id = data?.createOrder.id;
  const first = await Promise.all(streams.map((stream) => stream.next()));
  expect(first.map(orderIdOf)).toEqual(everybody(id));
  expect(await untilCurtain()).toEqual(everybody([]));
});

test('a cursor of node A resumes at node B', async () => {
  const [atA] = streams as [ResultStream];
  await platform.deliver('orderCreated', 'ord_seen_at_a', { gateway: nodeA });
  const { extensions } = await atA.next();
  await platform.deliver('orderCreated', 'ord_missed', { gateway: nodeA });
  const after = extensions?.event?.cursor;
  const resumed = sockets[1]?.subscribe(
    `subscription { orderCreated(after: "${after}") { id } }`,
  ) as ResultStream;
  expect(orderIdOf(await resumed.next())).toBe('ord_missed');
  await resumed.stop();
});
