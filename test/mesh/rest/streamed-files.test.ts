import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { asUpload, type UploadedFile } from '../../../mesh/uploads.ts';
import type { RequestBody } from '../../../mesh/rest/bodies.ts';
import { compileRestCall } from '../../../mesh/rest/rest-call.ts';
import { createRestClient, type RestClient } from '../../../mesh/rest/rest-client.ts';
import { until } from '../../utils/until.ts';

const pieceBytes = 64 * 1024;
const call = { subgraph: 'shop', operation: 'upload' };
const multipart: RequestBody = {
  mediaType: 'multipart/form-data',
  isRequired: true,
  isNullable: false,
  parts: new Map(),
};
const wholeBody: RequestBody = { ...multipart, mediaType: 'application/octet-stream' };

/** A file that is made as it is read, and counts. */
function countedFile(pieces: number) {
  const counted = {
    bytesRead: 0,
    isOpened: false,
    isClosed: false,
    file: undefined as unknown as UploadedFile,
  };
  counted.file = asUpload({
    filename: 'big',
    mediaType: 'application/octet-stream',
    bytes: pieces * pieceBytes,
    open: () => {
      counted.isOpened = true;
      let left = pieces;
      const stream = new Readable({
        read() {
          if (left-- <= 0) {
            this.push(null);
            return;
          }
          counted.bytesRead += pieceBytes;
          this.push(Buffer.alloc(pieceBytes, left % 256));
        },
      });
      stream.once('close', () => (counted.isClosed = true));
      return stream;
    },
  });
  return counted;
}

/** A service that does with a request what a test wants, and a client of it. */
async function startService(handle: (request: IncomingMessage) => Promise<void>) {
  const server = createServer((request, response) => {
    void handle(request).then(
      () => response.end(),
      () => response.destroy(),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client: RestClient = createRestClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    headers: { forward: [], set: {} },
    timeoutMs: 60_000,
  });
  return {
    send: (body: RequestBody, input: unknown, signal?: AbortSignal) => {
      const toRequest = compileRestCall({ path: '/', method: 'POST' }, [], call, body);
      return client.send(toRequest({ input }), call, createSubgraphContext({ signal }), 'any');
    },
    async close() {
      await client.close();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const ways = [
  ['as a part', multipart, (file: UploadedFile) => ({ file })],
  ['as the whole body', wholeBody, (file: UploadedFile) => file],
] as const;

describe.each(ways)('a file %s', (_sentence, body, inputOf) => {
  test('is read no faster than the service takes it', async () => {
    const counted = countedFile(1024);
    let received = 0;
    let mostAhead = 0;
    const service = await startService(async (request) => {
      for await (const piece of request) {
        received += (piece as Buffer).length;
        mostAhead = Math.max(mostAhead, counted.bytesRead - received);
        // As slow as other work of the process allows: whoever reads ahead has the time to.
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    await service.send(body, inputOf(counted.file));
    await service.close();
    expect(received).toBeGreaterThanOrEqual(64 * 1024 * 1024);
    // What lies in buffers of the two sockets, of 64 MiB.
    expect(mostAhead).toBeLessThan(16 * 1024 * 1024);
    expect(counted.isClosed).toBe(true);
  });

  test('is not left open by a call that is not made', async () => {
    const counted = countedFile(1);
    const service = await startService(async () => undefined);
    await expect(service.send(body, inputOf(counted.file), AbortSignal.abort())).rejects.toThrow('aborted');
    await service.close();
    await until('the file is closed', async () => counted.isOpened === counted.isClosed);
  });

  test('is closed when the service cuts the connection', async () => {
    const counted = countedFile(1024);
    const service = await startService(async (request) => {
      await once(request, 'data');
      throw new Error('cut');
    });
    await expect(service.send(body, inputOf(counted.file))).rejects.toMatchObject({
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
    await until('the file is closed', async () => counted.isClosed);
    await service.close();
    expect(counted.bytesRead).toBeLessThan(64 * 1024 * 1024);
  });

  test('is closed when nobody waits for the answer any more', async () => {
    const counted = countedFile(1024);
    const left = new AbortController();
    const service = await startService(async (request) => {
      await once(request, 'data');
      left.abort();
      await once(request, 'close');
    });
    await expect(service.send(body, inputOf(counted.file), left.signal)).rejects.toThrow('aborted');
    await until('the file is closed', async () => counted.isClosed);
    await service.close();
    expect(counted.bytesRead).toBeLessThan(64 * 1024 * 1024);
  });
});
