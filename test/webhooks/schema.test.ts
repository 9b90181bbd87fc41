import { compilePayloadSchema, violationPathMax, violationsMax } from '../../webhooks/schema.ts';

type Dialect = '3.0' | '3.1';
type Row = readonly [
  sentence: string,
  dialect: Dialect,
  schema: object,
  valid: unknown[],
  invalid: unknown[],
];

const tree = {
  $ref: '#/components/schemas/Tree',
  components: {
    schemas: {
      Tree: { type: 'object', properties: { kids: { items: { $ref: '#/components/schemas/Tree' } } } },
    },
  },
};

const rows: readonly Row[] = [
  ['nullable adds null', '3.0', { type: 'string', nullable: true }, ['a', null], [1]],
  ['nullable: false adds nothing', '3.0', { type: 'string', nullable: false }, ['a'], [null]],
  ['nullable without a type is no error', '3.0', { nullable: true, minLength: 2 }, ['ab', null], ['a']],
  [
    'nullable lets null past an enum without it',
    '3.0',
    { type: 'string', enum: ['a'], nullable: true },
    ['a', null],
    ['b'],
  ],
  [
    'nullable lets null past allOf',
    '3.0',
    { nullable: true, allOf: [{ $ref: '#/$defs/a' }], $defs: { a: { type: 'string' } } },
    [null, 'a'],
    [1],
  ],
  ['nullable means nothing in 3.1', '3.1', { type: 'string', nullable: true }, ['a'], [null]],
  [
    'an amount is a multiple of a cent, though no double is',
    '3.0',
    { multipleOf: 0.01 },
    [19.99, 0.07, 4.35, 1234567.89, 100, 0],
    [0.015, 19.995],
  ],
  ['a whole multiple', '3.1', { multipleOf: 3 }, [3, 9, -3], [1, 3.5]],
  ['a list of types', '3.1', { type: ['string', 'null'] }, ['a', null], [1]],
  ['a boolean exclusiveMinimum excludes minimum', '3.0', { minimum: 1, exclusiveMinimum: true }, [1.1], [1]],
  ['a false one does not', '3.0', { minimum: 1, exclusiveMinimum: false }, [1], [0]],
  ['nor does one without a minimum', '3.0', { exclusiveMinimum: true }, [0], []],
  ['a boolean exclusiveMaximum excludes maximum', '3.0', { maximum: 1, exclusiveMaximum: true }, [0], [1]],
  ['a numeric exclusiveMaximum stands alone', '3.1', { exclusiveMaximum: 1, maximum: 5 }, [0], [1]],
  ['a boolean limit left over in a 3.1 document', '3.1', { minimum: 0, exclusiveMinimum: true }, [1], [0]],
  [
    'siblings of $ref are ignored in 3.0',
    '3.0',
    {
      properties: { a: { $ref: '#/components/schemas/A', maxLength: 1 } },
      components: { schemas: { A: { type: 'string' } } },
    },
    [{ a: 'long' }],
    [{ a: 1 }],
  ],
  [
    'and count in 3.1',
    '3.1',
    {
      properties: { a: { $ref: '#/components/schemas/A', maxLength: 1 } },
      components: { schemas: { A: { type: 'string' } } },
    },
    [{ a: 's' }],
    [{ a: 'long' }],
  ],
  ['keywords younger than 3.0 are ignored in it', '3.0', { const: 1, contains: false }, [2, [3]], []],
  ['and count in 3.1', '3.1', { prefixItems: [{ const: 1 }], items: false }, [[1]], [[2], [1, 2]]],
  [
    'unevaluatedProperties',
    '3.1',
    { allOf: [{ properties: { a: {} } }], unevaluatedProperties: false },
    [{ a: 1 }],
    [{ b: 1 }],
  ],
  ['a reference to itself', '3.0', tree, [{ kids: [{ kids: [] }] }], [{ kids: [{ kids: [1] }] }]],
  ['a reference to itself', '3.1', tree, [{ kids: [{ kids: [] }] }], [{ kids: [{ kids: [1] }] }]],
  [
    'a reference with escapes',
    '3.1',
    { $ref: '#/components/schemas/a~1b%20c', components: { schemas: { 'a/b c': { type: 'number' } } } },
    [1],
    ['1'],
  ],
  [
    'a reference into a schema',
    '3.0',
    {
      $ref: '#/components/schemas/A/properties/b',
      components: { schemas: { A: { properties: { b: { type: 'boolean', nullable: true } } } } },
    },
    [true, null],
    [1],
  ],
  [
    'what says nothing about validity',
    '3.1',
    {
      type: 'object',
      discriminator: { propertyName: 'kind' },
      xml: { name: 'x' },
      externalDocs: { url: 'https://example.com' },
      example: { $id: 'twice' },
      examples: [{ $id: 'twice' }],
      default: { $id: 'not a uri %' },
      $schema: 'https://spec.openapis.org/oas/3.1/dialect/base',
      'x-internal': { $ref: '#/nowhere' },
      readOnly: true,
      properties: { id: { type: 'string', readOnly: true }, token: { type: 'string', writeOnly: true } },
      required: ['id'],
    },
    [{ id: 'a', token: 'b' }],
    [{}],
  ],
  [
    'properties that are called like keywords',
    '3.0',
    { properties: { nullable: { type: 'string' }, example: { type: 'number' }, $ref: { type: 'string' } } },
    [{ nullable: 'a', example: 1, $ref: 'b' }],
    [{ nullable: true }, { example: 'a' }],
  ],
  ['a known format', '3.1', { format: 'date-time' }, ['2026-11-22T12:00:00Z', 1], ['yesterday']],
  ['a format of OpenAPI', '3.0', { type: 'integer', format: 'int32' }, [1], [2 ** 40]],
  [
    'the format url',
    '3.1',
    { format: 'url' },
    ['https://example.com/a?b#c', 'ftp://10.0.0.1:8080'],
    ['example.com', 'mailto:a@example.com', 'http://', 'http://a b'],
  ],
  ['an unknown format', '3.0', { type: 'string', format: 'iban-ish' }, ['anything'], [1]],
  ['a Unicode pattern', '3.1', { pattern: String.raw`^\p{Lu}.$` }, ['É😀'], ['é😀']],
  ['a pattern for another engine', '3.0', { pattern: String.raw`^[a-z\_\-]+\@$` }, ['a_b@'], ['a b@']],
  ['required finds nothing inherited', '3.1', { required: ['constructor'] }, [{ constructor: 1 }], [{}]],
  [
    'unique items, whatever the order of keys',
    '3.1',
    { uniqueItems: true },
    [[{ a: 1 }, { a: '1' }], 1],
    [
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
    ],
  ],
  ['uniqueItems: false asks for nothing', '3.0', { uniqueItems: false }, [[1, 1]], []],
];

