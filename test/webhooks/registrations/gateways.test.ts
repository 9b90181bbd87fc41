/** Registrations through whole gateways: what is registered at one is good at another, and deliveries follow it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { startGateway, type Gateway } from '../../../gateway/app.ts';
import { readConfig } from '../../../gateway/config.ts';
import { writeSubgraphFolders, type SubgraphFolders } from '../../mesh/subgraph-folders.ts';
import { eventLogs, type EventLogUrl } from '../../utils/event-log-urls.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';
import { until } from '../../utils/until.ts';
import { send, signedDelivery } from '../../utils/webhook-delivery.ts';
import { ask } from './registration-server.ts';
import {
  startSubscriptionService,
  subscriptionDocument,
  type SubscriptionService,
} from './subscription-service.ts';

const adminKey = 'key-of-the-operators';
const token = 'token-of-orders-1';
const folderSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let service: SubscriptionService;
let folders: SubgraphFolders;

beforeAll(async () => {
  service = await startSubscriptionService();
  const verify = `{ scheme: standard-webhooks, secret: '${folderSecret}' }`;
  folders = await writeSubgraphFolders({
    'orders/openapi.yaml': subscriptionDocument,
    'orders/subgraph.yaml': `endpoint: ${service.url}
webhookDefaults: { verify: ${verify}, registrationToken: ${token} }
webhooks:
  orderCreated: { register: { when: start, id: /id, check: getSubscription, unregister: unsubscribe } }
`,
  });
});

afterAll(async () => {
  await folders.remove();
  await service.close();
});

let gateways: Gateway[];

beforeEach(() => {
  gateways = [];
  service.reset();
});

afterEach(async () => {
  for (const gateway of gateways) await gateway.close();
});

async function start(eventsUrl: string, env: Record<string, string> = {}): Promise<Gateway> {
  const gateway = await startGateway({
    config: readConfig({
      PORT: '0',
      PUBLIC_URL: 'https://sluice.example',
      SUBGRAPHS_DIR: folders.dir,
      COMPILED_DIR: `${folders.dir}/.compiled`,
      EVENTS_URL: eventsUrl,
      ADMIN_KEY: adminKey,
      ...env,
    }),
    env: {},
    logger: pino({ level: 'silent' }),
  });
  gateways.push(gateway);
  return gateway;
}

const api = ({ url }: Gateway) => ({ url: `${url}/webhooks/registrations` });

let number = 0;

/** Sends an event that was not sent before. @param registration the id in the URL of a registration */
async function deliver({ url }: Gateway, secret: string, registration?: string): Promise<number> {
  number += 1;
  const source = registration === undefined ? 'orders' : `orders?registration=${registration}`;
  const response = await send(
    signedDelivery({
      gatewayUrl: url,
      source,
      secret,
      payload: { id: `ord_${number}` },
      id: `msg_${number}`,
    }),
  );
  return response.status;
}

const register = async (gateway: Gateway) => {
  const answer = await ask(api(gateway), '', { method: 'POST', token, json: { source: 'orders' } });
  expect(answer.status).toBe(201);
  return answer.json as { id: string; secret: string; url: string };
};

