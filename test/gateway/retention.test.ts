/** What clients and senders see of retention and of a full store, over real sockets. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { startGateway, type Gateway } from '../../gateway/app.ts';
import { readConfig } from '../../gateway/config.ts';
import {
  smallConfig,
  smallDocument,
  writeSubgraphFolders,
  type SubgraphFolders,
} from '../mesh/subgraph-folders.ts';
import { eventLogs, type EventLogUrl } from '../utils/event-log-urls.ts';
import { untilLive } from '../utils/live.ts';
import { startRedisServer } from '../utils/redis-server.ts';
import { orderIdOf, type ResultStream, type SubscriptionResult } from '../utils/result-stream.ts';
import { createSseClient } from '../utils/sse-client.ts';
import { until } from '../utils/until.ts';
import { connectWebSocket } from '../utils/ws-client.ts';

const live = 'subscription { orderCreated { id total } }';
const resumed = 'subscription ($after: EventCursor) { orderCreated(after: $after) { id total } }';

let folders: SubgraphFolders;
beforeAll(async () => {
  folders = await writeSubgraphFolders({
    'shop/openapi.yaml': smallDocument,
    'shop/subgraph.yaml': `${smallConfig}webhooks:
  orderCreated: { entity: Order, verify: { scheme: none }, id: { header: webhook-id } }
entities: { Order: { key: id, resolve: { operation: getOrder, argument: id } } }
`,
  });
});
afterAll(() => folders.remove());

function start(eventsUrl: string, env: Readonly<Record<string, string>>): Promise<Gateway> {
  const config = readConfig({ PORT: '0', SUBGRAPHS_DIR: folders.dir, EVENTS_URL: eventsUrl, ...env });
  return startGateway({ config, env: {}, logger: pino({ level: 'silent' }) });
}

function deliver(gateway: Gateway, orderId: string, deliveryId: string = randomUUID()): Promise<Response> {
  return fetch(`${gateway.url}/webhooks/shop`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'webhook-id': deliveryId },
    body: JSON.stringify({ id: orderId, total: 1 }),
  });
}

const cursorOf = ({ extensions }: SubscriptionResult): string => extensions?.event?.cursor ?? '';

type Subscribe = (query: string, variables?: Record<string, unknown>) => ResultStream;

const transports: readonly {
  readonly name: string;
  readonly connect: (url: string) => Promise<{ subscribe: Subscribe; close: () => unknown }>;
}[] = [
  { name: 'WebSocket', connect: (url) => connectWebSocket(url) },
  { name: 'SSE', connect: async (url) => createSseClient(url) },
];

describe.each(eventLogs)('with events in $kind that are kept for a second', ({ open }) => {
  let events: EventLogUrl;
  let gateway: Gateway;
  beforeAll(async () => {
    events = await open();
    gateway = await start(events.url, { EVENTS_RETENTION: '1s' });
  });
  afterAll(async () => {
    await gateway.close();
    await events.close();
  });

  test.each(transports)(
    'over $name a cursor whose events were removed is CURSOR_EXPIRED, and the earliest one works',
    async ({ connect }) => {
      const client = await connect(gateway.url);
      const first = client.subscribe(live);
      await untilLive([first], (id) => deliver(gateway, 'opening', id));
      await deliver(gateway, 'seen');
      const [seen] = (await first.through((result) => orderIdOf(result) === 'seen')).slice(-1);
      await deliver(gateway, 'missed');
      const refused = await until('the event was removed', async () => {
        const stream = client.subscribe(resumed, { after: cursorOf(seen as SubscriptionResult) });
        const result = await stream.next();
        await stream.stop();
        return result.errors === undefined ? undefined : result;
      });
      expect(refused.errors).toMatchObject([
        { extensions: { code: 'CURSOR_EXPIRED', earliest: expect.any(String) } },
      ]);

      const { earliest } = (refused.errors?.[0]?.extensions ?? {}) as { earliest: string };
      const again = client.subscribe(resumed, { after: earliest });
      await deliver(gateway, 'later');
      expect(orderIdOf(await again.next())).toBe('later');
      // Who was there all the time has missed nothing.
      const rest = await first.through((result) => orderIdOf(result) === 'later');
      expect(rest.map(orderIdOf)).toEqual(['missed', 'later']);
      await first.stop();
      await again.stop();
      await client.close();
    },
  );

  test('a delivery whose event was removed is a duplicate still', async () => {
    const id = randomUUID();
    expect((await deliver(gateway, 'once', id)).status).toBe(202);
    const client = await connectWebSocket(gateway.url);
    const stream = client.subscribe(live);
    await untilLive([stream], (opening) => deliver(gateway, 'opening', opening));
    await deliver(gateway, 'last');
    const [last] = (await stream.through((result) => orderIdOf(result) === 'last')).slice(-1);
    await deliver(gateway, 'above');
    await until('the event was removed', async () => {
      const other = client.subscribe(resumed, { after: cursorOf(last as SubscriptionResult) });
      const { errors } = await other.next();
      await other.stop();
      return errors !== undefined;
    });
    await deliver(gateway, 'once', id);
    await deliver(gateway, 'end');
    const rest = await stream.through((result) => orderIdOf(result) === 'end');
    expect(rest.map(orderIdOf)).toEqual(['above', 'end']);
    await client.close();
  });
});

test('a Redis that is full is 503 with retry-after to senders, and subscriptions go on', async () => {
  const server = await startRedisServer();
  const admin = new Redis(server.url);
  const gateway = await start(server.url, {});
  const client = await connectWebSocket(gateway.url);
  const first = client.subscribe(live);
  await untilLive([first], (id) => deliver(gateway, 'opening', id));
  await deliver(gateway, 'before');
  const [before] = (await first.through((result) => orderIdOf(result) === 'before')).slice(-1);
  await deliver(gateway, 'between');
  await admin.config('SET', 'maxmemory', '1');

  const id = randomUUID();
  const refused = await deliver(gateway, 'after', id);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
  const second = client.subscribe(resumed, { after: cursorOf(before as SubscriptionResult) });
  expect(orderIdOf(await second.next())).toBe('between');

  await admin.config('SET', 'maxmemory', '0');
  expect((await deliver(gateway, 'after', id)).status).toBe(202);
  expect(orderIdOf(await second.next())).toBe('after');
  expect(orderIdOf(await first.next())).toBe('between');
  expect(orderIdOf(await first.next())).toBe('after');
  await client.close();
  await gateway.close();
  admin.disconnect();
  await server.close();
});
