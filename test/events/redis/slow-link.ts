import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';

/** A way to a server on which much takes its time. */
export interface SlowLink {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Listens on a free loopback port, and passes on no more than so many bytes per second each way. */
export async function startSlowLink(serverPort: number, bytesPerSecond: number): Promise<SlowLink> {
  const sockets = new Set<Socket>();

  async function* slowly(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      yield chunk;
      await setTimeout((chunk.length / bytesPerSecond) * 1000);
    }
  }

  const proxy = createServer((client) => {
    const server = connect(serverPort, '127.0.0.1');
    for (const socket of [client, server]) sockets.add(socket);
    // Either side may leave at any time; the other one is then ended by its pipeline.
    pipeline(client, slowly, server).catch(() => {});
    pipeline(server, slowly, client).catch(() => {});
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');

  return {
    port: (proxy.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
