import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** An address that leads to one server after the other, as a name or a load balancer does after a failover. */
export interface MovableAddress {
  readonly url: string;
  /** Connections that are open are reset; new ones lead to the other port. */
  readonly leadTo: (port: number) => void;
  readonly close: () => Promise<void>;
}

export async function createMovableAddress(port: number): Promise<MovableAddress> {
  const sockets = new Set<Socket>();
  let target = port;
  const server = createServer((client) => {
    const there = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [client, there],
      [there, client],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (next) => {
      target = next;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
