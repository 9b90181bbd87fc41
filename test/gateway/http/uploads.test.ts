import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { request } from 'undici';
import { json, startRecordingService, type RecordingService } from '../../mesh/recording-service.ts';
import { makeSubgraphsFolder, type SubgraphsFolder } from '../../utils/subgraphs-folder.ts';
import { until } from '../../utils/until.ts';
import { startInProcessGateway } from '../in-process-gateway.ts';
import { multipartBody, multipartType, refusedRequests, type RequestPart } from './upload-requests.ts';

const document = `
openapi: 3.1.0
info: { title: Files, version: '1' }
paths:
  /ping: { get: { operationId: ping, responses: { '200': { content: { text/plain: { schema: { type: string } } } } } } }
  /send:
    post:
      operationId: send
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              properties:
                file: { type: string, format: binary }
                files: { type: array, items: { type: string, format: binary } }
                note: { type: string }
      responses: { '200': { content: { application/json: { schema: { type: string } } } } }
  /avatar:
    put:
      operationId: changeAvatar
      requestBody: { required: true, content: { 'image/*': {} } }
      responses: { '200': { content: { application/json: { schema: { type: string } } } } }`;

let service: RecordingService;
let folder: SubgraphsFolder;
let gateway: Awaited<ReturnType<typeof startInProcessGateway>>;
let foldersBefore: readonly string[];

beforeAll(async () => {
  foldersBefore = await uploadFolders();
  service = await startRecordingService(json('done'));
  folder = await makeSubgraphsFolder({
    files: {
      'files/openapi.yaml': document,
      'files/subgraph.yaml': `endpoint: ${service.url}\n`,
    },
  });
  gateway = await startInProcessGateway({
    SUBGRAPHS_DIR: folder.path,
    UPLOAD_FILE_BYTES_MAX: '1000',
    UPLOAD_FILES_MAX: '2',
  });
});
afterAll(async () => {
  await gateway.close();
  await folder.remove();
  await service.close();
});
beforeEach(() => {
  service.requests.length = 0;
  service.answer = json('done');
});
// Whatever happened to a request, none of its files is left.
afterEach(() =>
  until('no file is left', async () => {
    const left = await uploadFolders();
    return left.every((name) => foldersBefore.includes(name));
  }),
);

async function uploadFolders(): Promise<readonly string[]> {
  const names = await readdir(tmpdir());
  return names.filter((name) => name.startsWith('sluice-upload-'));
}

const right = { 'content-type': multipartType, 'apollo-require-preflight': 'true' };

async function post(parts: readonly RequestPart[], headers: Readonly<Record<string, string>> = right) {
  const body = multipartBody(parts);
  const response = await request(`${gateway.url}/graphql`, { method: 'POST', headers, body });
  const answer = (await response.body.json()) as {
    data?: unknown;
    errors?: { message: string; extensions: { code: string } }[];
  };
  return { status: response.statusCode, ...answer };
}

const operations = (query: string, variables: object): RequestPart => ({
  name: 'operations',
  content: JSON.stringify({ query, variables }),
});
const map = (places: object): RequestPart => ({ name: 'map', content: JSON.stringify(places) });
const send = 'mutation ($input: SendRequestInput!) { send(input: $input) }';
const text = (name: string, content: string | Buffer = 'hello'): RequestPart => ({
  name,
  filename: `${name}.txt`,
  contentType: 'text/plain',
  content,
});

/** The body that the service received, with the name of its boundary replaced. */
function receivedParts(): string {
  const [received] = service.requests;
  const boundary = /boundary=(.+)$/.exec(received?.headers['content-type'] ?? '')?.[1] ?? '';
  expect(received?.headers['content-length']).toBe(String(received?.bytes.length));
  return (received?.body ?? '').replaceAll(boundary, 'B');
}

describe('files of a multipart request reach the service', () => {
  test('in a list, with other properties', async () => {
    const answer = await post([
      operations(send, { input: { files: [null, null], note: 'hi' } }),
      map({ 0: ['variables.input.files.0'], 1: ['variables.input.files.1'] }),
      text('0', 'one'),
      text('1', ''),
    ]);
    expect(answer).toEqual({ status: 200, data: { send: 'done' } });
    expect(receivedParts()).toBe(
      [
        '--B\r\nContent-Disposition: form-data; name="files"; filename="0.txt"\r\nContent-Type: text/plain\r\n\r\none\r\n',
        '--B\r\nContent-Disposition: form-data; name="files"; filename="1.txt"\r\nContent-Type: text/plain\r\n\r\n\r\n',
        '--B\r\nContent-Disposition: form-data; name="note"\r\nContent-Type: text/plain\r\n\r\nhi\r\n--B--\r\n',
      ].join(''),
    );
  });

  test('one file in two places', async () => {
    const answer = await post([
      operations(
        'mutation ($a: SendRequestInput!, $b: SendRequestInput!) { a: send(input: $a) b: send(input: $b) }',
        {
          a: { file: null },
          b: { file: null },
        },
      ),
      map({ 0: ['variables.a.file', 'variables.b.file'] }),
      text('0'),
    ]);
    expect(answer).toEqual({ status: 200, data: { a: 'done', b: 'done' } });
    expect(service.requests.map(({ body }) => body.includes('hello'))).toEqual([true, true]);
  });

  test('as the whole body, byte by byte', async () => {
    const bytes = randomBytes(1000);
    const answer = await post([
      operations('mutation ($input: Upload!) { changeAvatar(input: $input) }', { input: null }),
      map({ 0: ['variables.input'] }),
      { name: '0', filename: 'me.webp', contentType: 'image/webp', content: bytes },
    ]);
    expect(answer).toEqual({ status: 200, data: { changeAvatar: 'done' } });
    const [received] = service.requests;
    expect(received?.headers).toMatchObject({ 'content-type': 'image/webp', 'content-length': '1000' });
    expect(received?.bytes.equals(bytes)).toBe(true);
  });

  test('a file that the map does not name is not sent', async () => {
    const answer = await post([operations(send, { input: { note: 'a' } }), map({}), text('0')]);
    expect(answer).toEqual({ status: 200, data: { send: 'done' } });
    expect(receivedParts()).not.toContain('hello');
  });
});

