import { Kind, type DocumentNode } from 'graphql';
import { wireName } from '../../../mesh/annotations.ts';
import { eventField } from '../../../mesh/naming/naming-style.ts';
import type { NamingOptions } from '../../../mesh/naming/naming.ts';
import { name } from './named.ts';
import { at, documentOf } from '../normalise/document-of.ts';

interface NamingCase {
  readonly id: string;
  readonly sentence: string;
  readonly given: {
    /** Schemas; an operation answers with each. */
    readonly schemas: string;
    readonly config?: Partial<NamingOptions['config']>;
  };
  /** Type to its fields or values: name in GraphQL to name on the wire. */
  readonly expected: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const text = '{ type: string }';
const object = (...properties: string[]) =>
  `{ type: object, properties: { ${properties.map((name) => `${name}: ${text}`).join(', ')} } }`;

const cases: readonly NamingCase[] = [
  {
    id: 'M1',
    sentence: 'fields are written in camelCase, whatever their words are joined with',
    given: {
      schemas: `Thing: ${object('order_id', 'kebab-case', 'dotted.name', 'PascalCase', 'two words', 'URL')}`,
    },
    expected: {
      Thing: {
        orderId: 'order_id',
        kebabCase: 'kebab-case',
        dottedName: 'dotted.name',
        pascalCase: 'PascalCase',
        twoWords: 'two words',
        url: 'URL',
      },
    },
  },
  {
    id: 'M2',
    sentence: 'names that no GraphQL name can have are made into one',
    given: { schemas: `Thing: ${object("'@type'", "'$ref_like'", "'3d_model'", '_id', '__v', "'日本'")}` },
    expected: {
      Thing: {
        type: '@type',
        refLike: '$ref_like',
        _3dModel: '3d_model',
        id: '_id',
        v: '__v',
        u65e5U672c: '日本',
      },
    },
  },
  {
    id: 'M3',
    sentence: 'two fields that would become one keep what they were called',
    given: { schemas: `Thing: ${object('order_id', 'orderId', 'other')}` },
    expected: { Thing: { order_id: 'order_id', orderId: 'orderId', other: 'other' } },
  },
  {
    id: 'M4',
    sentence: 'types are written in PascalCase',
    given: {
      schemas: `order_line: ${object('a')}\n    order-page: ${object('b')}\n    '2nd': ${object('c')}`,
    },
    expected: { OrderLine: { a: 'a' }, OrderPage: { b: 'b' }, _2nd: { c: 'c' } },
  },
  {
    id: 'M5',
    sentence:
      'of two types that would become one, the one that is called so keeps the name, whichever comes first',
    given: { schemas: `thing_in: ${object('a')}\n    ThingIn: ${object('b')}` },
    expected: { thing_in: { a: 'a' }, ThingIn: { b: 'b' } },
  },
  {
    id: 'M6',
    sentence: 'enum values are written in UPPER_CASE, and those that are reserved are no problem',
    given: {
      schemas: `Thing: { type: object, properties: { e: { type: string, enum: [in-progress, done, '1st', 'true', 'null', 'a b'] } } }`,
    },
    expected: {
      Thing: { e: 'e' },
      ThingE: {
        IN_PROGRESS: 'in-progress',
        DONE: 'done',
        _1ST: '1st',
        TRUE: 'true',
        NULL: 'null',
        A_B: 'a b',
      },
    },
  },
  {
    id: 'M7',
    sentence: 'enum values that differ in case only keep what they were called',
    given: {
      schemas: 'Thing: { type: object, properties: { e: { type: string, enum: [asc, ASC, desc] } } }',
    },
    expected: { Thing: { e: 'e' }, ThingE: { asc: 'asc', ASC: 'ASC', DESC: 'desc' } },
  },
  {
    id: 'M8',
    sentence: 'naming: source keeps what GraphQL can say',
    given: {
      schemas: `order_line: { type: object, properties: { order_id: ${text}, kebab-case: ${text}, __v: ${text}, e: { enum: ['true', up] } } }`,
      config: { naming: 'source' },
    },
    expected: {
      order_line: { order_id: 'order_id', kebab_case: 'kebab-case', _v: '__v', e: 'e' },
      OrderLineE: { _true: 'true', up: 'up' },
    },
  },
  {
    id: 'M9',
    sentence: 'a prefix is put before every type that is no entity',
    given: {
      schemas: `Order: ${object('id')}\n    Address: ${object('city')}`,
      config: { prefix: 'Shop', entities: { Order: { key: 'id', resolve: { operation: 'getOrder' } } } },
    },
    expected: { Order: { id: 'id' }, ShopAddress: { city: 'city' } },
  },
  {
    id: 'M11',
    sentence: 'of two types that would be one entity, it is the one with that very name',
    given: {
      schemas: `Event: ${object('id')}\n    event: ${object('name')}`,
      config: { prefix: 'Shop', entities: { Event: { key: 'id', resolve: { operation: 'getEvent' } } } },
    },
    expected: { Event: { id: 'id' }, ShopEvent: { name: 'name' } },
  },
  {
    id: 'M12',
    sentence: 'enum values of signs, of nothing and of other scripts have names, and are sent as they are',
    given: {
      schemas: `Thing: { type: object, properties: { e: { type: string, enum: ['', '+1', '-1', '1', '-created', created, '*', 'café', '日本', 'C++', 'C#'] } } }`,
    },
    expected: {
      Thing: { e: 'e' },
      ThingE: {
        EMPTY: '',
        PLUS_1: '+1',
        MINUS_1: '-1',
        _1: '1',
        MINUS_CREATED: '-created',
        CREATED: 'created',
        ASTERISK: '*',
        CAFE: 'café',
        U65E5_U672C: '日本',
        C_PLUS_PLUS: 'C++',
        C_HASH: 'C#',
      },
    },
  },
  {
    id: 'M10',
    sentence: 'properties of every object are names like any other',
    given: { schemas: `Thing: ${object('constructor', 'toString', 'hasOwnProperty', 'valueOf')}` },
    expected: {
      Thing: {
        constructor: 'constructor',
        toString: 'toString',
        hasOwnProperty: 'hasOwnProperty',
        valueOf: 'valueOf',
      },
    },
  },
];

/** Every object type and enum but the root types, as name in GraphQL to name on the wire. */
function wireNames(document: DocumentNode) {
  const types: Record<string, Record<string, string>> = {};
  for (const node of document.definitions) {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION && !['Query', 'Mutation'].includes(node.name.value)) {
      types[node.name.value] = Object.fromEntries(
        (node.fields ?? []).map((field) => [field.name.value, wireName(field)]),
      );
    } else if (node.kind === Kind.ENUM_TYPE_DEFINITION) {
      types[node.name.value] = Object.fromEntries(
        (node.values ?? []).map((value) => [value.name.value, wireName(value)]),
      );
    }
  }
  return types;
}