test.each(rows)('%s (%s)', (_sentence, dialect, schema, valid, invalid) => {
  const before = JSON.stringify(schema);
  const { validate } = compilePayloadSchema(schema as Record<string, unknown>, dialect);
  for (const json of valid) expect([json, validate(json)]).toEqual([json, []]);
  for (const json of invalid) expect([json, validate(json).length]).not.toEqual([json, 0]);
  expect(JSON.stringify(schema)).toBe(before);
});

test('two schemas may hold the same components with the same $id', () => {
  const components = { schemas: { A: { $id: 'https://example.com/a', type: 'string' } } };
  const compile = () => compilePayloadSchema({ $ref: '#/components/schemas/A', components }, '3.1').validate;
  expect([compile()('a'), compile()('a')]).toEqual([[], []]);
});

test('an answer lists few violations with short paths, and no value', () => {
  const anyOf = Array.from({ length: 50 }, (_, index) => ({ const: index }));
  const { validate } = compilePayloadSchema({ additionalProperties: { anyOf } }, '3.1');
  const violations = validate({ ['long'.repeat(1000)]: 'secret-value' });
  expect(violations).toHaveLength(violationsMax);
  expect(Math.max(...violations.map(({ path }) => path.length))).toBe(violationPathMax);
  expect(JSON.stringify(violations)).not.toContain('secret-value');
});

test('unique items of a large array are found in one pass', () => {
  const { validate } = compilePayloadSchema({ uniqueItems: true }, '3.1');
  const items = Array.from({ length: 100_000 }, (_, index) => ({ index }));
  expect(validate(items)).toEqual([]);
  expect(validate([...items, { index: 0 }])).toEqual([
    { path: '', message: 'must NOT have duplicate items' },
  ]);
});
