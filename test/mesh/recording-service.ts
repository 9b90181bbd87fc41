import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface RecordedRequest {
  method: string;
  /** Path and query, as they stood in the request line. */
  target: string;
  headers: IncomingMessage['headers'];
  /** Name, value, name, value, in the order and case in which they came. */
  rawHeaders: readonly string[];
  body: string;
  /** The same as it came. */
  bytes: Buffer;
  /** The same for requests that came over one connection. */
  connection: number;
}

export type Answer = (request: RecordedRequest, response: ServerResponse) => void;

/** A REST service on a port of its own that remembers what it was asked. */
export interface RecordingService {
  readonly url: string;
  readonly port: number;
  readonly requests: RecordedRequest[];
  /** Answers from now on; connections stay open. */
  answer: Answer;
  close(): Promise<void>;
}

/** @param answer what it says; `{}` as JSON unless told */
export async function startRecordingService(answer: Answer = json({})): Promise<RecordingService> {
  const requests: RecordedRequest[] = [];
  const server = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const request = {
        method: incoming.method ?? '',
        target: incoming.url ?? '',
        headers: incoming.headers,
        rawHeaders: incoming.rawHeaders,
        body: Buffer.concat(parts).toString(),
        bytes: Buffer.concat(parts),
        connection: incoming.socket.remotePort ?? 0,
      };
      requests.push(request);
      service.answer(request, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const service: RecordingService = {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    answer,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return service;
}

/** Answers with JSON. */
export function json(value: unknown, status = 200, contentType = 'application/json'): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': contentType }).end(JSON.stringify(value));
  };
}
