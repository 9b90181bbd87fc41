/** What may arrive on a socket, byte by byte: each is answered or refused, and none shows what the gateway is made of. */
import { gzipSync } from 'node:zlib';
import { exchangeRaw } from '../../utils/raw-http.ts';
import { startInProcessGateway } from '../in-process-gateway.ts';

const query = '{"query":"{ __typename }"}';
const answered = '{"data":{"__typename":"Query"}}';
const inUrl = `/graphql?query=${encodeURIComponent('{ __typename }')}`;

interface PostOptions {
  target?: string;
  /** Lines of the head, the first ones included. */
  head?: readonly string[];
  version?: string;
}

function post(
  body: string | Buffer = query,
  { target = '/graphql', head = [], version = '1.1' }: PostOptions = {},
): Buffer {
  const lines = [
    `POST ${target} HTTP/${version}`,
    ...(head.some((line) => line.startsWith('host:')) ? [] : ['host: a']),
    ...(head.some((line) => line.startsWith('content-type:')) ? [] : ['content-type: application/json']),
    ...head,
    ...(head.some((line) => /^(content-length|transfer-encoding):/.test(line))
      ? []
      : [`content-length: ${Buffer.byteLength(body)}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)]);
}

const get = (target: string, ...head: readonly string[]) =>
  [`GET ${target} HTTP/1.1`, ...(head.length > 0 ? head : ['host: a']), '', ''].join('\r\n');
const gzipped = (text: string | Buffer) => post(gzipSync(text), { head: ['content-encoding: gzip'] });
const chunked = { head: ['transfer-encoding: chunked'] };
const eachByte = (bytes: Buffer) => Array.from(bytes, (byte) => Buffer.from([byte]));
const upgrade = [
  'host: a',
  'connection: upgrade',
  'upgrade: websocket',
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
];

interface RawCase {
  id: string;
  given: readonly (string | Buffer)[];
  /** Of the answers, in their order; a text is what the body has to have. None: the connection is closed without one. */
  expected: readonly (readonly [status: number, text?: string])[];
}

const ok = [200, answered] as const;
const tooLarge = [413, 'The request body is too large'] as const;

const cases: RawCase[] = [
  {
    id: 'three requests at once',
    given: [Buffer.concat([post(), post('{'), post()])],
    expected: [ok, [400], ok],
  },
  {
    id: 'requests of both doors at once',
    given: [Buffer.concat([post(), gzipped(query), Buffer.from(get(inUrl)), post()])],
    expected: [ok, ok, ok, ok],
  },
  { id: 'a request in pieces of a byte', given: eachByte(post()), expected: [ok] },
  {
    id: 'chunks with an extension and a trailer',
    given: [post(`${query.length.toString(16)};a=b\r\n${query}\r\n0\r\nx: y\r\n\r\n`, chunked)],
    expected: [ok],
  },
  { id: 'a chunk that is none', given: [post('zz\r\n', chunked)], expected: [[400]] },
  {
    id: 'two lengths, as for smuggling',
    given: [post('0\r\n\r\n', { head: ['content-length: 5', 'transfer-encoding: chunked'] })],
    expected: [[400]],
  },
  { id: 'a length that is none', given: [post('', { head: ['content-length: x'] })], expected: [[400]] },
  {
    id: 'a length above the limit',
    given: [post('', { head: ['content-length: 1048577'] })],
    expected: [tooLarge],
  },
  {
    id: 'a body above the limit and the next request',
    given: [post(`"${'x'.repeat(1024 * 1024)}"`), post()],
    expected: [tooLarge, ok],
  },
  {
    id: 'chunks above the limit and the next request',
    given: [post(`180000\r\n${' '.repeat(0x180000)}\r\n0\r\n\r\n`, chunked), post()],
    expected: [tooLarge, ok],
  },
  {
    id: 'a bomb in gzip and the next request',
    given: [gzipped(Buffer.alloc(50_000_000)), post()],
    expected: [tooLarge, ok],
  },
  {
    id: 'gzip that is none and the next request',
    given: [post(query, { head: ['content-encoding: gzip'] }), post()],
    expected: [[400, 'The request body can not be read'], ok],
  },
  {
    id: 'a content-encoding that nobody reads',
    given: [post(query, { head: ['content-encoding: lzma'] })],
    expected: [[415, 'content-encoding of the request body must be gzip']],
  },
  {
    id: 'a charset that nobody reads',
    given: [post(query, { head: ['content-type: application/json; charset=utf-99'] })],
    expected: [[415, 'The charset of the request body is not one that is read: send UTF-8']],
  },
  {
    id: 'UTF-16, which is read',
    given: [
      post(Buffer.from(query, 'utf16le'), { head: ['content-type: application/json; charset=utf-16le'] }),
    ],
    expected: [ok],
  },
  { id: 'Expect: 100-continue', given: [post(query, { head: ['expect: 100-continue'] })], expected: [ok] },
  { id: 'another Expect', given: [post(query, { head: ['expect: more'] })], expected: [[417]] },
  { id: 'HTTP/1.0', given: [post(query, { version: '1.0' })], expected: [ok] },
  {
    id: 'an absolute target',
    given: [post(query, { target: 'http://elsewhere.example/graphql' })],
    expected: [ok],
  },
  { id: 'an absolute target with a query', given: [get(`http://elsewhere.example${inUrl}`)], expected: [ok] },
  { id: 'no Host', given: [get(inUrl, 'x: y')], expected: [[400]] },
  { id: 'an empty Host', given: [get(inUrl, 'host:')], expected: [ok] },
  ...['[::1', 'a b', 'a/b', 'a?b', 'a#b', 'u@a', 'a\\b', 'a:99999', 'a:b'].map((host) => ({
    id: `the Host ${host}`,
    given: [get(inUrl, `host: ${host}`)],
    expected: [[400, '"code":"BAD_REQUEST"']] as const,
  })),
  { id: 'a longer URL than is read', given: [get(`${inUrl}${'x'.repeat(20_000)}`)], expected: [[431]] },
  {
    id: 'a URL that is no UTF-8',
    given: [get('/graphql?query=%E0%A4%A')],
    expected: [[200, 'GRAPHQL_PARSE_FAILED']],
  },
  { id: 'TRACE', given: ['TRACE /graphql HTTP/1.1\r\nhost: a\r\n\r\n'], expected: [[405]] },
  { id: 'CONNECT', given: ['CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n'], expected: [] },
  { id: 'HTTP/2', given: ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], expected: [[400]] },
  { id: 'TLS', given: [Buffer.from([22, 3, 1, 0, 200, 1])], expected: [[400]] },
  {
    id: "what Java's HTTP client asks with each request",
    given: [
      post(query, {
        head: ['connection: upgrade, http2-settings', 'upgrade: h2c', 'http2-settings: AAMAAABkAAQAAP__'],
      }),
    ],
    expected: [ok],
  },
  {
    id: 'a WebSocket elsewhere',
    given: [get('/other', ...upgrade, 'sec-websocket-version: 13')],
    expected: [[400]],
  },
  {
    id: 'a WebSocket of 2010',
    given: [get('/graphql', ...upgrade, 'sec-websocket-version: 1')],
    expected: [[400]],
  },
];

describe('bytes on a socket', () => {
  let gateway: Awaited<ReturnType<typeof startInProcessGateway>>;
  beforeAll(async () => {
    gateway = await startInProcessGateway();
  });
  afterAll(() => gateway.close());

  it.each(cases)('$id', async ({ given, expected }) => {
    const answers = await exchangeRaw(gateway.url, given, Math.max(1, expected.length));
    expect(answers.map(({ status }) => status)).toEqual(expected.map(([status]) => status));
    expected.forEach(([, text = ''], index) => expect(answers[index]?.body).toContain(text));
    // No stack trace.
    for (const { body } of answers) expect(body).not.toMatch(/node_modules|\bat /);
    expect(await exchangeRaw(gateway.url, [post()])).toMatchObject([{ status: 200, body: answered }]);
  });
});
