import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import type { RestClient } from '../../../mesh/rest/rest-client.ts';
import { json } from '../recording-service.ts';
import { cachedAnswers } from './cached-answers.ts';
import { startCalledService, type CalledService, type SeenError } from './called-service.ts';

let called: CalledService;
let client: RestClient;

const forward = ['authorization', 'cookie', 'x-user-id'];

beforeAll(async () => {
  called = await startCalledService({ cache: true, headers: { forward, set: {} } });
});
beforeEach(() => {
  called.service.requests.length = 0;
  client = called.clientOf();
});
afterAll(() => called.close());

/** Answers with the number of the request, so that an answer that was kept is known. */
function numbered(says: Record<string, string>, status = 200): void {
  called.service.answer = (_, response) => {
    const body = JSON.stringify({ answer: called.service.requests.length });
    response.writeHead(status, { 'content-type': 'application/json', ...says }).end(body);
  };
}

/** Asks as another operation of that client would. */
async function ask(headers: Record<string, string> = {}, more: object = {}) {
  return called.call({ client, context: createSubgraphContext({ headers }), ...more });
}

test.each(cachedAnswers.map((row) => [row.id, row.sentence, row] as const))(
  '%s: %s',
  async (_id, _sentence, { says, status = 200, asking, got }) => {
    numbered(says, status);
    const numbers: unknown[] = [];
    for (const headers of asking) {
      const result = await ask(headers);
      if (status === 200) numbers.push((result as { answer: number }).answer);
      else
        numbers.push((result as SeenError).extensions['status'] === status && called.service.requests.length);
    }
    expect(numbers).toEqual(got);
  },
);

test('an answer that has to be asked for again is asked for with its ETag, and 304 is the one that is known', async () => {
  called.service.answer = (request, response) => {
    if (request.headers['if-none-match'] === '"one"') response.writeHead(304, { etag: '"one"' }).end();
    else {
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache', etag: '"one"' };
      response.writeHead(200, headers).end('{"a":1}');
    }
  };
  expect([await ask(), await ask(), await ask()]).toEqual([{ a: 1 }, { a: 1 }, { a: 1 }]);
  expect(called.service.requests.map(({ headers }) => headers['if-none-match'])).toEqual([
    undefined,
    '"one"',
    '"one"',
  ]);
  for (const { rawHeaders } of called.service.requests) expect(rawHeaders.join()).not.toContain('identity');
});

test("one viewer's ETag is not used for another", async () => {
  called.service.answer = (request, response) => {
    const etag = `"${String(request.headers['x-user-id'])}"`;
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    else {
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache', etag };
      response.writeHead(200, headers).end(JSON.stringify({ for: request.headers['x-user-id'] }));
    }
  };
  const answers = [];
  for (const id of ['ann', 'bob', 'ann', 'bob']) answers.push(await ask({ 'x-user-id': id }));
  expect(answers).toEqual([{ for: 'ann' }, { for: 'bob' }, { for: 'ann' }, { for: 'bob' }]);
  expect(called.service.requests.map(({ headers }) => headers['if-none-match'])).toEqual([
    undefined,
    undefined,
    '"ann"',
    '"bob"',
  ]);
});

test('two hundred viewers at the same time each get their own', async () => {
  called.service.answer = (request, response) => {
    const headers = { 'content-type': 'application/json', 'cache-control': 'public, max-age=60' };
    response.writeHead(200, headers).end(JSON.stringify({ for: request.headers['authorization'] }));
  };
  const viewers = Array.from({ length: 200 }, (_, index) => `Bearer ${index % 100}`);
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all(viewers.map((authorization) => ask({ authorization })));
    expect(answers).toEqual(viewers.map((viewer) => ({ for: viewer })));
  }
  expect(called.service.requests.length).toBeLessThanOrEqual(200);
});

test('a header that an argument became tells answers apart', async () => {
  numbered({ 'cache-control': 'max-age=60' });
  const tenant = (name: string) => ask({}, { headers: { accept: '*/*', 'x-tenant': name } });
  expect([await tenant('a'), await tenant('b'), await tenant('a'), await ask()]).toEqual(
    [1, 2, 1, 3].map((answer) => ({ answer })),
  );
});

test('paths and queries are apart', async () => {
  numbered({ 'cache-control': 'max-age=60' });
  const paths = ['/a', '/b', '/a?x=1', '/a?x=2', '/a', '/a?x=1'];
  const answers = [];
  for (const path of paths) answers.push(await ask({}, { path }));
  expect(answers).toEqual([1, 2, 3, 4, 1, 3].map((answer) => ({ answer })));
});

test('a change of a resource makes it forgotten, for everybody', async () => {
  numbered({ 'cache-control': 'public, max-age=60' });
  await ask({ authorization: 'ann' });
  await ask({ authorization: 'bob' });
  await ask({ authorization: 'ann' }, { method: 'PUT', body: '{}' });
  expect(await ask({ authorization: 'ann' })).toEqual({ answer: 4 });
  expect(await ask({ authorization: 'bob' })).toEqual({ answer: 5 });
});

test('an answer to a POST is not kept', async () => {
  numbered({ 'cache-control': 'public, max-age=60' });
  expect([await ask({}, { method: 'POST' }), await ask({}, { method: 'POST' })]).toEqual([
    { answer: 1 },
    { answer: 2 },
  ]);
});

test('an answer above a megabyte is not kept', async () => {
  called.service.answer = (_, response) => {
    const headers = { 'content-type': 'text/plain', 'cache-control': 'max-age=60' };
    response.writeHead(200, headers).end('x'.repeat(1024 * 1024 + 1));
  };
  await ask();
  await ask();
  expect(called.service.requests).toHaveLength(2);
});

test('without the setting nothing is kept', async () => {
  numbered({ 'cache-control': 'public, max-age=60' });
  client = called.clientOf({ cache: false });
  expect([await ask(), await ask()]).toEqual([{ answer: 1 }, { answer: 2 }]);
});

test('an error about an answer that was kept is made anew', async () => {
  called.service.answer = (_, response) => {
    const headers = { 'content-type': 'application/problem+json', 'cache-control': 'max-age=60' };
    response.writeHead(404, headers).end('{"detail":"secret"}');
  };
  const expected = {
    message: 'shop.thing: the service answered 404',
    extensions: { code: 'NOT_FOUND', service: 'shop', operation: 'thing', status: 404 },
  };
  expect([await ask(), await ask()]).toEqual([expected, expected]);
  expect(called.service.requests).toHaveLength(1);
  called.service.answer = json({});
});
