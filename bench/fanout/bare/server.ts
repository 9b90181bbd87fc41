import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { listenReady } from '../../ready.ts';

/**
 * The limit: `node:http` and `ws`. What is POSTed to `/events` is the payload of a message, serialised already; it goes to
 * every subscriber as it is. Of `graphql-transport-ws` there is only what a client needs: nothing is parsed as GraphQL.
 */
interface ClientMessage {
  type: string;
  id: string;
}

/** Subscribers by the id that they gave their operation. */
const subscribers = new Map<string, Set<WebSocket>>();

function receive(socket: WebSocket, text: string): void {
  const { type, id } = JSON.parse(text) as ClientMessage;
  if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
  if (type !== 'subscribe') return;
  const sockets = subscribers.get(id) ?? new Set();
  subscribers.set(id, sockets.add(socket));
  socket.once('close', () => sockets.delete(socket));
}

function broadcast(payload: Buffer): void {
  for (const [id, sockets] of subscribers) {
    const start = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
    const message = Buffer.concat([start, payload, Buffer.from('}')]);
    for (const socket of sockets) socket.send(message, { binary: false });
  }
}

async function publish(request: IncomingMessage, response: ServerResponse): Promise<void> {
  broadcast(await buffer(request));
  response.writeHead(202).end();
}

const server = createServer((request, response) => void publish(request, response));
const sockets = new WebSocketServer({ server, path: '/graphql' });
sockets.on('connection', (socket) => {
  socket.on('message', (data: RawData) => receive(socket, (data as Buffer).toString()));
});
listenReady(server);
