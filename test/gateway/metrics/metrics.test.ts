/** What happens to a gateway moves exactly the metrics that are said to count it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startGateway, type Gateway } from '../../../gateway/app.ts';
import { readConfig } from '../../../gateway/config.ts';
import { createWorkerMetrics } from '../../../gateway/metrics/worker-metrics.ts';
import { textOf } from '../../docs/repository.ts';
import {
  json,
  startRecordingService,
  type Answer,
  type RecordingService,
} from '../../mesh/recording-service.ts';
import { smallDocument, writeSubgraphFolders, type SubgraphFolders } from '../../mesh/subgraph-folders.ts';
import { untilLive } from '../../utils/live.ts';
import { changesOf, readMetricsPage, type ReadMetricsPage } from '../../utils/metrics-page.ts';
import { createSseClient } from '../../utils/sse-client.ts';
import { until } from '../../utils/until.ts';
import { connectWebSocket } from '../../utils/ws-client.ts';

const document = smallDocument.replace(
  '  /orders:\n',
  `  /orders:
    post:
      operationId: createOrder
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
      responses: { '201': { content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } } }
`,
);

const adminKey = 'key-of-the-operators';
let service: RecordingService;
let folders: SubgraphFolders;
let dir: string;
let gateway: Gateway;

function start(eventsUrl: string): Promise<Gateway> {
  const config = readConfig({
    PORT: '0',
    SUBGRAPHS_DIR: folders.dir,
    EVENTS_URL: eventsUrl,
    ADMIN_KEY: adminKey,
  });
  return startGateway({ config, env: {}, logger: pino({ level: 'silent' }) });
}

beforeAll(async () => {
  service = await startRecordingService();
  folders = await writeSubgraphFolders({
    'shop/openapi.yaml': document,
    'shop/subgraph.yaml': `endpoint: ${service.url}
timeoutMs: 500
webhooks:
  orderCreated: { entity: Order, verify: { scheme: none }, id: { header: webhook-id } }
entities: { Order: { key: id, resolve: { operation: getOrder, argument: id } } }
`,
  });
  dir = await mkdtemp(join(tmpdir(), 'sluice-'));
  gateway = await start(`sqlite:${join(dir, 'events.db')}`);
});

afterAll(async () => {
  await gateway.close();
  await service.close();
  await folders.remove();
  await rm(dir, { recursive: true });
});

function post(query: string, { variables = {}, signal }: { variables?: object; signal?: AbortSignal } = {}) {
  return fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    ...(signal && { signal }),
  });
}

function deliver(id: string, body: unknown, path = 'shop/orderCreated', method = 'POST') {
  return fetch(`${gateway.url}/webhooks/${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'webhook-id': id },
    ...(method === 'POST' && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

const order = { id: '7', total: 1 };
const query = '{ order(id: "7") { id } }';
const raw =
  (text: string): Answer =>
  (_, response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(text);

/** Only what is counted once for each thing that happens: no durations, no caches. */
function countsOf(before: ReadMetricsPage, after: ReadMetricsPage): Record<string, number> {
  const changes = Object.entries(changesOf(before, after));
  return Object.fromEntries(changes.filter(([name]) => !/_(bucket|sum)(\{|$)|^sluice_cache_/.test(name)));
}

const operations = (kind: string, outcome: string, duration = true) => ({
  [`sluice_graphql_operations_total{kind="${kind}",outcome="${outcome}"}`]: 1,
  ...(duration && { [`sluice_graphql_operation_duration_seconds_count{kind="${kind}"}`]: 1 }),
});

const calls = (outcomes: Readonly<Record<string, number>>) => ({
  ...Object.fromEntries(
    Object.entries(outcomes).map(([outcome, count]) => [
      `sluice_rest_calls_total{subgraph="shop",outcome="${outcome}"}`,
      count,
    ]),
  ),
  'sluice_rest_call_duration_seconds_count{subgraph="shop"}': Object.values(outcomes).reduce((a, b) => a + b),
});

const delivery = (outcome: string, source = 'shop') => ({
  [`sluice_webhook_deliveries_total{source="${source}",outcome="${outcome}"}`]: 1,
});

/** @param kept how many more letters there are then */
const letters = (change: string, count: number, kept: number) => ({
  [`sluice_dead_letter_changes_total{source="shop",change="${change}"}`]: count,
  ...(kept !== 0 && { sluice_dead_letters: kept }),
});

function askAdmin(method: string, path: string) {
  const headers = { authorization: `Bearer ${adminKey}` };
  return fetch(`${gateway.url}/admin/dead-letters${path}?all=true`, { method, headers });
}

/** What happens, what the service answers meanwhile, and every count that changes. */
const cases: readonly (readonly [
  string,
  Answer,
  () => Promise<unknown>,
  Readonly<Record<string, number>>,
])[] = [
  [
    'a query is answered',
    json(order),
    () => post(query),
    { ...operations('query', 'ok'), ...calls({ '2xx': 1 }) },
  ],
  [
    'a mutation is answered',
    json(order, 201),
    () => post('mutation { createOrder(input: { id: "7", total: 1 }) { id } }'),
    { ...operations('mutation', 'ok'), ...calls({ '2xx': 1 }) },
  ],
  [
    'one of two fields fails',
    (request, response) => json(order, request.target === '/orders/8' ? 500 : 200)(request, response),
    () => post('{ order(id: "7") { id } other: order(id: "8") { id } }'),
    { ...operations('query', 'partial'), ...calls({ '2xx': 1, '5xx': 1 }) },
  ],
  [
    'a variable does not fit',
    json(order),
    () => post('query ($id: ID!) { order(id: $id) { id } }', { variables: { id: [] } }),
    operations('query', 'errors'),
  ],
  ['an operation is not valid', json(order), () => post('{ nothing }'), {}],
  [
    'a thing is not there',
    json({}, 404),
    () => post(query),
    { ...operations('query', 'partial'), ...calls({ '4xx': 1 }) },
  ],
  [
    'a service does not answer in time',
    () => undefined,
    () => post(query),
    { ...operations('query', 'partial'), ...calls({ timeout: 1 }) },
  ],
  [
    'a service hangs up',
    (_, response) => response.destroy(),
    () => post(query),
    { ...operations('query', 'partial'), ...calls({ unavailable: 1 }) },
  ],
  [
    'a service answers no JSON',
    raw('{'),
    () => post(query),
    { ...operations('query', 'partial'), ...calls({ invalid: 1 }) },
  ],
  ['an event is delivered', json(order), () => deliver('a', order), delivery('appended')],
  ['it is delivered again', json(order), () => deliver('a', order), delivery('duplicate')],
  [
    'its id comes with another body',
    json(order),
    () => deliver('a', { ...order, total: 2 }),
    { ...delivery('WEBHOOK_ID_CONFLICT'), ...letters('kept', 1, 1) },
  ],
  [
    'a body is no JSON',
    json(order),
    () => deliver('b', '{'),
    { ...delivery('quarantined'), ...letters('kept', 1, 1) },
  ],
  [
    'a payload breaks its schema',
    json(order),
    () => deliver('b', {}),
    { ...delivery('quarantined'), ...letters('kept', 1, 1) },
  ],
  ['it is delivered again', json(order), () => deliver('b', {}), delivery('quarantined')],
  [
    'dead letters are redriven in vain',
    json(order),
    () => askAdmin('POST', '/redrive'),
    letters('refused', 3, 0),
  ],
  ['dead letters are discarded', json(order), () => askAdmin('DELETE', ''), letters('discarded', 3, -3)],
  [
    'a sender uses another method',
    json(order),
    () => deliver('b', '', undefined, 'PUT'),
    delivery('WEBHOOK_METHOD_NOT_ALLOWED'),
  ],
  [
    'nobody knows the source',
    json(order),
    () => deliver('b', '', 'made-up'),
    delivery('WEBHOOK_SOURCE_UNKNOWN', ''),
  ],
];

test.each(cases)('%s', async (_, answer, happens, expected) => {
  service.answer = answer;
  const before = await readMetricsPage(gateway.url);
  await happens();
  expect(countsOf(before, await readMetricsPage(gateway.url))).toEqual(expected);
});

test('a client leaves while a service is asked', async () => {
  const before = await readMetricsPage(gateway.url);
  const leave = new AbortController();
  service.answer = () => leave.abort();
  await post(query, { signal: leave.signal }).catch(() => undefined);
  const counts = await until('the operation has ended', async () => {
    const changes = countsOf(before, await readMetricsPage(gateway.url));
    return Object.keys(changes).some((name) => name.startsWith('sluice_graphql')) && changes;
  });
  expect(counts).toMatchObject(calls({ abandoned: 1 }));
});

const subscription = 'subscription { orderCreated { id } }';

test.each(['WebSocket', 'SSE'])('a subscription over %s is open until its client leaves', async (way) => {
  const before = await readMetricsPage(gateway.url);
  const openSince = async () =>
    countsOf(before, await readMetricsPage(gateway.url))['sluice_subscriptions'] ?? 0;
  const socket = way === 'WebSocket' ? await connectWebSocket(gateway.url) : undefined;
  const sse = createSseClient(gateway.url);
  const results = (socket ?? sse).subscribe(subscription);
  await until('it is open', async () => (await openSince()) === 1);
  expect(countsOf(before, await readMetricsPage(gateway.url))).toEqual({
    ...operations('subscription', 'ok'),
    sluice_subscriptions: 1,
  });
  await results.stop();
  await until('it is closed', async () => (await openSince()) === 0);
  await socket?.close();
  sse.close();
});

test('each result of a subscription is counted', async () => {
  const sse = createSseClient(gateway.url);
  const results = sse.subscribe(subscription);
  await untilLive([results], (id) => deliver(id, order));
  const before = await readMetricsPage(gateway.url);
  for (const id of ['one', 'two', 'three']) await deliver(id, order);
  await results.through(({ extensions }) => extensions?.event?.id === 'three');
  const after = await readMetricsPage(gateway.url);
  expect(countsOf(before, after)['sluice_subscription_results_total']).toBe(3);
  sse.close();
  await until('it is closed', async () => {
    const { series } = await readMetricsPage(gateway.url);
    return series.get('sluice_subscriptions') === 0;
  });
});

test('a subscription that can not begin is not open', async () => {
  const before = await readMetricsPage(gateway.url);
  const socket = await connectWebSocket(gateway.url);
  const { errors } = await socket.query('subscription { orderCreated(after: "nonsense") { id } }');
  expect(errors).toHaveLength(1);
  expect(countsOf(before, await readMetricsPage(gateway.url))).toEqual(operations('subscription', 'errors'));
  await socket.close();
});

test('a cache tells what it holds and how it is used', async () => {
  service.answer = json(order);
  const before = await readMetricsPage(gateway.url);
  const text = '{ cached: order(id: "7") { total } }';
  for (let count = 0; count < 3; count += 1) await post(text);
  const changes = changesOf(before, await readMetricsPage(gateway.url));
  expect(changes).toMatchObject({
    'sluice_cache_entries{cache="operations"}': 1,
    'sluice_cache_misses_total{cache="operations"}': 1,
    'sluice_cache_hits_total{cache="operations"}': 2,
  });
  // Those of its plan too.
  expect(changes['sluice_cache_characters{cache="operations"}']).toBeGreaterThan(text.length);
});

test('a text that a client chose is no label', async () => {
  await post('query Attacker { evil: order(id: "attack") { id } }');
  await deliver('b', '', 'attacker');
  await deliver('b', '', 'shop/attacker');
  const { series } = await readMetricsPage(gateway.url);
  expect([...series.keys()].filter((name) => /attack|evil/i.test(name))).toEqual([]);
});

test('an event log that is away shows, and gateways of one process count apart', async () => {
  const other = await start('redis://127.0.0.1:1');
  const { series } = await readMetricsPage(other.url);
  expect(series.get('sluice_event_log_available')).toBe(0);
  expect(series.get('sluice_graphql_operations_total{kind="query",outcome="ok"}')).toBe(0);
  expect((await readMetricsPage(gateway.url)).series.get('sluice_event_log_available')).toBe(1);
  await other.close();
});

test('docs/operations.md lists every metric, and none that is not there', async () => {
  const { contentType, described, series: shown } = await readMetricsPage(gateway.url);
  // The service of this gateway has no callbacks.
  const series = new Map([...shown, ['sluice_callbacks{source="orders",state="registered"}', 1]]);
  expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  const ofWorkers = (await createWorkerMetrics(() => 1).snapshot()) as readonly (typeof described)[number][];
  const labelsOf = (name: string) => {
    const own = [...series.keys()].filter((key) => key.startsWith(`${name}{`) || key.startsWith(`${name}_`));
    const found = own.flatMap((key) => Array.from(key.matchAll(/(\w+)="/g), ([, label = '']) => label));
    return [...new Set(found.filter((label) => label !== 'le'))].map((label) => `\`${label}\``).join(', ');
  };
  const rows = [...described, ...ofWorkers].map(
    ({ name, type, help }) => `| \`${name}\` | ${type} | ${labelsOf(name)} | ${help} |`,
  );
  const listed = textOf('docs/operations.md').match(/^\| `sluice_.*$/gm) ?? [];
  expect(listed.toSorted()).toEqual(rows.toSorted());
});
