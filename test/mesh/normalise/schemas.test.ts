import { normalise } from '../../../mesh/normalise/normalise.ts';
import { at, documentOf } from './document-of.ts';

/** What a schema named Thing becomes. */
interface SchemaCase {
  readonly id: string;
  readonly sentence: string;
  readonly given: object;
  readonly expected: object;
  readonly openapi?: string;
}

const thing = (properties: object, required?: readonly string[]) => ({
  type: 'object',
  ...(required && { required }),
  properties,
});
const titled = (properties: object, required?: readonly string[]) => ({
  ...thing(properties, required),
  title: 'Thing',
});
const text = { type: 'string' };

const formats: readonly SchemaCase[] = [
  {
    id: 'F1',
    sentence: 'what only constrains a value is taken out',
    given: thing({
      a: { ...text, pattern: '^x', minLength: 1, maxLength: 5, example: 'x', examples: ['x'] },
    }),
    expected: titled({ a: text }),
  },
  {
    id: 'F2',
    sentence: 'so are the bounds of a number',
    given: thing({ a: { type: 'number', minimum: 0, maximum: 9, exclusiveMinimum: 0, exclusiveMaximum: 9 } }),
    expected: titled({ a: { type: 'number' } }),
  },
  {
    id: 'F3',
    sentence: 'properties that are called like a constraint stay',
    given: thing({ pattern: text, minimum: text, example: text, format: text, title: text, const: text }),
    expected: titled({ pattern: text, minimum: text, example: text, format: text, title: text, const: text }),
  },
  {
    id: 'F8',
    sentence: 'defaults are left to the service: a partial update must not change what nobody mentioned',
    given: thing({ a: { ...text, enum: ['x', 'y'], default: 'x' }, default: { ...text, default: 'z' } }),
    expected: titled({ a: { ...text, enum: ['x', 'y'], title: 'ThingA' }, default: text }),
  },
  {
    id: 'F4',
    sentence: 'formats that have a scalar of their own stay, others go',
    given: thing({
      a: { ...text, format: 'date-time' },
      b: { ...text, format: 'email' },
      c: { ...text, format: 'iban' },
    }),
    expected: titled({ a: { ...text, format: 'date-time' }, b: text, c: text }),
  },
  {
    id: 'F9',
    sentence: 'a format goes with its type: digits in a string stay a string, on the wire too (Google)',
    given: thing({
      a: { ...text, format: 'int64' },
      b: { ...text, format: 'int32' },
      c: { type: 'integer', format: 'date-time' },
      d: { type: 'integer', format: 'int64' },
      e: { format: 'int64' },
    }),
    expected: titled({
      a: text,
      b: text,
      c: { type: 'integer' },
      d: { type: 'integer', format: 'int64' },
      e: { format: 'int64' },
    }),
  },
  {
    id: 'F5',
    sentence: 'a constant is a value of its type',
    given: thing({
      a: { const: 'x' },
      b: { const: 1 },
      c: { const: 1.5 },
      d: { const: true },
      e: { enum: ['x'] },
    }),
    expected: titled({
      a: text,
      b: { type: 'integer' },
      c: { type: 'number' },
      d: { type: 'boolean' },
      e: text,
    }),
  },
  {
    id: 'F6',
    sentence: 'an enum of numbers stays numbers: their GraphQL names could not be read back',
    given: thing({ a: { type: 'integer', enum: [1, 2] }, b: { type: 'boolean', enum: [true, false] } }),
    expected: titled({ a: { type: 'integer' }, b: { type: 'boolean' } }),
  },
  {
    id: 'F7',
    sentence: 'null among the values of an enum is no value of it',
    given: thing({ a: { ...text, nullable: true, enum: ['x', 'y', null] } }),
    expected: titled({ a: { ...text, nullable: true, enum: ['x', 'y'], title: 'ThingA' } }),
  },
];

const nullability: readonly SchemaCase[] = [
  {
    id: 'N1',
    sentence: 'a required property that may be null by 3.0 may be missing',
    given: thing({ a: { ...text, nullable: true }, b: text }, ['a', 'b']),
    expected: titled({ a: { ...text, nullable: true }, b: text }, ['b']),
    openapi: '3.0.3',
  },
  {
    id: 'N7',
    sentence: 'one that must not be null may be missing all the same (Docker)',
    openapi: '3.0.3',
    given: thing({ a: { ...text, nullable: false }, b: { ...text, nullable: false } }, ['b']),
    expected: titled({ a: text, b: text }, ['b']),
  },
  {
    id: 'N2',
    sentence: 'so may one that may be null by 3.1, which is said as 3.0 does',
    given: thing({ a: { type: ['string', 'null'] }, b: { type: ['null', 'string'] } }, ['a', 'b']),
    expected: titled({ a: { ...text, nullable: true }, b: { ...text, nullable: true } }, []),
  },
  {
    id: 'N3',
    sentence: 'several types that are left stay a list',
    given: thing({ a: { type: ['string', 'integer', 'null'] } }, ['a']),
    expected: titled({ a: { type: ['string', 'integer', 'null'] } }, []),
  },
  {
    id: 'N4',
    sentence: 'so may one with null among its alternatives',
    given: thing({ a: { oneOf: [text, { type: 'null' }] }, b: { anyOf: [{ type: 'null' }, text] } }, [
      'a',
      'b',
    ]),
    expected: titled(
      {
        a: { oneOf: [text, { type: 'null' }], title: 'ThingA' },
        b: { anyOf: [{ type: 'null' }, text], title: 'ThingB' },
      },
      [],
    ),
  },
  {
    id: 'N5',
    sentence: 'so may one that refers to what may be null',
    given: thing({ a: { $ref: '#/components/schemas/Maybe' } }, ['a']),
    expected: titled({ a: { $ref: '#/components/schemas/Maybe' } }, []),
  },
  {
    id: 'N6',
    sentence: 'names in required that no property has are taken out',
    given: thing({ a: text }, ['a', 'b', 'constructor']),
    expected: titled({ a: text }, ['a']),
  },
];

