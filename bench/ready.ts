import type { Server } from 'node:http';

/** Listens on a free port, and tells whoever started this process where. */
export function listenReady(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object')
      process.send?.({ ready: `http://127.0.0.1:${address.port}` });
  });
}
