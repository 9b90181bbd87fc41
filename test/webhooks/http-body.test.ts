/** Bodies that nobody wants, over real sockets: how much of them is taken, and whether their sender can read the answer. */
import { once } from 'node:events';
import supertest from 'supertest';
import type { EventLog } from '../../events/event-log.ts';
import { lingerBytesMax } from '../../webhooks/http-body.ts';
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

let log: EventLog;
let door: OpenDoor;

openDoorForEachTest((opened) => ({ door, log } = opened));

const inLog = async () => (await log.read('orders', null, 100)).map(({ id }) => id);

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
