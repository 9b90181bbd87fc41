import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { EventLog, VerifiedDelivery } from '../../../events/event-log.ts';
import { silentLogger } from '../../../events/logger.ts';
import { createLogCursors } from '../../../events/log-cursors.ts';
import { openEventLog } from '../../../events/open.ts';
import { createGraphQLServer } from '../../../gateway/http/graphql.ts';
import { adminRouter } from '../../../gateway/http/admin.ts';
import { startHttpServer, type HttpServer } from '../../../gateway/http/server.ts';
import { createOperations } from '../../../gateway/operations/operations.ts';
import { createRequests } from '../../../gateway/operations/requests.ts';
import { createMetrics } from '../../../gateway/metrics/metrics.ts';
import { createSubscriber } from '../../../gateway/subscriptions/subscribe.ts';
import { createSupergraph, type Supergraph } from '../../../gateway/supergraph/supergraph.ts';
import { composeSupergraph } from '../../../mesh/federation/compose.ts';
import { loadSubgraphs, type LoadedSubgraphs } from '../../../mesh/load-subgraphs.ts';
import { createWebhookReceiver } from '../../../webhooks/receive.ts';
import { receiverOptions } from '../../webhooks/receiver-options.ts';
import { createSseClient } from '../../utils/sse-client.ts';
import { until } from '../../utils/until.ts';
import { connectWebSocket } from '../../utils/ws-client.ts';

const operation = 'subscription { stockLow { sku unitsLeft } }';

/** Every way of leaving releases what the subscription held in the log. */
const ways: { id: string; leave: (url: string) => Promise<void> }[] = [
  {
    id: 'a WebSocket client completes its subscription',
    async leave(url) {
      const client = await connectWebSocket(url);
      const results = client.subscribe(operation);
      await until('the subscription is live', async () => active.now === 1);
      await results.stop();
      await until('it is released while the socket is open', async () => active.now === 0);
      await client.close();
    },
  },
  {
    id: 'a WebSocket client is cut off',
    async leave(url) {
      const client = await connectWebSocket(url);
      client.subscribe(operation);
      await until('the subscription is live', async () => active.now === 1);
      client.terminate();
    },
  },
  {
    id: 'a WebSocket client with three subscriptions closes',
    async leave(url) {
      const client = await connectWebSocket(url);
      for (let count = 0; count < 3; count++) client.subscribe(operation);
      await until('all are live', async () => active.now === 3);
      await client.close();
    },
  },
  {
    id: 'a WebSocket client completes right behind its subscribe',
    async leave(url) {
      const client = await connectWebSocket(url);
      await client.subscribe(operation).stop();
      expect((await client.query('{ __typename }')).data).toEqual({ __typename: 'Query' });
      await client.close();
    },
  },
  {
    id: 'an SSE client leaves',
    async leave(url) {
      const client = createSseClient(url);
      client.subscribe(operation);
      await until('the subscription is live', async () => active.now === 1);
      client.close();
    },
  },
  {
    id: 'an SSE client leaves after an event',
    async leave(url) {
      const client = createSseClient(url);
      const results = client.subscribe(operation);
      await until('the subscription is live', async () => active.now === 1);
      await deliver();
      expect((await results.next()).data).toEqual({ stockLow: { sku: 'KEYB-01', unitsLeft: 2 } });
      client.close();
    },
  },
];

/** Live subscriptions to the log. */
const active = { now: 0 };
let log: EventLog;
let deliver: () => Promise<unknown>;

/** The log itself, with its subscriptions counted. */
function counted(inner: EventLog): EventLog {
  return {
    ...inner,
    async subscribe(source, onEvents) {
      const subscription = await inner.subscribe(source, onEvents);
      active.now++;
      let isReleased = false;
      return {
        from: subscription.from,
        unsubscribe() {
          if (!isReleased) active.now--;
          isReleased = true;
          subscription.unsubscribe();
        },
      };
    },
  };
}

describe('leaving a subscription', () => {
  let dir: string;
  let loaded: LoadedSubgraphs;
  let supergraph: Supergraph;
  let server: HttpServer;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sluice-'));
    const env = Object.fromEntries(
      ['ORDERS', 'PAYMENTS', 'INVENTORY'].map((name) => [`${name}_WEBHOOK_SECRET`, 'whsec_AAAA']),
    );
    loaded = await loadSubgraphs({ dir: resolve('subgraphs'), env });
    supergraph = await createSupergraph({
      composed: composeSupergraph(loaded.subgraphs),
      logger: silentLogger,
    });
    log = counted(await openEventLog({ url: `sqlite:${join(dir, 'events.db')}` }));
    const subscriber = createSubscriber({
      supergraph,
      log,
      cursors: createLogCursors({ records: log.records }),
      logger: silentLogger,
      subscribed: () => {},
    });
    const pipeline = {
      requests: createRequests({ operations: createOperations({ supergraph, logger: silentLogger }) }),
      subscribe: subscriber.subscribe,
      schema: supergraph.apiSchema,
    };
    const metrics = createMetrics();
    server = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      graphql: createGraphQLServer({ ...pipeline, logger: silentLogger }),
      pipeline,
      receiver: createWebhookReceiver({ ...receiverOptions(log, silentLogger), sources: [] }),
      admin: adminRouter({ adminKey: '', resources: [], logger: silentLogger }),
      log,
      metricsPage: metrics.page,
      endSubscriptions: subscriber.close,
      corsOrigins: [],
      uploads: { fileBytesMax: 1, filesMax: 1 },
      publicUrl: '',
      logger: silentLogger,
    });
    let count = 0;
    deliver = () =>
      log.append([
        {
          id: `evt_${count++}`,
          source: 'inventory',
          type: 'stockLow',
          subject: null,
          time: new Date().toISOString(),
          dataJson: JSON.stringify({ event: 'stock_low', sku: 'KEYB-01', units_left: 2 }),
          bodyHash: 'x',
          traceparent: null,
        } as unknown as VerifiedDelivery,
      ]);
  });

  afterAll(async () => {
    await server.close();
    expect(active.now).toBe(0);
    await supergraph.close();
    await Promise.all(loaded.subgraphs.map((subgraph) => subgraph.close()));
    await log.close();
    await rm(dir, { recursive: true, force: true });
  });

  it.each(ways)('$id', async ({ leave }) => {
    const url = `http://127.0.0.1:${server.port}`;
    await leave(url);
    await until('everything is released', async () => active.now === 0);
    await deliver();
    expect(active.now).toBe(0);
  });
});
