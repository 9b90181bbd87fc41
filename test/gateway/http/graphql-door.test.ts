import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { Client, request } from 'undici';
import { WebSocket } from 'ws';
import { startInProcessGateway } from '../in-process-gateway.ts';

interface DoorCase {
  id: string;
  given: {
    method?: 'GET' | 'HEAD' | 'POST' | 'OPTIONS' | 'PUT';
    path?: string;
    headers?: Record<string, string>;
    body?: string;
  };
  expected: { status: number; code?: string; data?: unknown; headers?: Record<string, unknown> };
}

const json = { 'content-type': 'application/json' };
const query = (text: string) => JSON.stringify({ query: text });

const cases: DoorCase[] = [
  {
    id: 'a query',
    given: { headers: json, body: query('{ customer(customerId: "cus_1") { id } }') },
    expected: { status: 200, data: { customer: { id: 'cus_1' } } },
  },
  {
    id: 'a query by GET',
    given: { method: 'GET', path: `/graphql?query=${encodeURIComponent('{ __typename }')}` },
    expected: { status: 200, data: { __typename: 'Query' } },
  },
  {
    id: 'a mutation by GET is refused',
    given: { method: 'GET', path: `/graphql?query=${encodeURIComponent('mutation { __typename }')}` },
    expected: { status: 405 },
  },
  {
    id: 'a charset parameter',
    given: { headers: { 'content-type': 'application/json; charset=utf-8' }, body: query('{ __typename }') },
    expected: { status: 200, data: { __typename: 'Query' } },
  },
  {
    id: 'a syntax error',
    given: { headers: json, body: query('{') },
    expected: { status: 200, code: 'GRAPHQL_PARSE_FAILED' },
  },
  {
    id: 'an unknown field',
    given: { headers: json, body: query('{ nope }') },
    expected: { status: 200, code: 'GRAPHQL_VALIDATION_FAILED' },
  },
  {
    id: 'a form, which a foreign page could send without a preflight',
    given: { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'query={__typename}' },
    expected: { status: 415, code: 'BAD_REQUEST' },
  },
  {
    id: 'text, which a foreign page could send without a preflight',
    given: { headers: { 'content-type': 'text/plain' }, body: query('{ __typename }') },
    expected: { status: 415, code: 'BAD_REQUEST' },
  },
  {
    id: 'a body that is no JSON',
    given: { headers: json, body: '{"query":' },
    expected: { status: 400, code: 'BAD_REQUEST' },
  },
  {
    id: 'a body over 1 MiB',
    given: { headers: json, body: query(`{ __typename } #${'x'.repeat(1024 * 1024)}`) },
    expected: { status: 413, code: 'BAD_REQUEST' },
  },
  {
    id: 'a byte order mark',
    given: { headers: json, body: `\ufeff${query('{ __typename }')}` },
    expected: { status: 200, data: { __typename: 'Query' } },
  },
  {
    id: 'another charset',
    given: { headers: { 'content-type': 'application/json; charset=latin1' }, body: query('{ __typename }') },
    expected: { status: 415, code: 'BAD_REQUEST' },
  },
  {
    id: 'what some clients send with every operation',
    given: {
      headers: {
        ...json,
        accept:
          'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
      },
      body: query('{ __typename }'),
    },
    expected: {
      status: 200,
      data: { __typename: 'Query' },
      headers: { 'content-type': 'application/graphql-response+json; charset=utf-8' },
    },
  },
  {
    id: 'a media type that nobody writes',
    given: { headers: { ...json, accept: 'image/png' }, body: query('{ __typename }') },
    expected: { status: 406 },
  },
  {
    id: 'parameters that nobody knows',
    given: { headers: json, body: JSON.stringify({ query: '{ __typename }', id: 7 }) },
    expected: { status: 200, data: { __typename: 'Query' } },
  },
  {
    id: 'variables in a URL that are no JSON',
    given: { method: 'GET', path: `/graphql?query=${encodeURIComponent('{ __typename }')}&variables={` },
    expected: { status: 400, code: 'BAD_REQUEST' },
  },
  {
    id: 'an operation that the document does not have',
    given: { headers: json, body: JSON.stringify({ query: 'query A { __typename }', operationName: 'B' }) },
    expected: { status: 200, code: 'OPERATION_RESOLUTION_FAILURE' },
  },
  {
    id: 'a method that GraphQL does not have',
    given: { method: 'PUT', headers: json, body: query('{ __typename }') },
    expected: { status: 405 },
  },
  { id: 'HEAD', given: { method: 'HEAD', path: '/graphql?query={__typename}' }, expected: { status: 405 } },
  {
    id: 'a longer path',
    given: { path: '/graphql/else', headers: json, body: query('{ __typename }') },
    expected: { status: 404 },
  },
  {
    id: 'a page of another origin',
    given: { headers: { ...json, origin: 'https://elsewhere.example' }, body: query('{ __typename }') },
    expected: { status: 403, code: 'FORBIDDEN', headers: { 'access-control-allow-origin': undefined } },
  },
  {
    id: 'a page of an allowed origin',
    given: { headers: { ...json, origin: 'https://app.example.com' }, body: query('{ __typename }') },
    expected: {
      status: 200,
      data: { __typename: 'Query' },
      headers: { 'access-control-allow-origin': 'https://app.example.com' },
    },
  },
  {
    id: 'the preflight of an allowed origin',
    given: { method: 'OPTIONS', headers: { origin: 'https://app.example.com' } },
    expected: {
      status: 204,
      headers: {
        'access-control-allow-origin': 'https://app.example.com',
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': expect.stringMatching(/\bauthorization, .*, \*$/),
        // Nobody's cookies.
        'access-control-allow-credentials': undefined,
        vary: 'accept, origin, accept-encoding',
      },
    },
  },
  {
    id: 'the preflight of another origin',
    given: { method: 'OPTIONS', headers: { origin: 'null' } },
    expected: { status: 403 },
  },
  {
    id: 'a page under a name that somebody else lets lead here',
    given: {
      headers: { ...json, host: 'evil.example:4000', origin: 'http://evil.example:4000' },
      body: query('{ __typename }'),
    },
    expected: { status: 403, code: 'FORBIDDEN' },
  },
  {
    id: "a page of the gateway's own",
    given: {
      headers: { ...json, host: 'localhost:4000', origin: 'http://localhost:4000' },
      body: query('{ __typename }'),
    },
    expected: { status: 200, data: { __typename: 'Query' } },
  },
  { id: 'a path that nobody serves', given: { method: 'GET', path: '/nothing' }, expected: { status: 404 } },
  { id: 'liveness', given: { method: 'GET', path: '/health/live' }, expected: { status: 200 } },
  { id: 'readiness', given: { method: 'GET', path: '/health/ready' }, expected: { status: 200 } },
];

