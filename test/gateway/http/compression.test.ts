/** Answers are compressed when they are large and the client asks for it. */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { startInProcessGateway } from '../in-process-gateway.ts';

const large = '{ __schema { types { name description fields { name description } } } }';
const small = '{ __typename }';

interface CompressionCase {
  id: string;
  accepts: string | undefined;
  query?: string;
  /** Undefined: as it is. */
  coding?: keyof typeof decode;
}

const decode = {
  zstd: zstdDecompressSync,
  br: brotliDecompressSync,
  gzip: gunzipSync,
} as const;

const cases: CompressionCase[] = [
  { id: 'nothing is asked for', accepts: undefined },
  { id: 'what browsers send', accepts: 'gzip, deflate, br, zstd', coding: 'zstd' },
  { id: 'what older clients send', accepts: 'gzip, deflate, br', coding: 'br' },
  { id: 'only gzip', accepts: 'gzip', coding: 'gzip' },
  { id: 'a weight above that of others', accepts: 'zstd;q=0.5, gzip;q=0.9, br;q=0.1', coding: 'gzip' },
  { id: 'what is not wanted', accepts: 'zstd;q=0, br;q=0, gzip', coding: 'gzip' },
  { id: 'anything', accepts: '*', coding: 'zstd' },
  { id: 'anything but', accepts: 'zstd;q=0, *', coding: 'br' },
  { id: 'rather not', accepts: 'identity, gzip;q=0.5' },
  { id: 'only what nobody writes', accepts: 'compress, deflate' },
  { id: 'a header that is none', accepts: ';;q=,=' },
  { id: 'a small answer', accepts: 'gzip, zstd', query: small },
];

let gateway: Awaited<ReturnType<typeof startInProcessGateway>>;
beforeAll(async () => {
  gateway = await startInProcessGateway();
});
afterAll(() => gateway.close());

const ways = [
  { way: 'POST', exchange: post },
  { way: 'GET', exchange: get },
];

it.each(ways.flatMap((way) => cases.map((given) => ({ ...way, ...given }))))(
  '$way: $id, $accepts, is answered with $coding',
  async ({ exchange, accepts, query = large, coding }) => {
    const { headers, body } = await exchange(query, accepts);
    expect(headers['content-encoding']).toBe(coding);
    expect(headers['vary']).toBe('accept, origin, accept-encoding');
    expect(Number(headers['content-length'])).toBe(body.length);
    const text = coding ? decode[coding](body) : body;
    expect(JSON.parse(text.toString())).toMatchObject({ data: expect.anything() });
    const plain = await exchange(query, undefined);
    expect(text.toString()).toBe(plain.body.toString());
  },
);

it('events are not held back by compression', async () => {
  const response = await send('POST', '/graphql', {
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'accept-encoding': 'gzip, zstd',
    },
    body: JSON.stringify({ query: 'subscription { orderCreated { id } }' }),
  });
  const [first] = (await once(response, 'data')) as [Buffer];
  expect(first.toString()).toBe(':\n\n');
  response.destroy();
});

it('the page of GraphiQL is compressed', async () => {
  const response = await send('GET', '/graphql', {
    headers: { accept: 'text/html', 'accept-encoding': 'gzip, br' },
  });
  const page = brotliDecompressSync(await buffer(response)).toString();
  expect(page).toContain('<title>Sluice</title>');
});

interface Sent {
  headers: Record<string, string>;
  body?: string;
}

/** Without a client that decodes by itself. */
async function send(method: string, path: string, { headers, body }: Sent): Promise<IncomingMessage> {
  const request = httpRequest(`${gateway.url}${path}`, { method, headers });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  return response;
}

async function post(query: string, accepts: string | undefined) {
  const headers = { 'content-type': 'application/json', ...(accepts && { 'accept-encoding': accepts }) };
  const response = await send('POST', '/graphql', { headers, body: JSON.stringify({ query }) });
  return { headers: response.headers, body: await buffer(response) };
}

async function get(query: string, accepts: string | undefined) {
  const headers = { accept: 'application/json', ...(accepts && { 'accept-encoding': accepts }) };
  const response = await send('GET', `/graphql?query=${encodeURIComponent(query)}`, { headers });
  return { headers: response.headers, body: await buffer(response) };
}
