/** Deliveries over real sockets: what the adapter does with bodies that are late, long, cut off or lied about. */
import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { Readable } from 'node:stream';
import express from 'express';
import supertest from 'supertest';
import { Client } from 'undici';
import type { EventLog } from '../../events/event-log.ts';
import { createSqliteEventLog } from '../../events/sqlite/sqlite-event-log.ts';
import { webhooksRouter } from '../../webhooks/express.ts';
import { lingerBytesMax } from '../../webhooks/http-body.ts';
import { createWebhookReceiver } from '../../webhooks/receive.ts';
import { recordingLogger } from './recording-logger.ts';
import { nowMs, standard } from './senders.ts';
import { bodyBytesMax, sources } from './sources.ts';

const order = '{"type":"order.created","data":{"id":"o-1","total":1}}';
const { headers } = standard({ source: 'orders', body: order });
const signed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
const head = (lines: string, path = '/webhooks/orders') =>
  `POST ${path} HTTP/1.1\r\nhost: test\r\n${lines}\r\n\r\n`;
const signedLines = Object.entries(signed)
  .map(([name, value]) => `${name}: ${value}`)
  .join('\r\n');

let log: EventLog;
let server: Server;
let connections: Socket[];

beforeEach(async () => {
  log = await createSqliteEventLog({ path: ':memory:' });
  const receiver = createWebhookReceiver({ sources, log, now: () => nowMs, logger: recordingLogger() });
  const app = express().use(webhooksRouter({ receiver, bodyBytesMaxOf: receiver.bodyBytesMaxOf }));
  connections = [];
  server = createServer(app).on('connection', (socket) => connections.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  await log.close();
});

const port = () => (server.address() as AddressInfo).port;
const inLog = async () => (await log.read('orders', null, 100)).map(({ id }) => id);

/** Resolves when it is closed, however: a reset is a way to be closed. */
function closing(stream: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    stream.on('error', () => {}).once('close', resolve);
  });
}

/** Opens a socket and collects what comes back; `answered` when there is as much text as `pattern` asks for. */
async function rawSocket() {
  const socket = connect(port(), '127.0.0.1');
  await once(socket, 'connect');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const closed = closing(socket);
  async function answered(pattern: RegExp): Promise<string> {
    while (!pattern.test(text)) await once(socket, 'data');
    return text;
  }
  return { socket, closed, answered, received: () => text };
}

describe('a delivery', () => {
  test.each(['application/json', 'application/json; charset=utf-8', 'application/json;charset=UTF-8'])(
    'of %s is taken',
    async (contentType) => {
      const request = supertest(server).post('/webhooks/orders').set(signed).set('content-type', contentType);
      const answer = await request.send(order);
      expect([answer.status, answer.text]).toEqual([202, '']);
      expect(await inLog()).toEqual(['msg_1']);
    },
  );

  test("is taken at its event's own route, chunked, in pieces that cut characters", async () => {
    const body = order.replace('o-1', 'o-♥');
    const bytes = Buffer.from(body);
    const { headers: own } = standard({ source: 'orders', body });
    const client = new Client(`http://127.0.0.1:${port()}`);
    const answer = await client.request({
      method: 'POST',
      path: '/webhooks/orders/orderCreated',
      headers: Object.entries(own).flat() as string[],
      body: Readable.from(Array.from(bytes, (byte) => Buffer.of(byte))),
    });
    await answer.body.dump();
    expect(answer.statusCode).toBe(202);
    expect(await log.read('orders', null, 1)).toMatchObject([{ subject: 'o-♥', dataJson: body }]);
    await client.close();
  });

  test('leaves its connection open for the next, and a problem is problem+json', async () => {
    const client = new Client(`http://127.0.0.1:${port()}`);
    const send = (path: string, body: string) =>
      client.request({ method: 'POST', path, headers: signed, body });
    const first = await send('/webhooks/orders', order);
    await first.body.dump();
    const second = await send('/webhooks/orders', `${order} `);
    expect(second.statusCode).toBe(401);
    expect(second.headers['content-type']).toBe('application/problem+json');
    expect(await second.body.json()).toEqual({
      title: 'The delivery could not be verified',
      status: 401,
      code: 'WEBHOOK_SIGNATURE_INVALID',
    });
    const third = await send('/webhooks/orders', order);
    await third.body.dump();
    expect([third.statusCode, third.headers['sluice-duplicate']]).toEqual([202, 'true']);
    expect(connections).toHaveLength(1);
    await client.close();
  });

  test('that repeats a header on the wire is refused, though joined it might look like one', async () => {
    const { socket, answered } = await rawSocket();
    socket.write(head(`${signedLines}\r\nwebhook-id: msg_1\r\ncontent-length: ${order.length}`) + order);
    expect(await answered(/\}$/)).toMatch(/^HTTP\/1\.1 401 /);
    expect(await inLog()).toEqual([]);
    socket.destroy();
  });

  test('may follow another on the same socket before that was answered', async () => {
    const { socket, answered } = await rawSocket();
    const one = head(`${signedLines}\r\ncontent-length: ${order.length}`) + order;
    socket.write(one + one);
    const text = await answered(/HTTP.*HTTP.*\r\n\r\n$/s);
    expect(text.match(/HTTP\/1\.1 202|sluice-duplicate: true/g)).toEqual([
      'HTTP/1.1 202',
      'HTTP/1.1 202',
      'sluice-duplicate: true',
    ]);
    socket.destroy();
  });

  test('answered 204 has no body and no length', async () => {
    const { headers: own } = standard({ source: 'payments', body: '{"payment":"p"}' });
    const request = supertest(server)
      .post('/webhooks/payments')
      .set(own as Record<string, string>);
    const answer = await request.send('{"payment":"p"}');
    expect([answer.status, answer.text, answer.headers['content-length']]).toEqual([204, '', undefined]);
  });
});

