import type { HttpOperation } from '../../../mesh/annotations.ts';
import type { Parameter } from '../../../mesh/rest/parameters.ts';
import { compileRestCall, type WireArguments } from '../../../mesh/rest/rest-call.ts';
import { createRestClient, type RestClient } from '../../../mesh/rest/rest-client.ts';
import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { startRecordingService, type RecordingService } from '../recording-service.ts';
import { parameter, percentEncoded } from './parameter.ts';
import { hostileValues } from './hostile-values.ts';

const call = { subgraph: 'shop', operation: 'getThing' };
const operation: HttpOperation = {
  path: '/shops/{args.shop}/things/{args.thing}/parts',
  method: 'GET',
};
const parameters: readonly Parameter[] = [
  parameter('shop', 'path'),
  parameter('thing', 'path'),
  parameter('page[size]', 'query', { argument: 'size' }),
  parameter('tag', 'query', { argument: 'tags' }),
  parameter('sku', 'query', { argument: 'skus', explode: false }),
  parameter('tail', 'query'),
  parameter('X-Trace', 'header', { argument: 'trace' }),
  parameter('session', 'cookie'),
];
const harmless: WireArguments = { shop: 's', thing: 't', trace: 'r', size: '1', tail: 'end' };

let service: RecordingService;
let client: RestClient;
const toRequest = compileRestCall(operation, parameters, call);

beforeAll(async () => {
  service = await startRecordingService();
  client = createRestClient({
    endpoint: `${service.url}/base`,
    headers: { forward: [], set: {} },
    timeoutMs: 10_000,
  });
});
afterAll(async () => {
  await client.close();
  await service.close();
});
beforeEach(() => {
  service.requests.length = 0;
});

/** What the service receives for these arguments; undefined when the call is refused as bad input. */
async function received(args: WireArguments) {
  try {
    await client.send(toRequest({ ...harmless, ...args }), call, createSubgraphContext({}), 'any');
  } catch (error) {
    expect(error).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', service: 'shop', operation: 'getThing' },
    });
    expect(service.requests).toEqual([]);
    return undefined;
  }
  const [request, ...others] = service.requests;
  expect(others).toEqual([]);
  if (!request) throw new Error('nothing arrived');
  const [path = '', query = ''] = request.target.split('?');
  const headers = request.rawHeaders
    .filter((_, index) => index % 2 === 0)
    .map((name) => name.toLowerCase())
    .toSorted();
  return { request, path, query, headers, segments: path.split('/').map(decodeURIComponent) };
}

