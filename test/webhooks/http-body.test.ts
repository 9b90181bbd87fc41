/** Bodies over real sockets: those that are late, long, cut off or lied about. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import supertest from 'supertest';
import type { EventLog } from '../../events/event-log.ts';
import { createSqliteEventLog } from '../../events/sqlite/sqlite-event-log.ts';
import { lingerBytesMax, readBody } from '../../webhooks/http-body.ts';
import { createWebhookReceiver } from '../../webhooks/receive.ts';
import { type OpenDoor, closing, head, openDoor, order, rawSocket, signed, signedLines } from './door.ts';
import { receiverOptions } from './receiver-options.ts';
import { bodyBytesMax } from './sources.ts';

let log: EventLog;
let door: OpenDoor;

beforeEach(async () => {
  log = await createSqliteEventLog({ path: ':memory:' });
  door = await openDoor(createWebhookReceiver(receiverOptions(log)));
});
afterEach(async () => {
  await door.close();
  await log.close();
});

const inLog = async () => (await log.read('orders', null, 100)).map(({ id }) => id);

describe('a body that is late', () => {
  let impatient: OpenDoor;
  beforeEach(async () => {
    const receiver = createWebhookReceiver(receiverOptions(log));
    impatient = await openDoor(receiver, 100);
  });
  afterEach(() => impatient.close());

  test.each([
    ['that stops in the middle', 0],
    ['that goes on byte by byte', 20],
  ])('%s is 408, its connection is closed and nothing is kept', async (_what, everyMs) => {
    const { socket, closed, received } = await rawSocket(impatient);
    socket.write(head(`${signedLines}\r\ncontent-length: ${order.length}`) + order.slice(0, 10));
    let sent = 10;
    const drip = everyMs > 0 && setInterval(() => socket.write(order.charAt(sent++ % 40)), everyMs);
    await closed;
    if (drip) clearInterval(drip);
    expect(received()).toMatch(/^HTTP\/1\.1 408 .*\r\nconnection: close\r\n.*"code":"WEBHOOK_BODY_LATE"/is);
    expect(await inLog()).toEqual([]);
  });

  test('in chunks is 408 as well', async () => {
    const { socket, closed, received } = await rawSocket(impatient);
    socket.write(head(`${signedLines}\r\ntransfer-encoding: chunked`) + '1\r\n{\r\n');
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 408 /);
    expect(await inLog()).toEqual([]);
  });
});

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

describe('a body above the limit', () => {
  const big = Buffer.alloc(1024 * 1024, 'a');

  test('of a declared length is refused while it is sent, and its sender can read the answer', async () => {
    const answer = await supertest(door.server).post('/webhooks/orders').set(signed).send(big.toString());
    expect([answer.status, answer.headers.connection]).toEqual([413, 'close']);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'WEBHOOK_BODY_TOO_LARGE' });
  });

  test('is taken to its end, so that its sender sees the answer and no reset', async () => {
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

  test('is refused before any of it was sent', async () => {
    const { socket, answered, closed } = await rawSocket(door);
    socket.write(head(`content-length: ${bodyBytesMax + 1}`));
    expect(await answered(/\}$/)).toMatch(/^HTTP\/1\.1 413 .*\r\nconnection: close\r\n/is);
    socket.end();
    await closed;
  });

  test('in chunks without a length is refused as soon as it is above, not when it ends', async () => {
    const { socket, answered, closed } = await rawSocket(door);
    const chunk = `800\r\n${'a'.repeat(0x800)}\r\n`;
    socket.write(head('transfer-encoding: chunked') + chunk + chunk + chunk);
    expect(await answered(/\}$/)).toMatch(/^HTTP\/1\.1 413 .*\r\nconnection: close\r\n/is);
    socket.write('0\r\n\r\n');
    await closed;
    expect(await inLog()).toEqual([]);
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

  test('sent to nobody is 404 and not waited for', async () => {
    const { socket, answered, closed } = await rawSocket(door);
    socket.write(head('content-length: 1000000', '/webhooks/nobody') + 'a'.repeat(1000));
    expect(await answered(/\}$/)).toMatch(/^HTTP\/1\.1 404 .*\r\nconnection: close\r\n/is);
    socket.destroy();
    await closed;
  });
});

describe('a body that is not as long as declared', () => {
  test('more bytes than declared are no part of the delivery', async () => {
    const { socket, closed, received } = await rawSocket(door);
    socket.write(head(`${signedLines}\r\ncontent-length: ${order.length - 1}`) + order);
    await closed;
    expect(received()).not.toMatch(/ 2\d\d /);
    expect(await inLog()).toEqual([]);
  });

  test('bytes after a whole delivery do it no harm, and are no second one', async () => {
    const { socket, closed, received } = await rawSocket(door);
    socket.write(head(`${signedLines}\r\ncontent-length: ${order.length}`) + order + order);
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 (?:202|400) /);
    expect((await inLog()).length).toBeLessThanOrEqual(1);
  });

  test('fewer bytes, and an end: nothing is appended', async () => {
    const { socket, closed, received } = await rawSocket(door);
    socket.end(head(`${signedLines}\r\ncontent-length: ${order.length + 1}`) + order);
    await closed;
    expect(received()).not.toMatch(/ 2\d\d /);
    expect(await inLog()).toEqual([]);
  });

  test('both a length and chunks is refused by the HTTP parser', async () => {
    const { socket, closed, received } = await rawSocket(door);
    socket.write(
      head(`${signedLines}\r\ncontent-length: ${order.length}\r\ntransfer-encoding: chunked`) + order,
    );
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 400 /);
    expect(await inLog()).toEqual([]);
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
});
