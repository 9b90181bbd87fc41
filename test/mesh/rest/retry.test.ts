import { Readable } from 'node:stream';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { retryAfterSeconds } from '../../../mesh/rest/retry-after.ts';
import { retryDelayMs } from '../../../mesh/rest/retry.ts';
import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { json } from '../recording-service.ts';
import { startCalledService, type CalledService, type SeenError } from './called-service.ts';
import { retries } from './retries.ts';

let called: CalledService;

beforeAll(async () => {
  called = await startCalledService({ retry: { attempts: 2, random: () => 0 } });
});
beforeEach(() => {
  called.service.requests.length = 0;
});
afterAll(() => called.close());

test.each(retries.map((row) => [row.id, row.sentence, row] as const))(
  '%s: %s',
  async (_id, _sentence, { method = 'GET', policy, script, sent, code }) => {
    const rest = script.values();
    called.service.answer = (request, response) => {
      const { value: answer = json({}, 418) } = rest.next();
      answer(request, response);
    };
    const client = called.clientOf(policy && { retry: policy });
    const result = (await called.call({ client, method })) as Partial<SeenError> | null;
    expect(result?.extensions?.['code']).toBe(code);
    expect(called.service.requests.map((request) => request.method)).toEqual(
      Array.from({ length: sent }, () => method),
    );
  },
);

test('a body that is a stream is sent once', async () => {
  called.service.answer = json({}, 503);
  const body = Readable.from(['streamed']) as unknown as string;
  const error = (await called.call({ method: 'PUT', body })) as SeenError;
  expect(error.extensions['code']).toBe('UPSTREAM_UNAVAILABLE');
  expect(called.service.requests.map((request) => request.body)).toEqual(['streamed']);
});

test('a refused connection is tried again', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as { port: number };
  closed.close();
  await once(closed, 'close');
  let drawn = 0;
  const random = () => (drawn++, 0);
  const client = called.clientOf({ endpoint: `http://127.0.0.1:${port}`, retry: { attempts: 3, random } });
  expect(await called.call({ client })).toMatchObject({ extensions: { code: 'UPSTREAM_UNAVAILABLE' } });
  expect(drawn).toBeGreaterThanOrEqual(2);
});

test('a client that leaves while a retry is waited for ends the call', async () => {
  const gone = new AbortController();
  called.service.answer = (request, response) => {
    response.on('finish', () => setImmediate(() => gone.abort()));
    response.writeHead(503, { 'retry-after': '5' }).end(request.method);
  };
  const context = createSubgraphContext({ signal: gone.signal });
  const client = called.clientOf();
  const sent = client.send(
    { method: 'GET', path: '/', headers: {}, body: null },
    { subgraph: 'shop', operation: 'thing' },
    context,
    'any',
  );
  await expect(sent).rejects.toThrow('This operation was aborted');
  expect(called.service.requests).toHaveLength(1);
});

test('the deadline holds for all attempts together', async () => {
  called.service.answer = (_, response) => void response.writeHead(503).end();
  const client = called.clientOf({ timeoutMs: 60, retry: { attempts: 10, random: () => 0.999 } });
  expect(await called.call({ client })).toMatchObject({ extensions: { code: 'UPSTREAM_UNAVAILABLE' } });
  // The second would begin after 100 ms.
  expect(called.service.requests).toHaveLength(1);
});

test.each([
  ['grows', [1, 2, 3].map((sent) => delayOf(sent, 0)), [50, 100, 200]],
  [
    'is up to twice as long by chance',
    [1, 2, 3].map((sent) => Math.round(delayOf(sent, 0.9999) ?? 0)),
    [100, 200, 400],
  ],
])('the wait between attempts %s', (_sentence, delays, expected) => {
  expect(delays).toEqual(expected);
});

function delayOf(sent: number, chance: number) {
  return retryDelayMs({
    policy: { attempts: 10, random: () => chance },
    method: 'GET',
    outcome: { answer: { status: 503, headers: {}, body: Buffer.alloc(0) } },
    sent,
    leftMs: 10_000,
  });
}

const now = Date.UTC(2026, 10, 22, 12, 0, 0);
test.each([
  ['120', 120],
  [' 7 ', 7],
  ['0', 0],
  ['99999999999999999999', 604_800],
  ['Sun, 22 Nov 2026 12:00:30 GMT', 30],
  ['Sunday, 22-Nov-26 12:00:30 GMT', 30],
  ['Sun Nov 22 12:00:30 2026 GMT', 30],
  ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
  ['Sun, 22 Nov 2046 12:00:00 GMT', 604_800],
  ['-1', undefined],
  ['1.5', undefined],
  ['1e3', undefined],
  ['0x10', undefined],
  ['soon', undefined],
  ['', undefined],
  ['2026-11-22', undefined],
  ['Sunday', undefined],
])('Retry-After: %j is %p seconds', (value, expected) => {
  expect(retryAfterSeconds({ 'retry-after': value }, now)).toBe(expected);
});

test.each([
  [429, 'RATE_LIMITED'],
  [503, 'UPSTREAM_UNAVAILABLE'],
])('%i tells clients when to ask again', async (status, code) => {
  called.service.answer = (_, response) => void response.writeHead(status, { 'retry-after': '120' }).end();
  expect(await called.call()).toEqual({
    message: `shop.thing: the service answered ${status}`,
    extensions: { code, service: 'shop', operation: 'thing', status, retryAfter: 120 },
  });
});