describe('refused before anything is executed', () => {
  test.each(refusedRequests)('$id', async ({ parts, headers, expected }) => {
    const { status, errors } = await post(parts, headers);
    expect({ status, message: errors?.[0]?.message }).toEqual(expected);
    expect(errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
    expect(service.requests).toEqual([]);
  });

  test('a foreign page, whatever header it has', async () => {
    const { status } = await post([], { ...right, origin: 'https://elsewhere.example' });
    expect(status).toBe(403);
  });

  test('an operation that is not valid', async () => {
    const answer = await post([
      operations('mutation ($file: Upload!) { nope }', { file: null }),
      map({ 0: ['variables.file'] }),
      text('0'),
    ]);
    expect(answer.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(service.requests).toEqual([]);
  });

  test.each([
    ['text', '"a.txt"'],
    ['an object like a file', '{"filename":"/etc/passwd","mediaType":"text/plain","bytes":1}'],
  ])('%s in the place of a file', async (_sentence, value) => {
    const response = await request(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query":${JSON.stringify(send)},"variables":{"input":{"file":${value}}}}`,
    });
    const { errors } = (await response.body.json()) as { errors: unknown };
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('Upload takes a file of a GraphQL multipart request') as string,
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
    expect(service.requests).toEqual([]);
  });

  test('a literal in the place of a file', async () => {
    const response = await request(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'mutation { send(input: { file: "a.txt" }) }' }),
    });
    const { errors } = (await response.body.json()) as { errors: { extensions: { code: string } }[] };
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(service.requests).toEqual([]);
  });
});

describe('somebody leaves', () => {
  test('the client, in the middle of a file', async () => {
    const whole = multipartBody([
      operations(send, { input: { file: null } }),
      map({ 0: ['variables.input.file'] }),
      text('0', 'x'.repeat(900)),
    ]);
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    await once(socket, 'connect');
    const head = Object.entries({ ...right, host: 'localhost', 'content-length': whole.length });
    socket.write(
      `POST /graphql HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    );
    socket.write(whole.subarray(0, whole.length - 500));
    await until('the file is there in part', async () =>
      (await uploadFolders()).some((name) => !foldersBefore.includes(name)),
    );
    socket.destroy();
    await until('no file is left', async () =>
      (await uploadFolders()).every((name) => foldersBefore.includes(name)),
    );
    expect(service.requests).toEqual([]);
  });

  test.each([
    ['cuts the connection', undefined, 'UPSTREAM_UNAVAILABLE'],
    ['refuses what it has read', 413, 'BAD_USER_INPUT'],
  ])('the service %s', async (_sentence, status, code) => {
    service.answer = (_, response) => {
      if (status === undefined) response.destroy();
      else response.writeHead(status).end();
    };
    const { errors } = await post([
      operations(send, { input: { file: null } }),
      map({ 0: ['variables.input.file'] }),
      text('0'),
    ]);
    expect(errors?.[0]?.extensions.code).toBe(code);
  });
});

test('a file is larger than what yoga takes by itself', async () => {
  const own = await startInProcessGateway({ SUBGRAPHS_DIR: folder.path });
  const bytes = randomBytes(32 * 1024 * 1024);
  const body = multipartBody([
    operations('mutation ($input: Upload!) { changeAvatar(input: $input) }', { input: null }),
    map({ 0: ['variables.input'] }),
    { name: '0', filename: 'me.webp', contentType: 'image/webp', content: bytes },
  ]);
  const response = await request(`${own.url}/graphql`, { method: 'POST', headers: right, body });
  expect(await response.body.json()).toEqual({ data: { changeAvatar: 'done' } });
  expect(service.requests[0]?.bytes.equals(bytes)).toBe(true);
  await own.close();
});

test('a schema with files has the scalar once', async () => {
  const response = await request(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ __schema { types { kind name } } }' }),
  });
  const { data } = (await response.body.json()) as {
    data: { __schema: { types: { kind: string; name: string }[] } };
  };
  const scalars = data.__schema.types.filter(({ name }) => ['Upload', 'File'].includes(name));
  expect(scalars).toEqual([{ kind: 'SCALAR', name: 'Upload' }]);
});