test.each(cases.map((row) => [row.id, row.sentence, row] as const))('%s: %s', async (_id, _sentence, row) => {
  const { schemas, config } = row.given;
  const names = Object.keys(
    at(documentOf(`components:\n  schemas:\n    ${schemas}`), 'components', 'schemas') as object,
  );
  const paths = names.map(
    (schema, index) =>
      `  /${index}: { get: { operationId: get${index}, responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/${schema}' } } } } } } }`,
  );
  const { document } = await name(
    `paths:\n${paths.join('\n')}\ncomponents:\n  schemas:\n    ${schemas}`,
    config,
  );
  expect(wireNames(document)).toEqual(row.expected);
});

/** An event, what it is called with naming: graphql, with naming: source, and both with the prefix Shop. */
const eventNames: readonly (readonly [string, string, string, string, string])[] = [
  ['orderCreated', 'orderCreated', 'orderCreated', 'shopOrderCreated', 'shopOrderCreated'],
  ['payment.created', 'paymentCreated', 'payment_created', 'shopPaymentCreated', 'shopPaymentCreated'],
  ['order-created', 'orderCreated', 'order_created', 'shopOrderCreated', 'shopOrderCreated'],
  ['order_created', 'orderCreated', 'order_created', 'shopOrderCreated', 'shopOrderCreated'],
  ['2fa', '_2fa', '_2fa', 'shop2fa', 'shop2fa'],
  ['/payments (v2)', 'paymentsV2', '_payments_v2_', 'shopPaymentsV2', 'shopPaymentsV2'],
  ['__typename', 'typename', '_typename', 'shopTypename', 'shopTypename'],
  ['日本', 'u65e5U672c', '_', 'shopU65e5U672c', 'shop'],
];

test.each(eventNames)('the event %s has a subscription field that GraphQL can have', (name, ...fields) => {
  const got = ['', 'Shop'].flatMap((prefix) =>
    (['graphql', 'source'] as const).map((naming) => eventField(name, { naming, prefix })),
  );
  expect(got).toEqual(fields);
  for (const field of got) expect(field).toMatch(/^(?!__)[A-Za-z_][A-Za-z0-9_]*$/);
});

test('descriptions and deprecations are kept', async () => {
  const { document } = await name(`
paths:
  /a:
    get:
      operationId: get_thing
      deprecated: true
      description: Reads it.
      parameters: [{ name: page_size, in: query, description: How many., schema: { type: integer } }]
      responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/thing' } } } } }
components:
  schemas:
    thing: { type: object, description: A thing., properties: { old_id: { type: string, deprecated: true, description: Its id. } } }`);
  const type = (wanted: string) =>
    document.definitions.find(
      (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === wanted,
    );
  expect(type('Thing')).toMatchObject({
    description: { value: 'A thing.' },
    fields: [
      {
        name: { value: 'oldId' },
        description: { value: 'Its id.' },
        directives: [{ name: { value: 'deprecated' } }, {}],
      },
    ],
  });
  const [field] = at(type('Query'), 'fields') as { directives: { name: { value: string } }[] }[];
  expect(field).toMatchObject({
    name: { value: 'thing' },
    description: { value: 'Reads it.' },
    arguments: [{ name: { value: 'pageSize' }, description: { value: 'How many.' } }],
  });
  expect(field?.directives.map((directive) => directive.name.value)).toContain('deprecated');
});