describe('the door of the gateway', () => {
  let gateway: Awaited<ReturnType<typeof startInProcessGateway>>;
  beforeAll(async () => {
    gateway = await startInProcessGateway({ CORS_ORIGINS: 'https://app.example.com' });
  });
  afterAll(() => gateway.close());

  it.each(cases)('$id', async ({ given, expected }) => {
    const { method = 'POST', path = '/graphql', headers = {}, body = null } = given;
    const response = await request(`${gateway.url}${path}`, { method, headers, body });
    const text = await response.body.text();
    expect({ status: response.statusCode, text }).toMatchObject({ status: expected.status });
    const answer = (text.startsWith('{') ? JSON.parse(text) : {}) as {
      data?: unknown;
      errors?: { extensions: { code: string } }[];
    };
    if (expected.data) expect(answer.data).toEqual(expected.data);
    if (expected.code) expect(answer.errors?.[0]?.extensions.code).toBe(expected.code);
    for (const [name, value] of Object.entries(expected.headers ?? {}))
      expect(response.headers[name]).toEqual(value);
  });

  it.each([
    { origin: 'https://elsewhere.example', opens: false },
    { origin: 'https://app.example.com', opens: true },
    { origin: undefined, opens: true },
  ])('a WebSocket of a page of $origin opens: $opens', async ({ origin, opens }) => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      ...(origin !== undefined && { origin }),
    });
    const [event] = await Promise.race([
      once(socket, 'open').then(() => ['open']),
      once(socket, 'unexpected-response').then(() => ['refused']),
    ]);
    expect(event).toBe(opens ? 'open' : 'refused');
    socket.terminate();
  });

  it('a refused body leaves the connection fit for the next request', async () => {
    const client = new Client(gateway.url, { pipelining: 1 });
    const connected: unknown[] = [];
    client.on('connect', () => connected.push(true));
    const post = async (body: string | Readable) => {
      const options = { path: '/graphql', method: 'POST', headers: json } as const;
      const response = await client.request({ ...options, body });
      return { status: response.statusCode, answer: await response.body.json() };
    };
    // In pieces and without a content-length, so that it shows only while it is read.
    const tooLong = Readable.from(Array.from({ length: 40 }, () => Buffer.alloc(64 * 1024, 'x')));
    expect(await post(tooLong)).toMatchObject({ status: 413 });
    // Characters of several bytes are cut through.
    const runner = Buffer.from(query('{ __type(name: "Run🏃") { name } }'));
    const inPieces = Readable.from(Array.from(runner, (byte) => Buffer.from([byte])));
    expect(await post(inPieces)).toMatchObject({ status: 200, answer: { data: { __type: null } } });
    expect(await post('{')).toMatchObject({ status: 400 });
    expect(await post(query('{ __typename }'))).toMatchObject({ status: 200 });
    expect(connected).toHaveLength(1);
    await client.close();
  });

  it('a client that leaves in the middle of its body disturbs nobody', async () => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.write('POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n');
    socket.write('content-length: 100\r\n\r\n{"query":');
    socket.end();
    await once(socket.resume(), 'close');
    const answer = await request(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: json,
      body: query('{ __typename }'),
    });
    expect(await answer.body.json()).toEqual({ data: { __typename: 'Query' } });
  });
});

it('is the same door when @apollo/gateway executes', async () => {
  const gateway = await startInProcessGateway({ QUERY_EXECUTOR: 'apollo' });
  const text = '{ customer(customerId: "cus_1") { name loyaltyPoints } }';
  const { statusCode, body } = await request(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: json,
    body: query(text),
  });
  expect(statusCode).toBe(200);
  expect(await body.json()).toEqual({ data: { customer: { name: 'Miriam Okafor', loyaltyPoints: 1200 } } });
  await gateway.close();
});
