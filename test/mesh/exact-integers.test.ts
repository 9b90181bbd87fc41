import { parseJsonExactly, writeJsonExactly } from '../../mesh/exact-integers.ts';
import { compileRest, plain, type CompiledRest } from './compiled-rest.ts';
import { json } from './recording-service.ts';

const large = '9007199254740993';

describe('JSON as it is read', () => {
  const rows: readonly (readonly [string, string, unknown])[] = [
    ['the largest safe integer is a number', '[9007199254740991]', [9007199254740991]],
    ['the one above it is text', '[9007199254740992]', ['9007199254740992']],
    ['the smallest int64 is text', '{"a": -9223372036854775808}', { a: '-9223372036854775808' }],
    ['a number alone', large, large],
    ['after a line break', `[1,\n${large}]`, [1, large]],
    ['nested', `{"a":[{"b":${large}}]}`, { a: [{ b: large }] }],
    ['digits in a text are text', `{"a":"1,${large}"}`, { a: `1,${large}` }],
    ['a fraction stays a number', '[1234567890123456.5]', [1234567890123456.5]],
    ['an exponent stays a number', '[1e300]', [1e300]],
  ];
  test.each(rows)('%s', (_sentence, text, expected) => {
    expect(parseJsonExactly(text)).toEqual(expected);
  });

  test('what is no JSON is refused', () => {
    expect(() => parseJsonExactly(`[${large}`)).toThrow(SyntaxError);
  });
});

test('JSON is written with all digits of a bigint', () => {
  expect(writeJsonExactly({ a: [BigInt(large)], b: large })).toBe(`{"a":[${large}],"b":"${large}"}`);
});

describe('int64 of a service', () => {
  let rest: CompiledRest;
  beforeAll(async () => {
    rest = await compileRest({
      document: `
paths:
  /counters/{id}:
    put:
      operationId: put_counter
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer, format: int64 } }
        - { name: above, in: query, schema: { type: array, items: { type: integer, format: int64 } } }
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/counter' } } } }
      responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/counter' } } } } }
components:
  schemas:
    counter:
      type: object
      properties:
        value: { type: integer, format: int64 }
        past: { type: array, items: { type: integer, format: int64 } }`,
    });
  });
  afterAll(() => rest.close());
  beforeEach(() => {
    rest.service.requests.length = 0;
  });

  test('is answered as a number where that is exact, else as text', async () => {
    rest.service.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`{"value":${large},"past":[1,-${large}]}`);
    };
    expect(plain(await rest.run('mutation { replaceCounter(id: 1) { value past } }'))).toEqual({
      data: { replaceCounter: { value: large, past: [1, `-${large}`] } },
    });
  });

  test.each([
    [
      'literals',
      `mutation { replaceCounter(id: ${large}, above: [1, ${large}], input: { value: ${large} }) { value } }`,
    ],
    [
      'variables',
      'mutation ($n: BigInt!) { replaceCounter(id: $n, above: [1, $n], input: { value: $n }) { value } }',
    ],
  ])('is sent with all its digits, from %s', async (_sentence, query) => {
    rest.service.answer = json({});
    const result = plain(await rest.run(query, { n: large }));
    expect(result.errors).toBeUndefined();
    const [request] = rest.service.requests;
    expect(request?.target).toBe(`/counters/${large}?above=1&above=${large}`);
    expect(request?.body).toBe(`{"value":${large}}`);
  });

  test.each([
    ['1e16', '10000000000000000'],
    ['-1E3', -1000],
    ['"9007199254740993"', large],
    ['"7"', 7],
  ])('written as %s is answered like any other', async (written, value) => {
    rest.service.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{"value":${written}}`);
    };
    const result = await rest.run('mutation { replaceCounter(id: 1) { value } }');
    expect(plain(result)).toEqual({ data: { replaceCounter: { value } } });
  });

  test.each(['1.5', '1e400', '{"a":1}', '[1]', 'true', '"a"', '""'])(
    'is not answered when the service gives %s',
    async (written) => {
      rest.service.answer = (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(`{"value":${written}}`);
      };
      const { data, errors } = plain(await rest.run('mutation { replaceCounter(id: 1) { value } }'));
      expect(data).toEqual({ replaceCounter: { value: null } });
      expect(errors).toMatchObject([{ message: 'BigInt can not represent this value' }]);
    },
  );

  test('of a million digits is refused before anybody reads them', async () => {
    const query = 'mutation ($n: BigInt!) { replaceCounter(id: $n) { value } }';
    expect(plain(await rest.run(query, { n: '9'.repeat(1_000_000) })).errors).toHaveLength(1);
    expect(rest.service.requests).toEqual([]);
  });

  test.each([9007199254740992, 1.5, '1.5', '', true])('%p is no exact integer and is refused', async (n) => {
    const query = 'mutation ($n: BigInt!) { replaceCounter(id: $n) { value } }';
    expect(plain(await rest.run(query, { n })).errors).toHaveLength(1);
    expect(rest.service.requests).toEqual([]);
  });
});
