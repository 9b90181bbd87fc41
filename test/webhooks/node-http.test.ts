/** Deliveries over real sockets: which requests are some, and what the receiver gets to see of them. */
import { Readable } from 'node:stream';
import supertest from 'supertest';
import { Client } from 'undici';
import type { EventLog } from '../../events/event-log.ts';
import type { ArrivingDelivery } from '../../webhooks/delivery.ts';
import {
  type OpenDoor,
  head,
  openDoor,
  openDoorForEachTest,
  order,
  rawSocket,
  signed,
  signedLines,
} from './door.ts';
import { standard } from './senders.ts';

let log: EventLog;
let door: OpenDoor;

openDoorForEachTest((opened) => ({ door, log } = opened));

const inLog = async () => (await log.read('orders', null, 100)).map(({ id }) => id);

describe('a delivery', () => {
  test.each(['application/json', 'application/json; charset=utf-8', 'application/json;charset=UTF-8'])(
    'of %s is taken',
    async (contentType) => {
      const request = supertest(door.server)
        .post('/webhooks/orders')
        .set(signed)
        .set('content-type', contentType);
      const answer = await request.send(order);
      expect([answer.status, answer.text]).toEqual([202, '']);
      expect(await inLog()).toEqual(['msg_1']);
    },
  );

  test("is taken at its event's own route, chunked, in pieces that cut characters", async () => {
    const body = order.replace('o-1', 'o-♥');
    const bytes = Buffer.from(body);
    const { headers: own } = standard({ source: 'orders', body });
    const client = new Client(door.url);
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
    const client = new Client(door.url);
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
    expect(door.connections).toHaveLength(1);
    await client.close();
  });

  test('answered 204 has no body and no length', async () => {
    const { headers: own } = standard({ source: 'payments', body: '{"payment":"p"}' });
    const request = supertest(door.server)
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
    const client = new Client(door.url);
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

  test.each([
    '/webhooks/%FF',
    '/webhooks/orders/%E0%A4%A',
    '/webhooks/%',
    '/webhooks/',
    '/webhooks//orderCreated',
  ])('%s can not be decoded or names nothing: 404', async (path) => {
    const { socket, answered } = await rawSocket(door);
    socket.write(head(`${signedLines}\r\ncontent-length: ${order.length}`, path) + order);
    expect(await answered(/\}$/)).toMatch(/^HTTP\/1\.1 404 .*"code":"WEBHOOK_SOURCE_UNKNOWN"/s);
    socket.destroy();
    expect([door.passedOn, await inLog()]).toEqual([[], []]);
  });

  test.each([
    '/webhooks/registrations',
    '/webhooks/registrations/reg_1?a=b',
    '/webhooks',
    '/webhook/orders',
    '/',
  ])('%s is left to the rest of the server', async (path) => {
    await supertest(door.server).post(path).set(signed).send(order).expect(200);
    expect(door.passedOn).toEqual([path]);
  });
});

describe('what the receiver gets to see', () => {
  test('path and query as they came, who sent it, and each header by itself', async () => {
    const seen: ArrivingDelivery[] = [];
    const spy = await openDoor({
      receive: (arriving) => {
        seen.push(arriving);
        return Promise.resolve({ status: 204, headers: {}, body: null, outcome: 'handshake' });
      },
    });
    const client = new Client(spy.url);
    const path = '/webhooks/or%64ers/order%20Created/?validationToken=a%20b&x=%FF';
    const headers = ['X-One', 'é', '__proto__', 'mine', 'x-one', 'two', 'X-ONE', 'three'];
    const { body } = await client.request({ method: 'OPTIONS', path, headers });
    await body.dump();
    await client.close();
    await spy.close();
    expect(seen).toEqual([
      expect.objectContaining({
        source: 'orders',
        event: 'order Created',
        method: 'OPTIONS',
        target: path,
        peer: '127.0.0.1',
      }),
    ]);
    expect(seen[0]?.headers['x-one']).toEqual(['é', 'two', 'three']);
    expect(Object.entries(seen[0]?.headers ?? {})).toContainEqual(['__proto__', 'mine']);
  });
});
