import { gzipSync } from 'node:zlib';
import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import type { Answer } from '../recording-service.ts';
import { json } from '../recording-service.ts';
import { startCalledService, type CalledService, type SeenError } from './called-service.ts';
import { hostileTexts, problems } from './problems.ts';

const names = new Map([
  ['email_address', 'emailAddress'],
  ['filter[name]', 'filterName'],
]);
const basic = `Basic ${Buffer.from('me:hunter2').toString('base64')}`;
const credentials = {
  headers: { 'x-basic': basic },
  query: ['api_key=query%2Dsecret'],
  cookies: {},
  tokens: undefined,
};

let called: CalledService;
beforeAll(async () => {
  called = await startCalledService({
    argumentNames: () => names,
    headers: { forward: ['authorization', 'cookie'], set: { 'x-api-key': 'our-secret-key' } },
    credentials: new Map([['thing', credentials]]),
  });
});
afterAll(() => called.close());

const context = () =>
  createSubgraphContext({ headers: { authorization: 'Bearer eyJhbGciOi.x.y', cookie: 'a=1; sid=5e551011' } });
const refuse = async (answer: Answer) => {
  called.service.answer = answer;
  return (await called.call({ context: context() })) as SeenError;
};

test.each(problems.map((row) => [row.id, row.sentence, row] as const))(
  '%s: %s',
  async (_id, _sentence, { body, contentType = 'application/problem+json', detail, fields }) => {
    const error = await refuse((_, response) => {
      if (contentType !== '') response.setHeader('content-type', contentType);
      response.writeHead(422).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    expect(error).toEqual({
      message: `shop.thing: the service answered 422${detail === undefined ? '' : `: ${detail}`}`,
      extensions: {
        code: 'BAD_USER_INPUT',
        service: 'shop',
        operation: 'thing',
        status: 422,
        ...(fields && { fields }),
      },
    });
  },
);

const problem = (body: unknown, status = 400) => json(body, status, 'application/problem+json');

describe('a hostile text', () => {
  test.each(hostileTexts)('%s', async (_sentence, text, left) => {
    const { message } = await refuse(problem({ detail: text }));
    expect(message).toBe(`shop.thing: the service answered 400${left === undefined ? '' : `: ${left}`}`);
  });

  test.each(hostileTexts)('%s, of a field', async (_sentence, text) => {
    const errors = [
      { field: 'x', message: text },
      { field: text, message: 'x' },
    ];
    const { extensions } = await refuse(problem({ errors }));
    for (const { field, message } of (extensions['fields'] ?? []) as { field: string; message: string }[]) {
      expect(`${field}${message}`).not.toMatch(/:\/\/|\d+\.\d+\.\d+|secret|eyJ|[\p{Cc}\p{Cf}\p{Co}]/u);
      expect(field.length).toBeLessThanOrEqual(100);
      expect(message.length).toBeLessThanOrEqual(200);
    }
  });
});

const inCoding =
  (coding: string): Answer =>
  (_, response) => {
    response.writeHead(400, { 'content-type': 'application/problem+json', 'content-encoding': coding });
    response.end(gzipSync('{"detail":"too short"}'));
  };

test('a problem in a content coding is read, and one that can not be is still a refusal', async () => {
  expect((await refuse(inCoding('gzip'))).message).toBe('shop.thing: the service answered 400: too short');
  const error = await refuse(inCoding('compress'));
  expect(error).toMatchObject({
    message: 'shop.thing: the service answered 400',
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

test('a problem in another charset is read in it', async () => {
  const error = await refuse((_, response) => {
    response.writeHead(400, { 'content-type': 'application/json; charset=latin1' });
    response.end(Buffer.from('{"detail":"zu kürzen"}', 'latin1'));
  });
  expect(error.message).toBe('shop.thing: the service answered 400: zu kürzen');
});

test('a password with colons does not come back', async () => {
  const password = 'abc:def:ghi';
  const pair = Buffer.from(`me:${password}`).toString('base64');
  const client = called.clientOf({ headers: { forward: [], set: { authorization: `Basic ${pair}` } } });
  called.service.answer = problem({ detail: `unknown password ${password}` });
  expect(await called.call({ client })).toMatchObject({ message: 'shop.thing: the service answered 400' });
});

test('of many fields, twenty are named', async () => {
  const errors = Array.from({ length: 1000 }, (_, index) => ({ field: `f${index}`, message: 'bad' }));
  const { extensions } = await refuse(problem({ errors }));
  expect(extensions['fields']).toHaveLength(20);
});

test.each<[string, Answer]>([
  [
    'is cut off',
    (_, response) => void response.writeHead(400, { 'content-type': 'application/json' }).end('{"detail":"a'),
  ],
  [
    'is nested without end',
    (_, response) => {
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"detail":'.repeat(6000));
    },
  ],
  ['is a list', problem([{ detail: 'a' }])],
  ['is null', problem(null)],
  ['is text', problem('a')],
  ['is larger than 64 KiB', problem({ detail: 'a', more: 'x'.repeat(65_536) })],
  [
    'is called like a property of every object',
    problem({ errors: [{ field: '__proto__' }], __proto__: { detail: 'a' } }),
  ],
  [
    'is cut within',
    (_, response) => {
      response.writeHead(400, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"detail":"a"', () => response.destroy());
    },
  ],
])('a problem that %s is a refusal like any other', async (_sentence, answer) => {
  expect(await refuse(answer)).toEqual({
    message: 'shop.thing: the service answered 400',
    extensions: { code: 'BAD_USER_INPUT', service: 'shop', operation: 'thing', status: 400 },
  });
});

test.each([401, 402, 403, 404, 405, 409, 410, 412, 413, 418, 429, 500, 502, 503, 504])(
  'a problem of %i is not read',
  async (status) => {
    const error = await refuse(
      problem({ detail: 'inner', errors: [{ field: 'a', message: 'inner' }] }, status),
    );
    expect(error.message).toBe(`shop.thing: the service answered ${status}`);
    expect(JSON.stringify(error)).not.toContain('inner');
  },
);
