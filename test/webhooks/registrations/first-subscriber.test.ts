/** `when: first-subscriber` through whole gateways: a service is told when a client asks, and from then on for good. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { startGateway, type Gateway, type GatewayOptions } from '../../../gateway/app.ts';
import { readConfig } from '../../../gateway/config.ts';
import { writeSubgraphFolders, type SubgraphFolders } from '../../mesh/subgraph-folders.ts';
import { eventLogs, type EventLogUrl } from '../../utils/event-log-urls.ts';
import { readMetricsPage } from '../../utils/metrics-page.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';
import type { ResultStream } from '../../utils/result-stream.ts';
import { createSseClient, type SseClient } from '../../utils/sse-client.ts';
import { untilLive } from '../../utils/live.ts';
import { until } from '../../utils/until.ts';
import { send, signedDelivery } from '../../utils/webhook-delivery.ts';
import {
  startSubscriptionService,
  subscriptionDocument,
  type SubscriptionService,
} from './subscription-service.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let service: SubscriptionService;
let folders: SubgraphFolders;

beforeAll(async () => {
  service = await startSubscriptionService();
  folders = await writeSubgraphFolders({
    'orders/openapi.yaml': subscriptionDocument,
    'orders/subgraph.yaml': `endpoint: ${service.url}
retry: { attempts: 1 }
webhookDefaults: { verify: { scheme: standard-webhooks, secret: '${secret}' } }
webhooks:
  orderCreated:
    register: { when: first-subscriber, id: /id, check: getSubscription, unregister: unsubscribe }
`,
  });
});

afterAll(async () => {
  await folders.remove();
  await service.close();
});

let gateways: Gateway[];
let clients: SseClient[];

beforeEach(() => {
  gateways = [];
  clients = [];
  service.reset();
  service.behaviour.isDown = false;
});

async function closeAll(): Promise<void> {
  for (const client of clients.splice(0)) client.close();
  for (const gateway of gateways.splice(0)) await gateway.close();
}

async function start(eventsUrl: string, options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const gateway = await startGateway({
    config: readConfig({
      PORT: '0',
      PUBLIC_URL: 'https://sluice.example',
      SUBGRAPHS_DIR: folders.dir,
      COMPILED_DIR: `${folders.dir}/.compiled`,
      EVENTS_URL: eventsUrl,
    }),
    env: {},
    logger: pino({ level: 'silent' }),
    ...options,
  });
  gateways.push(gateway);
  return gateway;
}

function subscribe({ url }: Gateway): ResultStream {
  const client = createSseClient(url);
  clients.push(client);
  return client.subscribe('subscription { orderCreated { id } }');
}

/** What the gateway last saw of its one callback is this. */
function isShown({ url }: Gateway, state: 'idle' | 'registered' | 'retrying') {
  return until(`it is ${state}`, async () => {
    const { series } = await readMetricsPage(url);
    return series.get(`sluice_callbacks{source="orders",state="${state}"}`) === 1;
  });
}

const deliver = ({ url }: Gateway, id: string) =>
  send(signedDelivery({ gatewayUrl: url, source: 'orders', secret, payload: { id }, id }));

describe.each(eventLogs)('$kind', ({ open }) => {
  let store: EventLogUrl;

  beforeEach(async () => {
    store = await open();
  });

  afterEach(async () => {
    await closeAll();
    await store.close();
  });

  test('the service is told with the first subscription, and not before or again', async () => {
    const gateway = await start(store.url);
    await isShown(gateway, 'idle');
    expect(service.asked()).toEqual([]);
    const events = subscribe(gateway);
    await isShown(gateway, 'registered');
    const others = subscribe(gateway);
    await untilLive([events, others], (id) => deliver(gateway, id));
    expect([...service.subscriptions.values()]).toEqual(['https://sluice.example/webhooks/orders']);
    expect(service.asked()).toEqual(['POST /subscriptions']);
  });

  test('it stays registered without subscribers, and is looked after from the next start on', async () => {
    const first = await start(store.url);
    const events = subscribe(first);
    await isShown(first, 'registered');
    await events.stop();
    await closeAll();
    expect([...service.subscriptions.keys()]).toEqual(['sub_1']);
    service.subscriptions.clear();

    const second = await start(store.url);
    await until('it is registered again', async () => service.subscriptions.has('sub_2'));
    expect(service.asked()).toEqual([
      'POST /subscriptions',
      'GET /subscriptions/sub_1',
      'POST /subscriptions',
    ]);
    expect((await deliver(second, 'ord_1')).status).toBe(202);
  });

  test('a subscription outlives the attempts that fail', async () => {
    service.behaviour.isDown = true;
    const gateway = await start(store.url);
    const events = subscribe(gateway);
    await isShown(gateway, 'retrying');
    service.behaviour.isDown = false;
    await isShown(gateway, 'registered');
    await untilLive([events], (id) => deliver(gateway, id));
  });

  test('one that is refused is not the first', async () => {
    const gateway = await start(store.url);
    await isShown(gateway, 'idle');
    const client = createSseClient(gateway.url);
    clients.push(client);
    const refused = await client.subscribe('subscription { orderCreated(after: "no cursor") { id } }').next();
    expect(refused.errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
    await gateway.close();
    await isShown(await start(store.url), 'idle');
    expect(service.asked()).toEqual([]);
  });
});

describe('several gateways on one Redis', () => {
  let redis: RedisServer;

  beforeEach(async () => {
    redis = await startRedisServer();
  });

  afterEach(async () => {
    await closeAll();
    await redis.close();
  });

  test('of two nodes one registers, and both look after it', async () => {
    const [one, other] = await Promise.all([start(redis.url), start(redis.url)]);
    await Promise.all([isShown(one, 'idle'), isShown(other, 'idle')]);
    const events = subscribe(other);
    await Promise.all([isShown(one, 'registered'), isShown(other, 'registered')]);
    expect(service.asked()).toEqual(['POST /subscriptions']);
    await untilLive([events], (id) => deliver(one, id));
  });

  test('a worker that does not register has it done by the one that does', async () => {
    const [appointed, other] = await Promise.all([
      start(redis.url),
      start(redis.url, { registersCallbacks: false }),
    ]);
    subscribe(other);
    await isShown(appointed, 'registered');
    const { series } = await readMetricsPage(other.url);
    expect([...series.keys()].filter((name) => name.startsWith('sluice_callbacks'))).toEqual([]);
  });

  test('a subscription that begins while Redis is away counts when it is back', async () => {
    const gateway = await start(redis.url);
    await isShown(gateway, 'idle');
    await redis.stop();
    subscribe(gateway);
    await redis.restart();
    await isShown(gateway, 'registered');
  });
});
