/** What a client does and leaves, down to the service: calls that nobody waits for end, and a trace goes on. */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { gzipSync } from 'node:zlib';
import { json } from '../../mesh/recording-service.ts';
import { openRawConnection } from '../../utils/raw-http.ts';
import { createSseClient } from '../../utils/sse-client.ts';
import { until } from '../../utils/until.ts';
import { connectWebSocket } from '../../utils/ws-client.ts';
import { startSmallGateway, type SmallGateway } from '../small-gateway.ts';

const query = '{ order(id: "7") { id } }';
// Not in the payload's required properties, so it is asked of the service.
const subscription = 'subscription { orderCreated { id customerId } }';

let gateway: SmallGateway;
let service: SmallGateway['service'];

beforeAll(async () => {
  gateway = await startSmallGateway();
  ({ service } = gateway);
});
afterAll(() => gateway.close());
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

const body = Buffer.from(JSON.stringify({ query }));

/** Sends a request; what becomes of it does not matter. */
function sendHttp({ path = '/graphql', headers, ...options }: RequestOptions, sent?: Buffer) {
  const all = { 'content-type': 'application/json', ...(headers as Record<string, string> | undefined) };
  const request = httpRequest(`${gateway.url}${path}`, { agent: false, ...options, headers: all });
  request.on('error', () => undefined).end(sent);
  return { leave: () => request.destroy() };
}

const ways: readonly (readonly [string, () => Promise<{ leave: () => unknown }>])[] = [
  ['a POST that is cut off', async () => sendHttp({ method: 'POST' }, body)],
  [
    'a compressed POST that is cut off',
    async () => sendHttp({ method: 'POST', headers: { 'content-encoding': 'gzip' } }, gzipSync(body)),
  ],
  ['a GET that is cut off', async () => sendHttp({ path: `/graphql?query=${encodeURIComponent(query)}` })],
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

test('clients that leave while their operations are planned ask the service for nothing', async () => {
  service.answer = json({ id: '7' });
  for (let index = 0; index < 20; index++) {
    const text = JSON.stringify({ query: `{ planned${index}: order(id: "left") { id } }` });
    const { socket } = await openRawConnection(gateway.url);
    // What says goodbye comes right behind the body.
    socket.end(
      `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
    );
  }
  // Documents are planned in the order in which they came.
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ last: order(id: "stayed") { id } }' }),
  });
  expect(await response.json()).toEqual({ data: { last: { id: '7' } } });
  expect(service.requests.map(({ target }) => target)).toEqual(['/orders/stayed']);
});

const openSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

test('clients that leave in the middle of a large answer leave nothing behind', async () => {
  const orders = Array.from({ length: 50_000 }, (_, index) => ({ id: `order ${index}`, total: index }));
  service.answer = json(orders);
  const large = JSON.stringify({ query: '{ orders { id total } }' });
  const readOne = async (headers: Record<string, string>) => {
    const options = {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', ...headers },
    };
    const request = httpRequest(`${gateway.url}/graphql`, options).on('error', () => undefined);
    const answered = once(request, 'response');
    request.end(large);
    const [response] = (await answered) as [IncomingMessage];
    await once(response, 'data');
    response.destroy();
  };
  await readOne({});
  const before = openSockets();
  await Promise.all(Array.from({ length: 10 }, () => readOne({})));
  await Promise.all(Array.from({ length: 10 }, () => readOne({ accept: 'multipart/mixed' })));
  // One that is kept for the service may have been closed meanwhile.
  await until('all connections are gone', async () => openSockets() <= before);
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