describe('what is no delivery', () => {
  test.each([
    ['GET', '/webhooks/orders', 405],
    ['DELETE', '/webhooks/orders/orderCreated', 405],
    ['GET', '/webhooks/nobody', 404],
    ['POST', '/webhooks/nobody', 404],
    ['POST', '/webhooks/orders/orderEaten', 404],
    ['POST', '/webhooks/ORDERS', 404],
    ['POST', '/webhooks/orders%2ForderCreated', 404],
    ['POST', '/webhooks/orders/orderCreated/more', 404],
    ['POST', '/webhooks/%ff', 404],
  ])('%s %s is %i', async (method, path, status) => {
    const client = new Client(`http://127.0.0.1:${port()}`);
    const answer = await client.request({
      method,
      path,
      headers: signed,
      body: method === 'POST' ? order : null,
    });
    await answer.body.dump();
    expect(answer.statusCode).toBe(status);
    expect(answer.headers.allow).toBe(status === 405 ? 'POST' : undefined);
    expect(await inLog()).toEqual([]);
    await client.close();
  });

  test('a path that can not be decoded is 404 and no error of the server', async () => {
    const receiver = createWebhookReceiver({ sources, log, now: () => nowMs, logger: recordingLogger() });
    const errors: unknown[] = [];
    const app = express()
      .use(webhooksRouter({ receiver, bodyBytesMaxOf: receiver.bodyBytesMaxOf }))
      .use((error: unknown, _request: unknown, response: express.Response, _next: express.NextFunction) => {
        errors.push(error);
        response.sendStatus(500);
      });
    for (const path of ['/webhooks/%FF', '/webhooks/orders/%E0%A4%A', '/webhooks/%']) {
      const answer = await supertest(app).post(path).set(signed).send(order);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'WEBHOOK_SOURCE_UNKNOWN' });
    }
    expect(errors).toEqual([]);
  });

  test('a router behind a body parser says so instead of refusing every signature', async () => {
    const receiver = createWebhookReceiver({ sources, log, now: () => nowMs, logger: recordingLogger() });
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const app = express()
      .use(express.json())
      .use(webhooksRouter({ receiver, bodyBytesMaxOf: receiver.bodyBytesMaxOf }))
      .use((error: unknown, _request: unknown, response: express.Response, _next: express.NextFunction) => {
        resolve(error);
        response.sendStatus(500);
      });
    await supertest(app).post('/webhooks/orders').set(signed).send(order);
    expect(await promise).toEqual(new Error('Mount the webhooks router before any body parser'));
  });
});

