/** No payload keeps the process busy: each of these took seconds, minutes or more than a lifetime. */
import { performance } from 'node:perf_hooks';
import { compilePayloadSchema } from '../../webhooks/schema.ts';

/** Far above what validation takes on a slow machine, and far below what it took. */
const longMs = 5_000;
const tooMuch = [{ path: '', message: 'must not take so much work to validate' }];

function elapsedMs(run: () => void): number {
  const begun = performance.now();
  run();
  return performance.now() - begun;
}

function nested(depth: number, innermost: unknown): unknown {
  return Array.from({ length: depth }).reduce((kid) => ({ kid }), innermost);
}

const formats =
  'date time date-time iso-time iso-date-time duration uri uri-reference uri-template url email hostname ipv4 ipv6 ' +
  'regex uuid json-pointer json-pointer-uri-fragment relative-json-pointer byte password binary iri idn-email';

test.each(formats.split(' '))('a long text does not hold up the format %s', (format) => {
  const { validate } = compilePayloadSchema({ type: 'string', format }, '3.1');
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
    repeated.map((unit) => `${begin}${unit.repeat(100_000 / unit.length)}!@`),
  );
  expect(elapsedMs(() => texts.forEach(validate))).toBeLessThan(longMs);
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
])("a document's own pattern %s does not freeze the process", (pattern, text) => {
  const { validate, unenforced } = compilePayloadSchema({ pattern }, '3.1');
  expect(unenforced).toEqual([]);
  let violations: unknown;
  expect(elapsedMs(() => (violations = validate(text)))).toBeLessThan(longMs);
  expect(violations).toHaveLength(1);
});

test.each(['anyOf', 'oneOf'])('a recursive %s does not take time exponential in the depth', (keyword) => {
  const branch = { type: 'object', properties: { kid: { $ref: '#/$defs/Tree' } } };
  const $defs = { Tree: { [keyword]: [branch, { ...branch }] } };
  const { validate } = compilePayloadSchema({ $ref: '#/$defs/Tree', $defs }, '3.1');
  let violations: unknown;
  expect(elapsedMs(() => (violations = validate(nested(127, 'leaf'))))).toBeLessThan(longMs);
  expect(violations).toEqual(tooMuch);
  expect(validate(nested(0, {}))).toEqual(keyword === 'anyOf' ? [] : [expect.anything()]);
});

test('what is costly in one value is counted each time that a recursive schema comes back to it', () => {
  const branch = { properties: { kid: { $ref: '#/$defs/Tree' } }, minProperties: 1, maxLength: 0 };
  const $defs = { Tree: { anyOf: [branch, { ...branch, uniqueItems: true }] } };
  const { validate } = compilePayloadSchema({ $ref: '#/$defs/Tree', $defs }, '3.1');
  const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, 1]));
  for (const costly of [
    'a'.repeat(500_000),
    [Array.from({ length: 100_000 }, () => 1), 1, 1],
    { ...wide, kid: '1' },
  ]) {
    expect(elapsedMs(() => validate(nested(60, costly)))).toBeLessThan(longMs);
    expect(validate(nested(60, costly))).toEqual(tooMuch);
  }
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
