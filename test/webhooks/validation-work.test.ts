/** No payload keeps the process busy: each of these took seconds, minutes or more than a lifetime. */
import { compilePayloadSchema } from '../../webhooks/schema.ts';
import { startValidatingThread, type ValidatingThread } from './validating-thread.ts';

const tooMuch = [{ path: '', message: 'must not take so much work to validate' }];

/** What takes time quadratic in it takes longer than a test may. */
const longText = 100_000;

let thread: ValidatingThread;
beforeEach(() => {
  thread = startValidatingThread();
});
afterEach(() => thread.terminate());

function nested(depth: number, innermost: unknown): unknown {
  return Array.from({ length: depth }).reduce((kid) => ({ kid }), innermost);
}

const formats =
  'date time date-time iso-time iso-date-time duration uri uri-reference uri-template url email hostname ipv4 ipv6 ' +
  'regex uuid json-pointer json-pointer-uri-fragment relative-json-pointer byte password binary iri idn-email';

test.each(formats.split(' '))('a long text does not hold up the format %s', async (format) => {
  const begins = ['', 'http://', 'http://a@', 'a@', '/', '#', 'P', '{', '::', '2026-01-01T00:00:00.', '('];
  const repeated = [
    'a',
    '-',
    'a-',
    'a.',
    '.',
    '1',
    '0:',
    ':',
    '::',
    '/',
    '%41',
    '{a}',
    '~0',
    '@',
    '1Y',
    ' ',
    '\n',
  ];
  const texts = begins.flatMap((begin) =>
    repeated.map((unit) => `${begin}${unit.repeat(longText / unit.length)}!@`),
  );
  expect(await thread.validate({ type: 'string', format }, texts)).toHaveLength(texts.length);
});

test.each([
  [
    'a schema that refers to nothing but itself',
    { $ref: '#/$defs/a', $defs: { a: { allOf: [{ $ref: '#/$defs/a' }] } } },
    {},
  ],
  ['a long text', { type: 'string', format: 'byte' }, 'A'.repeat(16 * 1024 * 1024)],
])('what overflows the stack is too much work, and not a failure of ours: %s', (_what, schema, payload) => {
  expect(compilePayloadSchema(schema, '3.1').validate(payload)).toEqual(tooMuch);
});

test.each([
  [String.raw`^(\w+\s?)*$`, `${'a'.repeat(100_000)}!`],
  ['^(a+)+$', `${'a'.repeat(100_000)}!`],
  [String.raw`^[^@]+@[^@]+\.[^@]+$`, `a@${'.'.repeat(100_000)}@`],
  ['(?<=(?:a|aa)*)b', 'a'.repeat(100_000)],
])("a document's own pattern %s does not freeze the process", async (pattern, text) => {
  expect(compilePayloadSchema({ pattern }, '3.1').unenforced).toEqual([]);
  const [violations] = await thread.validate({ pattern }, [text]);
  expect(violations).toHaveLength(1);
});

test.each(['anyOf', 'oneOf'])(
  'a recursive %s does not take time exponential in the depth',
  async (keyword) => {
    const branch = { type: 'object', properties: { kid: { $ref: '#/$defs/Tree' } } };
    const $defs = { Tree: { [keyword]: [branch, { ...branch }] } };
    const payloads = [nested(127, 'leaf'), nested(0, {})];
    const both = keyword === 'anyOf' ? [] : [expect.anything()];
    expect(await thread.validate({ $ref: '#/$defs/Tree', $defs }, payloads)).toEqual([tooMuch, both]);
  },
);

test('what is costly in one value is counted each time that a recursive schema comes back to it', async () => {
  const branch = { properties: { kid: { $ref: '#/$defs/Tree' } }, minProperties: 1, maxLength: 0 };
  const $defs = { Tree: { anyOf: [branch, { ...branch, uniqueItems: true }] } };
  const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, 1]));
  const payloads = [
    'a'.repeat(500_000),
    [Array.from({ length: 100_000 }, () => 1), 1, 1],
    { ...wide, kid: '1' },
  ].map((costly) => nested(60, costly));
  const expected = payloads.map(() => tooMuch);
  expect(await thread.validate({ $ref: '#/$defs/Tree', $defs }, payloads)).toEqual(expected);
});

test.each([
  ['numbers', { items: { type: 'integer' } }, Array.from({ length: 500_000 }, () => 1)],
  [
    'a map',
    { additionalProperties: { type: 'number' } },
    Object.fromEntries(Array.from({ length: 90_000 }, (_, index) => [`k${index}`, index])),
  ],
  ['a text', { pattern: '^[A-Za-z0-9+/]*=*$', format: 'byte', minLength: 1 }, 'QUFB'.repeat(250_000)],
  [
    'one of ten kinds',
    {
      items: {
        oneOf: Array.from({ length: 10 }, (_, index) => ({
          type: 'object',
          properties: { kind: { const: index }, id: { type: 'string' } },
        })),
      },
    },
    Array.from({ length: 30_000 }, (_, index) => ({ id: `identity-${index}`, kind: index % 10 })),
  ],
])('1 MB of %s is not too much', (_what, schema, json) => {
  expect(JSON.stringify(json).length).toBeGreaterThan(900_000);
  expect(compilePayloadSchema(schema, '3.1').validate(json)).toEqual([]);
});

test('a number that is not finite as a double is no number', () => {
  const { validate } = compilePayloadSchema({ properties: { a: { type: 'number' } } }, '3.0');
  expect(validate(JSON.parse('{"a":1e400}'))).toEqual([{ path: '/a', message: 'must be number' }]);
});