describe('a body above the limit', () => {
  const big = Buffer.alloc(1024 * 1024, 'a');

  test('of a declared length is refused while it is sent, and its sender can read the answer', async () => {
    const answer = await supertest(server).post('/webhooks/orders').set(signed).send(big.toString());
    expect([answer.status, answer.headers.connection]).toEqual([413, 'close']);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'WEBHOOK_BODY_TOO_LARGE' });
  });

  test('is taken to its end, so that its sender sees the answer and no reset', async () => {
    const { socket, answered, closed } = await rawSocket();
    const errors: unknown[] = [];
    socket.on('error', (error) => errors.push(error));
    socket.write(head(`content-length: ${big.length}`));
    await answered(/\}$/);
    for (let sent = 0; sent < big.length; sent += 65_536) {
      await new Promise((resolve) => socket.write(big.subarray(sent, sent + 65_536), resolve));
    }
    await closed;
    expect(errors).toEqual([]);
  });

  test('is refused before any of it was sent', async () => {
    const { socket, answered, closed } = await rawSocket();
    socket.write(head(`content-length: ${bodyBytesMax + 1}`));
    expect(await answered(/\}$/)).toMatch(/^HTTP\/1\.1 413 .*\r\nconnection: close\r\n/is);
    socket.end();
    await closed;
  });

  test('in chunks without a length is refused as soon as it is above, not when it ends', async () => {
    const { socket, answered, closed } = await rawSocket();
    const chunk = `800\r\n${'a'.repeat(0x800)}\r\n`;
    socket.write(head('transfer-encoding: chunked') + chunk + chunk + chunk);
    expect(await answered(/\}$/)).toMatch(/^HTTP\/1\.1 413 .*\r\nconnection: close\r\n/is);
    socket.write('0\r\n\r\n');
    await closed;
    expect(await inLog()).toEqual([]);
  });

  test('that never ends is cut off', async () => {
    const { socket, closed, received } = await rawSocket();
    socket.write(head('transfer-encoding: chunked'));
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), big, Buffer.from('\r\n')]);
    while (!socket.closed) {
      if (!socket.write(chunk))
        await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
    }
    expect(received()).toMatch(/^HTTP\/1\.1 413 /);
    expect(connections[0]?.bytesRead).toBeLessThan(2 * lingerBytesMax);
  });

  test('sent to nobody is 404 and not waited for', async () => {
    const { socket, answered, closed } = await rawSocket();
    socket.write(head('content-length: 1000000', '/webhooks/nobody') + 'a'.repeat(1000));
    expect(await answered(/\}$/)).toMatch(/^HTTP\/1\.1 404 .*\r\nconnection: close\r\n/is);
    socket.destroy();
    await closed;
  });
});

describe('a body that is not as long as declared', () => {
  test('more bytes than declared are no part of the delivery', async () => {
    const { socket, closed, received } = await rawSocket();
    socket.write(head(`${signedLines}\r\ncontent-length: ${order.length - 1}`) + order);
    await closed;
    expect(received()).not.toMatch(/ 2\d\d /);
    expect(await inLog()).toEqual([]);
  });

  test('bytes after a whole delivery do it no harm, and are no second one', async () => {
    const { socket, closed, received } = await rawSocket();
    socket.write(head(`${signedLines}\r\ncontent-length: ${order.length}`) + order + order);
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 (?:202|400) /);
    expect((await inLog()).length).toBeLessThanOrEqual(1);
  });

  test('fewer bytes, and an end: nothing is appended', async () => {
    const { socket, closed, received } = await rawSocket();
    socket.end(head(`${signedLines}\r\ncontent-length: ${order.length + 1}`) + order);
    await closed;
    expect(received()).not.toMatch(/ 2\d\d /);
    expect(await inLog()).toEqual([]);
  });

  test('both a length and chunks is refused by the HTTP parser', async () => {
    const { socket, closed, received } = await rawSocket();
    socket.write(
      head(`${signedLines}\r\ncontent-length: ${order.length}\r\ntransfer-encoding: chunked`) + order,
    );
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 400 /);
    expect(await inLog()).toEqual([]);
  });

  test('a sender that goes away in the middle gets no answer, and the next one is served', async () => {
    const { socket } = await rawSocket();
    socket.write(head(`${signedLines}\r\ncontent-length: ${order.length}`) + order.slice(0, 10));
    const [request] = (await once(server, 'request')) as [NodeJS.EventEmitter];
    const gone = closing(request);
    socket.resetAndDestroy();
    await gone;
    expect(await inLog()).toEqual([]);
    const answer = await supertest(server).post('/webhooks/orders').set(signed).send(order);
    expect(answer.status).toBe(202);
  });
});
