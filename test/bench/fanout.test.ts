import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { WebSocketServer, type WebSocket } from 'ws';
import { gatherAudience, startRunner, type Audience, type Runner } from '../../bench/fanout/audience.ts';
import { contenders } from '../../bench/fanout/contenders.ts';
import { firstNumber, orderData, orderNumber } from '../../bench/fanout/order.ts';
import { connectSubscribers, type Subscribers } from '../../bench/fanout/subscribers.ts';

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const extensions = '{"event":{"id":"msg_1"}}';

test.each(contenders)('$name delivers every event to all, with the same data', async (contender) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-fanout-'));
  closing.push(() => rm(folder, { recursive: true }));
  const runner: Runner = await startRunner(contender, folder);
  closing.push(runner.server.stop);
  const audience: Audience = await gatherAudience(runner, 3, extensions);
  closing.push(audience.close);
  // Whatever is missing, comes twice or differs is an error.
  await Promise.all([audience.operate(), audience.operate(), audience.operate()]);
  const message = audience.lastMessage();
  const { id, type, payload } = JSON.parse(message.toString()) as {
    id: string;
    type: string;
    payload: { data: unknown };
  };
  expect({ id, type }).toEqual({ id: '1', type: 'next' });
  expect(JSON.stringify(payload.data)).toBe(orderData(orderNumber(message)));
});

/** A server to which sockets subscribe; what they get is up to the test. */
async function startSilent(
  count: number,
  deliveryMsMax = 20_000,
): Promise<{ sockets: readonly WebSocket[]; heard: Subscribers }> {
  const server: Server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets: WebSocket[] = [];
  const listening = new WebSocketServer({ server });
  const subscribed = Promise.withResolvers<void>();
  listening.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      if (data.includes('connection_init')) socket.send('{"type":"connection_ack"}');
      else if (sockets.push(socket) === count) subscribed.resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const heard = await connectSubscribers({ url: `http://127.0.0.1:${port}`, count, deliveryMsMax });
  closing.push(async () => {
    await heard.close();
    listening.close();
    server.close();
    await once(server, 'close');
  });
  await subscribed.promise;
  return { sockets, heard };
}

const next = (number: number, data = orderData(number)) =>
  `{"id":"1","type":"next","payload":{"data":${data}}}`;

test('an event has been delivered when the last one has it', async () => {
  const { sockets, heard } = await startSilent(3);
  expect(heard.silent()).toBe(3);
  const delivered = heard.expect(firstNumber);
  sockets[0]?.send(next(firstNumber));
  sockets[1]?.send(next(firstNumber));
  // Nobody waits for this one.
  sockets[1]?.send(next(firstNumber + 1));
  const sent = performance.now();
  sockets[2]?.send(next(firstNumber));
  expect(await delivered).toBeGreaterThan(sent);
  expect(heard.silent()).toBe(0);
});

interface Failure {
  title: string;
  act: (socket: WebSocket) => void;
  message: RegExp;
  deliveryMsMax?: number;
}

test.each<Failure>([
  { title: 'no message', act: () => {}, message: /did not reach 1 of 1/, deliveryMsMax: 50 },
  {
    title: 'other data',
    act: (socket) => socket.send(next(firstNumber, '{"orderCreated":{"id":"ord_100000"}}')),
    message: /instead of "data":/,
  },
  {
    title: 'an error message',
    act: (socket) => socket.send('{"id":"1","type":"error","payload":[{"message":"no such field"}]}'),
    message: /no such field/,
  },
  { title: 'a closed socket', act: (socket) => socket.close(4400), message: /closed with 4400/ },
])('$title is an error', async ({ act, message, deliveryMsMax }) => {
  const { sockets, heard } = await startSilent(1, deliveryMsMax);
  const delivered = heard.expect(firstNumber);
  for (const socket of sockets) act(socket);
  await expect(delivered).rejects.toThrow(message);
});

test('an event that comes twice is an error, though another subscriber got it not at all', async () => {
  const { sockets, heard } = await startSilent(2);
  const delivered = heard.expect(firstNumber);
  sockets[0]?.send(next(firstNumber));
  sockets[0]?.send(next(firstNumber));
  await expect(delivered).rejects.toThrow(/came twice/);
  expect(() => heard.silent()).toThrow(/came twice/);
});

test('a server that refuses WebSockets is an error', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'));
  const { port } = server.address() as AddressInfo;
  await expect(connectSubscribers({ url: `http://127.0.0.1:${port}`, count: 2 })).rejects.toThrow(/404/);
});