test.each([...formats, ...nullability].map((row) => [row.id, row.sentence, row] as const))(
  '%s: %s',
  (_id, _sentence, { given, expected, openapi }) => {
    const document = documentOf('paths: {}', openapi);
    document.components = { schemas: { Maybe: { type: 'string', nullable: true }, Thing: given } };
    const before = structuredClone(document);
    const { document: normalised } = normalise(document, 'shop');
    expect(at(normalised, 'components', 'schemas', 'Thing')).toEqual(expected);
    expect(document).toEqual(before);
  },
);

test('schemas that GraphQL reserves are renamed, and so is everything that refers to them', () => {
  const document = documentOf(`
paths:
  /a:
    get:
      responses:
        '200': { content: { application/json: { schema: { $ref: '#/components/schemas/Subscription' } } } }
components:
  schemas:
    Subscription: { type: object, properties: { parent: { $ref: '#/components/schemas/Subscription' } } }
    Query: { type: object, properties: { all: { type: array, items: { $ref: '#/components/schemas/Subscription' } } } }
    Event: { type: object, properties: { a: { type: string } } }
    $ref: { type: object }`);
  const before = structuredClone(document);
  const { document: normalised, warnings } = normalise(document, 'web-shop');
  const renamed = { $ref: '#/components/schemas/WebShopSubscription' };
  const schemas = at(normalised, 'components', 'schemas');
  expect(Object.keys(schemas as object).toSorted()).toEqual([
    '$ref',
    'Event',
    'WebShopQuery',
    'WebShopSubscription',
  ]);
  expect(at(schemas, 'WebShopSubscription', 'properties', 'parent')).toEqual(renamed);
  expect(at(schemas, 'WebShopQuery', 'properties', 'all', 'items')).toEqual(renamed);
  const content = at(normalised, 'paths', '/a', 'get', 'responses', '200', 'content');
  expect(at(content, 'application/json', 'schema')).toEqual(renamed);
  expect(warnings).toEqual([
    '/components/schemas/Subscription: GraphQL reserves this name; the type is called WebShopSubscription',
    '/components/schemas/Query: GraphQL reserves this name; the type is called WebShopQuery',
  ]);
  expect(document).toEqual(before);
});

test('a renamed schema does not take the place of one that has the name already', () => {
  const document = documentOf(`
components:
  schemas:
    Subscription: { type: object, properties: { a: { type: string } } }
    ShopSubscription: { type: object, properties: { b: { type: string } } }`);
  const { document: normalised } = normalise(document, 'shop');
  const schemas = at(normalised, 'components', 'schemas') as Record<string, object>;
  expect(Object.values(schemas).map((schema) => Object.keys(at(schema, 'properties') as object))).toEqual(
    expect.arrayContaining([['a'], ['b']]),
  );
});

describe('names of inline schemas', () => {
  const order = `
  /orders:
    get:
      operationId: listOrders
      parameters: [{ $ref: '#/components/parameters/Sort' }]
      responses:
        '200': { $ref: '#/components/responses/Page' }
        '400': { content: { application/json: { schema: { type: object, properties: { why: { type: string } } } } } }`;
  const earlier = `
  /all:
    get:
      operationId: everything
      parameters: [{ $ref: '#/components/parameters/Sort' }]
      responses:
        '200': { $ref: '#/components/responses/Page' }
  /first:
    get:
      operationId: first
      responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } } }`;
  const components = `
components:
  parameters:
    Sort: { name: sort, in: query, schema: { type: string, enum: [up, down] } }
  responses:
    Page: { content: { application/json: { schema: { type: object, properties: { next: { enum: [a, b] } } } } } }
  schemas:
    Order:
      title: Something else
      type: object
      properties:
        status: { type: string, enum: [open, closed] }
        lines: { type: array, items: { type: object, properties: { kind: { enum: [a, b] } } } }
        tags: { type: object, additionalProperties: { type: object, properties: { a: { type: string } } } }
        payer: { oneOf: [{ type: object, properties: { a: { type: string } } }, { $ref: '#/components/schemas/Order' }] }`;

  const titlesOf = (paths: string, more = '') => {
    const { document } = normalise(documentOf(`paths:${paths}${components}\n${more}`), 'shop');
    const titles: string[] = [];
    JSON.stringify(document, (key, value: unknown) => {
      if (key === 'title' && typeof value === 'string' && value !== 'Test') titles.push(value);
      return value;
    });
    return titles;
  };

  test('tell their place in the document', () => {
    expect(titlesOf(order).toSorted()).toEqual([
      'ListOrdersResponse',
      'Order',
      'OrderLinesItem',
      'OrderLinesItemKind',
      'OrderPayer',
      'OrderPayerOption1',
      'OrderStatus',
      'PageResponse',
      'PageResponseNext',
      'SortParameter',
    ]);
  });

  test('leave the name of a component to it', () => {
    const titles = titlesOf(order, '    OrderStatus: { type: object, properties: { a: { type: string } } }');
    expect(titles).toEqual(expect.arrayContaining(['OrderStatus', 'OrderStatusInline']));
  });

  test('stay when operations are added before', () => {
    expect(titlesOf(`${earlier}${order}`)).toEqual(expect.arrayContaining(titlesOf(order)));
  });
});
