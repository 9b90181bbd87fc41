import { once } from 'node:events';
import { WebSocket } from 'ws';
import { orderData, orderNumber, subscription } from './order.ts';

export interface SubscribersOptions {
  /** Base URL of the server. */
  url: string;
  count: number;
  /** Longest time that an event may take to reach all. @default 20000 */
  deliveryMsMax?: number;
}

/** So many WebSockets with one subscription each, by `graphql-transport-ws`. */
export interface Subscribers {
  /** How many have got nothing yet. @throws Error when one was told something else than an event, or was closed */
  silent(): number;
  /**
   * To be called before the event is published. Events that nobody said to expect are not looked at.
   * @returns the moment at which the last subscriber had it, as `performance.now()` tells it
   * @throws Error when one gets it twice, is closed or told something else, when the data is not that of the event, which
   *   is looked at for the first of the subscribers, or when it takes longer than `deliveryMsMax`
   */
  expect(number: number): Promise<number>;
  /** The last message of the first subscriber, as it came. */
  lastMessage: () => Buffer;
  close: () => Promise<void>;
}

/** An event on its way. */
interface Expected {
  data: Buffer;
  /** By subscriber: 1 for those who have it. */
  got: Uint8Array;
  missing: number;
  resolve: (time: number) => void;
  reject: (reason: Error) => void;
  late: NodeJS.Timeout;
}

/** How many connect at a time: fewer than the sockets that a listening one keeps waiting. */
const connectingMax = 100;

/** @throws Error when a server does not take them all */
export async function connectSubscribers(options: SubscribersOptions): Promise<Subscribers> {
  const { url, count, deliveryMsMax = 20_000 } = options;
  const sockets: WebSocket[] = [];
  const expected = new Map<number, Expected>();
  const delivered = new Set<number>();
  const heard = new Uint8Array(count);
  let lastMessage: Buffer = Buffer.alloc(0);
  let failure: Error | undefined;

  const fail = (reason: string) => {
    failure ??= new Error(`${url}: ${reason}`);
    for (const { reject } of expected.values()) reject(failure);
  };

  const receive = (index: number, message: Buffer) => {
    const number = orderNumber(message);
    if (Number.isNaN(number)) return fail(`a subscriber was told ${message.toString().slice(0, 500)}`);
    heard[index] = 1;
    if (index === 0) lastMessage = message;
    const event = expected.get(number);
    if (event?.got[index] === 1 || delivered.has(number)) return fail(`event ${number} came twice`);
    if (!event) return;
    if (index === 0 && !message.includes(event.data)) {
      return fail(`instead of ${event.data.toString()} came ${message.toString().slice(0, 1_000)}`);
    }
    event.got[index] = 1;
    if (--event.missing > 0) return;
    expected.delete(number);
    delivered.add(number);
    event.resolve(performance.now());
  };

  const expect: Subscribers['expect'] = async (number) => {
    if (failure) throw failure;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const late = setTimeout(() => {
      const { missing } = expected.get(number) ?? {};
      reject(
        new Error(`${url}: event ${number} did not reach ${missing} of ${count} in ${deliveryMsMax} ms`),
      );
    }, deliveryMsMax);
    const data = Buffer.from(`"data":${orderData(number)}`);
    expected.set(number, { data, got: new Uint8Array(count), missing: count, resolve, reject, late });
    return promise.finally(() => clearTimeout(late));
  };

  const close = async () => {
    for (const { late } of expected.values()) clearTimeout(late);
    expected.clear();
    await Promise.all(sockets.map(closeSocket));
  };

  const connect = async () => {
    const socket = openSocket(url);
    const index = sockets.push(socket) - 1;
    await subscribe(socket);
    socket.on('message', (data: Buffer) => receive(index, data));
    socket.once('error', ({ message }) => fail(message));
    socket.once('close', (code: number) => fail(`a subscriber was closed with ${code}`));
  };

  try {
    while (sockets.length < count) {
      await Promise.all(Array.from({ length: Math.min(connectingMax, count - sockets.length) }, connect));
    }
  } catch (cause) {
    await close();
    throw new Error(`${url} did not take ${count} subscribers: ${(cause as Error).message}`, { cause });
  }
  return {
    silent: () => {
      if (failure) throw failure;
      return heard.filter((got) => got === 0).length;
    },
    expect,
    lastMessage: () => lastMessage,
    close,
  };
}

function openSocket(url: string): WebSocket {
  const options = { perMessageDeflate: false };
  return new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws', options);
}

async function subscribe(socket: WebSocket): Promise<void> {
  const closed = once(socket, 'close').then(([code]) => {
    throw new Error(`${socket.url} was closed with ${code}`);
  });
  closed.catch(() => {});
  await Promise.race([greet(socket), closed]);
}

/** No answer tells when the subscription has begun. */
async function greet(socket: WebSocket): Promise<void> {
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: subscription } }));
}

async function closeSocket(socket: WebSocket): Promise<void> {
  socket.removeAllListeners();
  // Of a socket that is still connecting.
  socket.on('error', () => {});
  if (socket.readyState === WebSocket.CLOSED) return;
  const closed = Promise.withResolvers<void>();
  socket.once('close', () => closed.resolve());
  socket.terminate();
  await closed.promise;
}
