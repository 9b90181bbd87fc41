import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { WebSocket } from 'ws';
import { createSseClient } from '../../utils/sse-client.ts';
import { until } from '../../utils/until.ts';
import { startInProcessGateway } from '../in-process-gateway.ts';

type StartedGateway = Awaited<ReturnType<typeof startInProcessGateway>>;

async function placeOrder({ examples }: StartedGateway): Promise<void> {
  const { body } = await request(`${examples.urls.orders}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ customerId: 'cus_1', lines: [{ sku: 'KEYB-01', quantity: 1 }] }),
  });
  await body.dump();
}

/** A service that takes requests and never answers. */
async function startSilentService(): Promise<{ server: Server; url: string }> {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

it('an event that is being enriched when the gateway closes is not delivered with holes', async () => {
  const silent = await startSilentService();
  const gateway = await startInProcessGateway({}, { CUSTOMERS_URL: silent.url });
  const client = createSseClient(gateway.url);
  const results = client.subscribe('subscription { orderCreated { id customer { name } } }');
  const asked = once(silent.server, 'request');
  const enriching = { now: false };
  void asked.then(() => (enriching.now = true));
  await until('a customer is asked for', async () => {
    if (!enriching.now) await placeOrder(gateway);
    return enriching.now;
  });
  const ended = results.ended();
  await gateway.close();
  await ended;
  client.close();
  silent.server.closeAllConnections();
  silent.server.close();
});

it('a client that does not read its goodbye does not keep the gateway from closing', async () => {
  const gateway = await startInProcessGateway();
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.pause();
  const began = performance.now();
  await gateway.close();
  expect(performance.now() - began).toBeLessThan(15_000);
  socket.terminate();
});
