import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import express from 'express';
import { parse } from 'yaml';

export const museumDocument = new URL('../../fixtures/museum/openapi.yaml', import.meta.url);

/** A picture of one pixel: the document has no example for the bytes that it answers. */
export const ticketImage = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export interface ServedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly body?: unknown;
}

export interface MuseumService {
  readonly url: string;
  /** Values of the document's examples, by name. */
  readonly examples: Readonly<Record<string, unknown>>;
  /** What was asked since the last call. */
  readonly takeRequests: () => readonly ServedRequest[];
  readonly close: () => Promise<void>;
}

type ExampleRefs = Readonly<Record<string, { $ref: string }>>;
type Content = Readonly<Record<string, { examples?: ExampleRefs }>>;

interface Operation {
  readonly requestBody?: { content: Content };
  readonly responses: Readonly<Record<string, { content?: Content }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { examples: Readonly<Record<string, { value: unknown }>> };
}

/**
 * A service made from the document and nothing else: every route answers its first success status with the example
 * of that name, and a request that is one of the examples gets the answer that has the name of that example.
 */
export async function startMuseumService(): Promise<MuseumService> {
  const { paths, components } = parse(await readFile(museumDocument, 'utf8')) as Document;
  const examples = Object.fromEntries(
    Object.entries(components.examples).map(([name, { value }]) => [name, value]),
  );
  const valueOf = ({ $ref }: { $ref: string }) => examples[$ref.split('/').at(-1) ?? ''];
  let requests: ServedRequest[] = [];

  const app = express().use(express.json());
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const route = path.replaceAll(/\{(\w+)\}/g, ':$1');
      app[method as 'get'](route, ({ method, originalUrl: url, body }, response) => {
        requests.push({ method, url, ...(body !== undefined && { body: body as unknown }) });
        const [status, { content }] = successOf(operation);
        response.status(Number(status));
        const media = Object.entries(content ?? {})[0];
        if (media) {
          const [type, { examples: answers }] = media;
          response.type(type).send(answers ? valueOf(answerTo(operation, answers, body)) : ticketImage);
        } else response.end();
      });
    }
  }

  function answerTo(operation: Operation, answers: ExampleRefs, body: unknown): { $ref: string } {
    const asked = operation.requestBody?.content['application/json']?.examples ?? {};
    const match = Object.entries(asked).find(([, example]) => isDeepStrictEqual(valueOf(example), body));
    const answer = answers[match?.[0] ?? ''] ?? Object.values(answers)[0];
    if (!answer) throw new Error('The document has no example for this answer');
    return answer;
  }

  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    examples,
    takeRequests: () => {
      const taken = requests;
      requests = [];
      return taken;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function successOf({ responses }: Operation) {
  const success = Object.entries(responses).find(([status]) => status.startsWith('2'));
  if (!success) throw new Error('The operation never succeeds');
  return success;
}