/** What must be the same whatever an argument holds. */
function expectSameShape(got: NonNullable<Awaited<ReturnType<typeof received>>>) {
  expect(got.request.method).toBe('GET');
  expect(got.request.headers.host).toBe(`127.0.0.1:${service.port}`);
  expect(got.request.body).toBe('');
  expect(got.path).toMatch(/^[A-Za-z0-9/._~!*'()%-]+$/);
  expect(got.segments).toHaveLength(7);
  expect(got.request.target.split('?').length).toBeLessThan(3);
  expect(got.request.target).not.toContain('#');
}

describe.each(hostileValues.map((row) => [row.id, row.sentence, row] as const))(
  '%s: %s',
  (_id, _sentence, { value, refusedIn }) => {
    const sent = (place: 'path' | 'query' | 'header') => !refusedIn.includes(place);

    test('in a path it is one segment, or refused', async () => {
      const got = await received({ thing: value });
      expect(got !== undefined).toBe(sent('path'));
      if (!got) return;
      expectSameShape(got);
      expect(got.segments).toEqual(['', 'base', 'shops', 's', 'things', value, 'parts']);
      expect(new URLSearchParams(got.query).size).toBe(2);
    });

    test('in a query it is one value, or refused', async () => {
      const got = await received({ size: value });
      expect(got !== undefined).toBe(sent('query'));
      if (!got) return;
      expectSameShape(got);
      expect([...new URLSearchParams(got.query)]).toEqual([
        ['page[size]', value],
        ['tail', 'end'],
      ]);
    });

    test('in a list of a query it is one value, or refused', async () => {
      const got = await received({ tags: ['a', value], skus: [value, 'b'] });
      expect(got !== undefined).toBe(sent('query'));
      if (!got) return;
      expectSameShape(got);
      const names = [...new URLSearchParams(got.query).keys()];
      expect(names).toEqual(['page[size]', 'tag', 'tag', 'sku', 'tail']);
      const [, skus = ''] = /&sku=([^&]*)/.exec(got.query) ?? [];
      expect(skus.split(',').map(decodeURIComponent)).toEqual([value, 'b']);
    });

    test('in a header it is one value, or refused', async () => {
      const got = await received({ trace: value });
      expect(got !== undefined).toBe(sent('header'));
      if (!got) return;
      expectSameShape(got);
      expect(got.headers).toEqual(['accept', 'connection', 'host', 'x-trace']);
      expect(got.request.headers['x-trace']).toBe(value.trim());
    });

    test('in a cookie it is one value, or refused', async () => {
      const got = await received({ session: value });
      expect(got !== undefined).toBe(sent('query'));
      if (!got) return;
      expect(got.request.headers.cookie).toBe(`session=${percentEncoded(value)}`);
    });
  },
);

describe('values that are not text', () => {
  const rows: readonly (readonly [string, WireArguments, string])[] = [
    ['a number', { thing: 7, size: 10 }, '/shops/s/things/7/parts?page%5Bsize%5D=10&tail=end'],
    ['a boolean', { thing: true, size: false }, '/shops/s/things/true/parts?page%5Bsize%5D=false&tail=end'],
    ['null, which leaves a query out', { size: null }, '/shops/s/things/t/parts?tail=end'],
    ['a list in a path', { thing: ['a/b', 'c'] }, '/shops/s/things/a%2Fb,c/parts?page%5Bsize%5D=1&tail=end'],
    ['an object in a path', { thing: { a: '/' } }, '/shops/s/things/a,%2F/parts?page%5Bsize%5D=1&tail=end'],
  ];
  test.each(rows)('%s', async (_sentence, args, expected) => {
    const got = await received(args);
    expect(got?.request.target).toBe(`/base${expected}`);
  });

  test.each([
    ['nothing at all', {}],
    ['null', { thing: null }],
    ['an empty list', { thing: [] }],
    ['a list of two dots', { thing: ['..'] }],
  ])('a path can not be made with %s', async (_sentence, args) => {
    const all = { ...harmless, thing: undefined, ...args };
    expect(() => toRequest(all)).toThrow(
      /^shop\.getThing: "thing" (can not be part of a path|is an empty list, which can not be sent)$/,
    );
  });
});

describe('names that every object has', () => {
  test('a query argument called constructor is not sent unless it is given', () => {
    const compiled = compileRestCall(
      { ...operation, path: '/' },
      [parameter('constructor', 'query'), parameter('toString', 'query')],
      call,
    );
    const none = Object.create(null) as WireArguments;
    expect(compiled(none).path).toBe('/');
    expect(compiled(Object.assign(none, { toString: 'a' })).path).toBe('/?toString=a');
  });
});

describe('headers that no argument can set, whatever the document says', () => {
  test.each([
    'Host',
    'Content-Length',
    'Transfer-Encoding',
    'Connection',
    'Authorization',
    'Accept',
    'Expect',
  ])('%s', async (name) => {
    const compiled = compileRestCall(
      { ...operation, path: '/' },
      [parameter(name, 'header', { argument: 'trace' })],
      call,
    );
    const { headers } = compiled({ trace: 'evil.test' });
    expect(Object.keys(headers)).toEqual(['accept']);
    expect(JSON.stringify(headers)).not.toContain('evil.test');
  });
});
