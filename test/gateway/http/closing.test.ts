import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { WebSocket } from 'ws';
import { createSseClient } from '../../utils/sse-client.ts';
import { openRawConnection } from '../../utils/raw-http.ts';
import { until } from '../../utils/until.ts';
import { startInProcessGateway } from '../in-process-gateway.ts';
import { startSmallGateway } from '../small-gateway.ts';

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

const query = '{ order(id: "7") { id } }';
const post = (text: string) =>
  `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
const requests = [
  { id: 'a POST', text: post(JSON.stringify({ query })) },
  { id: 'a GET', text: `GET /graphql?query=${encodeURIComponent(query)} HTTP/1.1\r\nhost: a\r\n\r\n` },
];

it.each(requests)(
  '$id that was taken is answered when the gateway closes, and its connection ends',
  async ({ text }) => {
    const gateway = await startSmallGateway();
    const held = Promise.withResolvers<() => void>();
    gateway.service.answer = (_, response) =>
      held.resolve(() => response.setHeader('content-type', 'application/json').end('{"id":"7","total":1}'));
    const connection = await openRawConnection(gateway.url);
    connection.socket.write(text);
    const answerIt = await held.promise;
    const closing = gateway.closeGateway();
    await expect(openRawConnection(gateway.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    answerIt();
    expect(await connection.next()).toMatchObject({
      status: 200,
      body: '{"data":{"order":{"id":"7"}}}',
      headers: { connection: 'close' },
    });
    expect(await connection.next()).toBeUndefined();
    await closing;
    await gateway.close();
  },
);
