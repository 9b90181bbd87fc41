/** A server with the webhook door on a real socket, and what tests send to it. */
import { once } from 'node:events';
import { type Server, type ServerOptions, createServer } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';
import type { EventLog } from '../../events/event-log.ts';
import { createSqliteEventLog } from '../../events/sqlite/sqlite-event-log.ts';
import { serveExpecting } from '../../webhooks/continue.ts';
import { createWebhookDoor } from '../../webhooks/node-http.ts';
import { type WebhookReceiver, createWebhookReceiver } from '../../webhooks/receive.ts';
import { receiverOptions } from './receiver-options.ts';
import { recordingLogger } from './recording-logger.ts';
import { standard } from './senders.ts';

export const order = '{"type":"order.created","data":{"id":"o-1","total":1}}';
const { headers } = standard({ source: 'orders', body: order });
/** The headers of a delivery of that order, and as lines. */
export const signed = Object.fromEntries(
  Object.entries(headers).map(([name, value]) => [name, String(value)]),
);
export const signedLines = Object.entries(signed)
  .map(([name, value]) => `${name}: ${value}`)
  .join('\r\n');
export const head = (lines: string, path = '/webhooks/orders') =>
  `POST ${path} HTTP/1.1\r\nhost: test\r\n${lines}\r\n\r\n`;

export interface OpenDoor {
  readonly server: Server;
  readonly port: number;
  readonly url: string;
  readonly connections: readonly Socket[];
  /** What was no delivery, and is answered 200. */
  readonly passedOn: readonly (string | undefined)[];
  readonly close: () => Promise<void>;
}

export async function openDoor(
  receiver: Pick<WebhookReceiver, 'receive'>,
  bodyMsMax?: number,
  options: ServerOptions = {},
): Promise<OpenDoor> {
  const connections: Socket[] = [];
  const passedOn: (string | undefined)[] = [];
  const door = createWebhookDoor({
    receiver,
    next: (request, response) => {
      passedOn.push(request.url);
      response.end();
    },
    logger: recordingLogger(),
    bodyMsMax,
  });
  const server = createServer(options, door).on('connection', (socket) => connections.push(socket));
  serveExpecting(server, door);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { server, port, url: `http://127.0.0.1:${port}`, connections, passedOn, close };
}

/** Opens a door of the tests' sources on a log of its own before each test, and closes both after it. */
export function openDoorForEachTest(take: (opened: { door: OpenDoor; log: EventLog }) => void): void {
  let log: EventLog;
  let door: OpenDoor;
  beforeEach(async () => {
    log = await createSqliteEventLog({ path: ':memory:' });
    door = await openDoor(createWebhookReceiver(receiverOptions(log)));
    take({ door, log });
  });
  afterEach(async () => {
    await door.close();
    await log.close();
  });
}

/** Resolves when it is closed, however: a reset is a way to be closed. */
export function closing(stream: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    stream.on('error', () => {}).once('close', resolve);
  });
}

/** Opens a socket and collects what comes back; `answered` when there is as much text as `pattern` asks for. */
export async function rawSocket({ port }: OpenDoor) {
  const socket = connect(port, '127.0.0.1');
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
