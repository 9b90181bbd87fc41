/** What a client does and leaves, down to the service: calls that nobody waits for end, and a trace goes on. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startGateway, type Gateway } from '../../../gateway/app.ts';
import { readConfig } from '../../../gateway/config.ts';
import { json, startRecordingService, type RecordingService } from '../../mesh/recording-service.ts';
import { smallDocument, writeSubgraphFolders, type SubgraphFolders } from '../../mesh/subgraph-folders.ts';
import { createSseClient } from '../../utils/sse-client.ts';
import { connectWebSocket } from '../../utils/ws-client.ts';

const query = '{ order(id: "7") { id } }';
// Not in the payload's required properties, so it is asked of the service.
const subscription = 'subscription { orderCreated { id customerId } }';

let service: RecordingService;
let folders: SubgraphFolders;
let dir: string;
let gateway: Gateway;

beforeAll(async () => {
  service = await startRecordingService();
  folders = await writeSubgraphFolders({
    'shop/openapi.yaml': smallDocument,
    'shop/subgraph.yaml': `endpoint: ${service.url}
entities: { Order: { key: id, resolve: { operation: getOrder, argument: id } } }
webhooks: { orderCreated: { entity: Order, verify: { scheme: none } } }
`,
  });
  dir = await mkdtemp(join(tmpdir(), 'sluice-'));
  gateway = await startGateway({
    config: readConfig({
      PORT: '0',
      SUBGRAPHS_DIR: folders.dir,
      EVENTS_URL: `sqlite:${join(dir, 'events.db')}`,
    }),
    env: {},
    logger: pino({ level: 'silent' }),
  });
});
afterAll(async () => {
  await gateway.close();
  await service.close();
  await folders.remove();
  await rm(dir, { recursive: true });
});
beforeEach(() => {
  service.requests.length = 0;
});

/** The service takes a call and does not answer it. */
function holdCalls() {
  const arrived = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  service.answer = (_, response) => {
    response.on('close', () => ended.resolve());
    arrived.resolve();
  };
  return { arrived: arrived.promise, ended: ended.promise };
}

let deliveries = 0;
async function deliver(headers: Record<string, string> = {}): Promise<void> {
  const response = await fetch(`${gateway.url}/webhooks/shop/orderCreated`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ id: '7', total: deliveries++ }),
  });
  expect(response.status).toBe(202);
}

const notYet = () => new Promise((resolve) => setImmediate(resolve, false));

/** Subscribes, and delivers until an event has come through, so that the subscription is known to be live. */
async function live(results: { next(): Promise<unknown> }): Promise<void> {
  service.answer = json({ id: '7', total: 1, customerId: 'c' });
  const first = results.next().then(() => true);
  do await deliver();
  while (!(await Promise.race([first, notYet()])));
}

const ways: readonly (readonly [string, () => Promise<{ leave: () => unknown }>])[] = [
  [
    'a POST that is cut off',
    async () => {
      const controller = new AbortController();
      const sent = fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
        signal: controller.signal,
      });
      sent.catch(() => undefined);
      return { leave: () => controller.abort() };
    },
  ],
  [
    'a query over a WebSocket that is cut off',
    async () => {
      const client = await connectWebSocket(gateway.url);
      client.query(query).catch(() => undefined);
      return { leave: () => client.terminate() };
    },
  ],
  [
    'a subscription over a WebSocket that is cut off',
    async () => {
      const client = await connectWebSocket(gateway.url);
      await live(client.subscribe(subscription));
      return { leave: () => client.terminate() };
    },
  ],
  [
    'a subscription over a WebSocket that is completed',
    async () => {
      const client = await connectWebSocket(gateway.url);
      const results = client.subscribe(subscription);
      await live(results);
      return {
        leave: async () => {
          await results.stop();
          await client.close();
        },
      };
    },
  ],
  [
    'a subscription over SSE that is cut off',
    async () => {
      const client = createSseClient(gateway.url);
      await live(client.subscribe(subscription));
      return { leave: () => client.close() };
    },
  ],
];

test.each(ways)('%s ends the call that the service is at', async (sentence, begin) => {
  const isSubscription = sentence.includes('subscription');
  let held = holdCalls();
  const { leave } = await begin();
  if (isSubscription) {
    held = holdCalls();
    await deliver();
  }
  await held.arrived;
  await leave();
  await held.ended;
});

const trace = (id: string) => `00-${id.repeat(32)}-${id.repeat(16)}-01`;

test("a query's trace goes on to the service", async () => {
  service.answer = json({ id: '7', total: 1 });
  await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: trace('a'), tracestate: 'vendor=1' },
    body: JSON.stringify({ query }),
  });
  expect(service.requests.map(({ headers }) => [headers['traceparent'], headers['tracestate']])).toEqual([
    [trace('a'), 'vendor=1'],
  ]);
});

test("an event's trace goes on to the service", async () => {
  const client = await connectWebSocket(gateway.url);
  const results = client.subscribe(subscription);
  await live(results);
  service.requests.length = 0;
  service.answer = json({ id: '7', total: 1, customerId: 'traced' });
  await deliver({ traceparent: trace('b') });
  while ((service.requests.at(-1)?.headers['traceparent'] ?? '') === '') await results.next();
  expect(service.requests.at(-1)?.headers['traceparent']).toBe(trace('b'));
  await results.stop();
  await client.close();
});
