/** Bodies that nobody wants, over real sockets: how much of them is taken, and whether their sender can read the answer. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import supertest from 'supertest';
import type { EventLog } from '../../events/event-log.ts';
import { lingerBytesMax, readBody } from '../../webhooks/http-body.ts';
import { createWebhookReceiver } from '../../webhooks/receive.ts';
import {
  type OpenDoor,
  closing,
  head,
  openDoor,
  openDoorForEachTest,
  order,
  rawSocket,
  signed,
  signedLines,
} from './door.ts';
import { receiverOptions } from './receiver-options.ts';
import { bodyBytesMax } from './sources.ts';

let log: EventLog;
let door: OpenDoor;

openDoorForEachTest((opened) => ({ door, log } = opened));

const inLog = async () => (await log.read('orders', null, 100)).map(({ id }) => id);

test('a body in chunks of one byte holds about as much memory as it has bytes', async () => {
  const request = new PassThrough();
  const reading = readBody(request as unknown as IncomingMessage, { bytesMax: 200_000, bodyMsMax: 60_000 });
  const held = heldBuffers();
  for (let at = 0; at < 100_000; at++) {
    // As Node's HTTP parser gives them: each of its own memory.
    const chunk = Buffer.alloc(1, at % 251);
    held.add(chunk);
    request.write(chunk);
    if (at % 1000 === 0) await setImmediate();
  }
  expect(await held.count()).toBeLessThan(5_000);
  request.end();
  const body = await reading;
  expect(body).toEqual(Buffer.from(Array.from({ length: 100_000 }, (_, at) => at % 251)));
});

/** Counts the buffers that somebody still holds. */
function heldBuffers() {
  const refs: WeakRef<Buffer>[] = [];
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return {
    add: (buffer: Buffer) => void refs.push(new WeakRef(buffer)),
    async count() {
      await setImmediate();
      collect();
      return refs.filter((ref) => ref.deref()).length;
    },
  };
}

const expecting = (length: number, path?: string) =>
  head(`${signedLines}\r\nexpect: 100-continue\r\ncontent-length: ${length}`, path);

describe('a sender that waits to be asked for the body', () => {
  test('is asked for it, and answered', async () => {
    const { socket, answered } = await rawSocket(door);
    socket.write(expecting(order.length));
    expect(await answered(/\r\n\r\n/)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write(order);
    await answered(/\r\n\r\nHTTP\/1\.1 202 /);
    expect(await inLog()).toEqual(['msg_1']);
    socket.destroy();
  });

  test('may be asked by whoever serves what is no delivery', async () => {
    const { socket, answered } = await rawSocket(door);
    socket.write(expecting(order.length, '/graphql'));
    await answered(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    socket.destroy();
  });

  test.each([
    ['that is declared too large', bodyBytesMax + 1, undefined, 413],
    ['for nobody', order.length, '/webhooks/nobody', 404],
  ])('is not asked for one %s', async (_what, length, path, status) => {
    const { socket, answered } = await rawSocket(door);
    socket.write(expecting(length, path));
    expect(await answered(/\}$/)).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} .*\r\nconnection: close\r\n`, 'is'),
    );
    socket.destroy();
  });
});

describe('a body that is not read', () => {
  const big = Buffer.alloc(1024 * 1024, 'a');

  test('of a declared length above the limit is refused while it is sent, and its sender can read the answer', async () => {
    const answer = await supertest(door.server).post('/webhooks/orders').set(signed).send(big.toString());
    expect([answer.status, answer.headers.connection]).toEqual([413, 'close']);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'WEBHOOK_BODY_TOO_LARGE' });
  });

  test('above the limit is taken to its end, so that its sender sees the answer and no reset', async () => {
    const { socket, answered, closed } = await rawSocket(door);
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

  test('that never ends is cut off', async () => {
    const { socket, closed, received } = await rawSocket(door);
    socket.write(head('transfer-encoding: chunked'));
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), big, Buffer.from('\r\n')]);
    while (!socket.closed) {
      if (!socket.write(chunk))
        await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
    }
    expect(received()).toMatch(/^HTTP\/1\.1 413 /);
    expect(door.connections[0]?.bytesRead).toBeLessThan(2 * lingerBytesMax);
  });

  test('that is late is not waited for', async () => {
    const impatient = await openDoor(createWebhookReceiver(receiverOptions(log)), 50);
    const { socket, answered, closed } = await rawSocket(impatient);
    socket.write(head(`${signedLines}\r\ncontent-length: ${order.length}`) + order.slice(0, 10));
    expect(await answered(/\}$/)).toMatch(/^HTTP\/1\.1 408 /);
    expect(impatient.connections[0]?.writableEnded).toBe(true);
    await closed;
    await impatient.close();
  });

  test('sent to nobody is 404 and not waited for', async () => {
    const { socket, answered, closed } = await rawSocket(door);
    socket.write(head('content-length: 1000000', '/webhooks/nobody') + 'a'.repeat(1000));
    expect(await answered(/\}$/)).toMatch(/^HTTP\/1\.1 404 .*\r\nconnection: close\r\n/is);
    socket.destroy();
    await closed;
  });
});

test('a sender that goes away in the middle gets no answer, and the next one is served', async () => {
  const { socket } = await rawSocket(door);
  socket.write(head(`${signedLines}\r\ncontent-length: ${order.length}`) + order.slice(0, 10));
  const [request] = (await once(door.server, 'request')) as [NodeJS.EventEmitter];
  const gone = closing(request);
  socket.resetAndDestroy();
  await gone;
  expect(await inLog()).toEqual([]);
  const answer = await supertest(door.server).post('/webhooks/orders').set(signed).send(order);
  expect(answer.status).toBe(202);
});
