import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What the link does with what crosses it.
 * - `open`: passes it on.
 * - `delayed`: passes it on so much later.
 * - `silent`: takes it and passes nothing on, in either direction; connections stay open, also new ones. A half-open link.
 * - `cut`: resets every connection, and refuses new ones by resetting them too.
 */
export type LinkState = 'open' | 'silent' | 'cut' | { readonly delayedMs: number };

/** A link to a server on this machine that can be made to fail. */
export interface TcpProxy {
  readonly port: number;
  readonly set: (state: LinkState) => void;
  readonly close: () => Promise<void>;
}

/** Listens on a free loopback port and passes everything on to another one. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let state: LinkState = 'open';

  function pass(from: Socket, to: Socket): void {
    from.on('data', (bytes: Buffer) => {
      if (state === 'silent') return;
      if (typeof state === 'object') setTimeout(() => to.write(bytes), state.delayedMs);
      else to.write(bytes);
    });
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }

  const server = createServer((client) => {
    if (state === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const target = connect(targetPort, '127.0.0.1');
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.once('close', () => sockets.delete(socket));
    }
    pass(client, target);
    pass(target, client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    set(next) {
      // What crossed a silent link is gone, so its connections can't go on as if nothing had been.
      const isBroken = next === 'cut' || state === 'silent';
      state = next;
      if (isBroken) for (const socket of sockets) socket.resetAndDestroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