describe.each(eventLogs)('$kind', ({ open }) => {
  let store: EventLogUrl;

  beforeEach(async () => {
    store = await open();
  });

  afterEach(async () => {
    for (const gateway of gateways.splice(0)) await gateway.close();
    await store.close();
  });

  test('a delivery is verified by the secret of the folder and by those that are registered', async () => {
    const gateway = await start(store.url);
    const { id, secret, url } = await register(gateway);
    expect(url).toBe(`https://sluice.example/webhooks/orders?registration=${id}`);
    expect(await deliver(gateway, folderSecret)).toBe(202);
    expect(await deliver(gateway, secret)).toBe(202);
    expect(await deliver(gateway, secret, id)).toBe(202);

    const rotate = (overlapSeconds: number) =>
      ask(api(gateway), `/${id}/rotate`, { method: 'POST', token, json: { overlapSeconds } });
    const second = (await rotate(60)).json['secret'] as string;
    expect(await deliver(gateway, secret, id)).toBe(202);
    expect(await deliver(gateway, second, id)).toBe(202);
    const third = (await rotate(0)).json['secret'] as string;
    expect(await deliver(gateway, second, id)).toBe(401);
    expect(await deliver(gateway, third, id)).toBe(202);

    await ask(api(gateway), `/${id}`, { method: 'DELETE', token });
    expect(await deliver(gateway, third)).toBe(401);
    expect(await deliver(gateway, third, id)).toBe(410);
    expect(await deliver(gateway, folderSecret, id)).toBe(410);
    expect(await deliver(gateway, folderSecret)).toBe(202);
  });

  test('registered secrets outlive a restart', async () => {
    const first = await start(store.url);
    const { id, secret } = await register(first);
    await first.close();
    const second = await start(store.url);
    await until('a delivery is taken', async () => (await deliver(second, secret, id)) === 202);
  });

  test('without ADMIN_KEY there is no registration', async () => {
    const gateway = await start(store.url, { ADMIN_KEY: '' });
    const answer = await ask(api(gateway), '', { method: 'POST', token, json: { source: 'orders' } });
    expect(answer.status).toBe(404);
    expect(await deliver(gateway, folderSecret)).toBe(202);
  });

  test('a restart asks for the callback, another PUBLIC_URL moves it', async () => {
    const registered = () => until('it is registered', async () => service.subscriptions.size === 1);
    const first = await start(store.url);
    await registered();
    await until('operators see it', async () => {
      const { json } = await ask(api(first), '', { token: adminKey });
      return (json['callbacks'] as { id: string }[])[0]?.id === 'sub_1';
    });
    await first.close();
    const second = await start(store.url);
    await until('it is asked for', async () => service.asked().includes('GET /subscriptions/sub_1'));
    await second.close();
    await start(store.url, { PUBLIC_URL: 'https://new.example' });
    await until('it is moved', async () => {
      const [url, ...more] = service.subscriptions.values();
      return url === 'https://new.example/webhooks/orders' && more.length === 0;
    });
    expect(service.asked().filter((asked) => asked === 'POST /subscriptions')).toHaveLength(2);
  });
});

test('before registered secrets could be read, an unknown signature is answered 503 and not 401', async () => {
  const away = 'redis://127.0.0.1:1';
  const unknown = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
  expect(await deliver(await start(away), unknown)).toBe(503);
  expect(await deliver(await start(away, { ADMIN_KEY: '' }), unknown)).toBe(401);
});

describe('two gateways on one Redis', () => {
  let redis: RedisServer;
  let one: Gateway;
  let other: Gateway;

  beforeEach(async () => {
    redis = await startRedisServer();
    [one, other] = await Promise.all([start(redis.url), start(redis.url)]);
  });

  afterEach(async () => {
    for (const gateway of gateways.splice(0)) await gateway.close();
    await redis.close();
  });

  test('what one registers, rotates and deletes is known to the other', async () => {
    const { id, secret } = await register(one);
    await until('the other takes it', async () => (await deliver(other, secret, id)) === 202);
    const rotated = await ask(api(other), `/${id}/rotate`, {
      method: 'POST',
      token,
      json: { overlapSeconds: 0 },
    });
    const fresh = rotated.json['secret'] as string;
    await until('the first takes the other secret', async () => (await deliver(one, fresh, id)) === 202);
    expect(await deliver(one, secret, id)).toBe(401);
    await ask(api(one), `/${id}`, { method: 'DELETE', token });
    await until('it is gone at the other', async () => (await deliver(other, fresh, id)) === 410);
    expect(await deliver(other, fresh)).toBe(401);
  });

  test('one of them registers the callback', async () => {
    await until('it is stored', async () => {
      const { json } = await ask(api(other), '', { token: adminKey });
      return (json['callbacks'] as { id: string | null }[])[0]?.id === 'sub_1';
    });
    expect(service.asked().filter((asked) => asked === 'POST /subscriptions')).toHaveLength(1);
  });

  test('while Redis is away nothing is registered, and secrets stay good', async () => {
    const { secret } = await register(one);
    await redis.stop();
    const answer = await ask(api(one), '', { method: 'POST', token, json: { source: 'orders' } });
    expect(answer).toMatchObject({ status: 503, json: { code: 'REGISTRATION_STORE_UNAVAILABLE' } });
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await deliver(one, secret)).toBe(503);
  });
});
