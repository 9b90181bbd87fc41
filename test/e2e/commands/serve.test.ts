/** How a gateway starts with something missing, and how it ends with people connected. */
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runningPrograms } from '../../utils/child-process.ts';
import { openSqlite, type EventLogUrl } from '../../utils/event-log-urls.ts';
import { startExampleProcesses, type ExampleProcesses } from '../../utils/example-processes.ts';
import { startGatewayProcess, stopWell } from '../../utils/gateway-process.ts';
import { createSseClient } from '../../utils/sse-client.ts';
import { makeSubgraphsFolder } from '../../utils/subgraphs-folder.ts';
import { connectWebSocket } from '../../utils/ws-client.ts';
import { smallDocument } from './broken-folders.ts';

let services: ExampleProcesses;
let log: EventLogUrl;

beforeEach(async () => {
  services = await startExampleProcesses();
  log = await openSqlite();
});

afterEach(async () => {
  await services.stop();
  await log.close();
  expect(runningPrograms()).toEqual([]);
});

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('ends the gateway with code 0, and tells those who are connected', async () => {
    const gateway = await startGatewayProcess({ env: services.gatewayEnv, eventsUrl: log.url });
    const ws = await connectWebSocket(gateway.url);
    const sse = createSseClient(gateway.url);
    const subscription = 'subscription { orderCreated { id customer { name } } }';
    const streams = [ws.subscribe(subscription), sse.subscribe(subscription)];
    // A query on the same socket is answered after the subscription before it was taken.
    await ws.query('{ __typename }');
    const idle = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    await once(idle, 'connect');

    const start = performance.now();
    gateway.child.kill(signal);
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - start).toBeLessThan(5000);
    // 1001: going away. A client that reconnects after it loses nothing.
    expect(await ws.closed).toBe(1001);
    for (const stream of streams) await expect(stream.next()).rejects.toBeDefined();
    idle.destroy();
  });
});

test('a folder that is broken is left out, and the others serve', async () => {
  const folder = await makeSubgraphsFolder({
    of: ['customers', 'loyalty'],
    files: {
      'broken/openapi.yaml': smallDocument,
      'broken/subgraph.yaml': 'endpoint: http://127.0.0.1:1\ntimeoutMS: 2000\n',
      'empty/notes.txt': 'nothing yet\n',
    },
  });
  const env = { ...services.gatewayEnv, SUBGRAPHS_DIR: folder.path };
  const gateway = await startGatewayProcess({ env, eventsUrl: log.url });
  expect(await gateway.query('{ customer(customerId: "cus_1") { name loyaltyPoints } }')).toEqual({
    data: { customer: { name: 'Miriam Okafor', loyaltyPoints: 1200 } },
  });
  await stopWell(gateway);
  const lines = gateway.output.stdout.trim().split('\n');
  const left = lines.map((line) => JSON.parse(line) as { level: number; subgraph: string; msg: string });
  expect(left.filter(({ level }) => level >= 50)).toEqual([
    expect.objectContaining({
      subgraph: 'broken',
      msg: expect.stringMatching(/subgraph\.yaml:2: timeoutMS: is not a known field/),
    }),
    expect.objectContaining({ subgraph: 'empty', msg: expect.stringContaining('Left out: ') }),
  ]);
  await folder.remove();
});

test('a service that is away takes only its own fields with it', async () => {
  const gateway = await startGatewayProcess({
    env: { ...services.gatewayEnv, CUSTOMERS_URL: 'http://127.0.0.1:1' },
    eventsUrl: log.url,
  });
  const { data, errors } = await gateway.query(
    '{ order(orderId: "ord_1001") { id total customer { name } } }',
  );
  expect(data).toEqual({ order: { id: 'ord_1001', total: expect.any(Number), customer: null } });
  expect(errors).toEqual([expect.objectContaining({ path: ['order', 'customer'] })]);
  // What a client is told names no address inside.
  expect(JSON.stringify(errors)).not.toContain('127.0.0.1');
  await stopWell(gateway);
});
