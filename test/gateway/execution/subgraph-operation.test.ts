import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import {
  buildSchema,
  execute,
  GraphQLError,
  isAbstractType,
  isEnumType,
  parse,
  type GraphQLSchema,
} from 'graphql';
import { comparable } from './comparable-result.ts';
import { fieldOf } from './schema-field.ts';
import { compileSubgraphOperation } from '../../../gateway/execution/subgraph/subgraph-operation.ts';
import { bigIntScalar } from '../../../mesh/exact-integers.ts';
import { markWireFields, propertyReader } from '../../../mesh/wire-fields.ts';

const sdl = `
  scalar JSON
  enum Status { OPEN PAID }
  input Filter { status: Status limit: Int = 10 }
  type Query {
    order(id: ID!): Order
    orders(filter: Filter, first: Int = 3): [Order!]
    strict: Order!
    search: [Found]
    nodes: [Node!]!
    echo(text: String, id: ID, on: Boolean, at: Float, list: [String!], any: JSON, filter: Filter): String
    later: Order
    broken: Order
  }
  type Mutation { first: Int second: Int third: Int! }
  interface Node { id: ID! }
  interface Record implements Node { id: ID! grid: [[Node]!] }
  scalar BigInt
  enum Size { SMALL LARGE }
  union Found = Order | Line
  type Order implements Record & Node {
    grid: [[Node]!] found: [[Found!]] big: BigInt size: Size! "the rest" others: JSON
    id: ID! status: Status total: Float count: Int! paid: Boolean note: String any: JSON tags: [String!]
    matrix: [[Int]] lines: [Line!]! parent: Order constructor: String "a resolver" double(by: Int = 2): Int
    "rejects" fails: String
  }
  type Line implements Node { id: ID! sku: String! quantity: Int order: Order }
`;

/**
 * graphql-js leaves promises alone when a list fails before its other items are done, and their rejections end the
 * process: what it is given to compare with answers at once.
 */
function createSchema(isAsync: boolean): GraphQLSchema {
  const soon = (answer: () => unknown) => (isAsync ? Promise.resolve().then(answer) : answer());
  const schema = buildSchema(sdl);
  for (const name of ['order', 'orders', 'strict', 'search', 'nodes']) {
    fieldOf(schema, 'Query', name).resolve = (source: Record<string, unknown>) => source[name];
  }
  fieldOf(schema, 'Query', 'later').resolve = (source: Record<string, unknown>) =>
    soon(() => source['order']);
  fieldOf(schema, 'Query', 'broken').resolve = () => soon(() => fail('broken'));
  fieldOf(schema, 'Query', 'echo').resolve = (_source, args) => JSON.stringify(args);
  const calls: string[] = [];
  for (const name of ['first', 'second', 'third']) {
    fieldOf(schema, 'Mutation', name).resolve = async (source: { third?: number | null }) => {
      calls.push(name);
      await Promise.resolve();
      return name === 'third' && source.third === null ? null : calls.length % 3;
    };
  }
  fieldOf(schema, 'Order', 'double').resolve = (source: { count: number }, args) =>
    soon(() => source.count * Number(args['by']));
  fieldOf(schema, 'Order', 'fails').resolve = () => soon(() => fail('it failed'));
  fieldOf(schema, 'Order', 'others').resolve = (source: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(source).filter(([name]) => name === 'other' || name === '__proto__'));
  // As @apollo/subgraph sets them: `serialize` from a scalar, internal values from a map.
  Object.assign(schema.getType('BigInt') ?? {}, { serialize: bigIntScalar.serialize });
  const sizes = schema.getType('Size');
  if (!isEnumType(sizes)) throw new Error('Size is no enum');
  for (const value of sizes.getValues()) value.value = value.name === 'SMALL' ? 's' : 12;
  fieldOf(schema, 'Order', 'note').resolve = propertyReader('the note');
  fieldOf(schema, 'Order', 'constructor').resolve = propertyReader('constructor');
  for (const name of ['Node', 'Record', 'Found']) {
    const type = schema.getType(name);
    if (!isAbstractType(type)) throw new Error(`${name} is not abstract`);
    type.resolveType = (value: { sku?: unknown; is?: unknown }) => {
      if (value.is === 'unknown') return 'Unknown';
      return value.sku === undefined ? 'Order' : 'Line';
    };
  }
  markWireFields(schema);
  return schema;
}

function fail(message: string): never {
  throw new GraphQLError(message);
}

const schema = createSchema(true);
const schemaAtOnce = createSchema(false);

/** Often right, sometimes wrong in a way that a service can be. */
const junk = fc.constantFrom<unknown>(
  null,
  undefined,
  7,
  -1.5,
  'text',
  true,
  {},
  [],
  [null],
  { id: 1 },
  2 ** 40,
);
const mostly = (good: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: junk });

const { order, line } = fc.letrec<{ order: unknown; line: unknown }>((tie) => ({
  order: fc.record(
    {
      id: mostly(fc.oneof(fc.string(), fc.integer())),
      status: mostly(fc.constantFrom('OPEN', 'PAID')),
      total: mostly(fc.double({ noNaN: true, noDefaultInfinity: true })),
      count: mostly(fc.integer({ min: -1000, max: 1000 })),
      paid: mostly(fc.boolean()),
      'the note': mostly(fc.string()),
      any: fc.jsonValue(),
      tags: mostly(fc.array(mostly(fc.string()), { maxLength: 3 })),
      matrix: mostly(
        fc.array(mostly(fc.array(mostly(fc.integer({ max: 100, min: 0 })), { maxLength: 2 })), {
          maxLength: 2,
        }),
      ),
      big: mostly(fc.constantFrom(7, -0, '9007199254740993', 1e16, 2 ** 70, '7', 1.5)),
      size: mostly(fc.constantFrom('s', 12)),
      grid: mostly(fc.array(mostly(fc.array(mostly(tie('line')), { maxLength: 2 })), { maxLength: 2 })),
      found: mostly(fc.array(mostly(fc.array(mostly(tie('line')), { maxLength: 2 })), { maxLength: 2 })),
      other: fc.jsonValue({ maxDepth: 1 }),
      lines: mostly(fc.array(mostly(tie('line')), { maxLength: 3 })),
      parent: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constant(null), tie('order')),
      is: fc.constantFrom('known', 'known', 'known', 'unknown'),
    },
    { requiredKeys: ['id', 'count', 'lines', 'size'] },
  ),
  line: fc.record(
    {
      id: mostly(fc.string()),
      sku: mostly(fc.string()),
      quantity: mostly(fc.integer({ min: 0, max: 9 })),
      order: fc.oneof({ depthSize: 'small' }, fc.constant(null), tie('order')),
    },
    { requiredKeys: ['id', 'sku'] },
  ),
}));

const source = fc.record({
  order: mostly(order),
  orders: mostly(fc.array(mostly(order), { maxLength: 4 })),
  strict: mostly(order),
  search: mostly(fc.array(mostly(fc.oneof(order, line)), { maxLength: 4 })),
  nodes: mostly(fc.array(mostly(fc.oneof(order, line)), { maxLength: 4 })),
});

const leaves = [
  'id',
  'status',
  'total',
  'count',
  'paid',
  'note',
  'any',
  'tags',
  'matrix',
  'constructor',
  'big',
  'size',
  'others',
  '__typename',
];
const aliased = (field: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.constantFrom('', '', '', 'x: ', '__proto__: ', 'constructor: '), field)
    .map((parts) => parts.join(''));
const condition = fc.constantFrom('', '', '', ' @include(if: $yes)', ' @skip(if: $no)', ' @skip(if: true)');

/** Selections of an order; under one name there is always the same field, as validation demands. */
const selection = fc.letrec<{ order: string; line: string }>((tie) => ({
  order: fc
    .tuple(
      fc.subarray(leaves, { minLength: 1 }),
      fc.option(aliased(fc.constant('note'))),
      condition,
      fc.option(tie('line'), { depthSize: 'small' }),
      fc.option(tie('order'), { depthSize: 'small' }),
      fc.subarray([
        'double',
        'tripled: double(by: $by)',
        'fails',
        '... on Node { node: id }',
        '...F',
        '... on Record { ...G @include(if: $yes) kind: __typename }',
        'grid { __typename id ... on Order { status } ... on Line { sku ...L @skip(if: $no) } }',
        'found { ... on Node { id } ... on Line { quantity __proto__: __typename } }',
      ]),
    )
    .map(([names, alias, when, lines, parent, more]) => {
      const parts = [...names.map((name, index) => (index === 0 ? name + when : name)), ...more];
      if (alias !== null && !(alias.startsWith('constructor') && names.includes('constructor')))
        parts.push(alias);
      if (lines !== null) parts.push(`lines { ${lines} }`);
      if (parent !== null) parts.push(`parent { ${parent} }`);
      return parts.join(' ');
    }),
  line: fc
    .tuple(
      fc.subarray(['id', 'sku', 'quantity', '__typename'], { minLength: 1 }),
      fc.option(tie('order'), { depthSize: 'small' }),
    )
    .map(([names, parent]) => [...names, ...(parent === null ? [] : [`order { ${parent} }`])].join(' ')),
}));

const operation = fc
  .tuple(
    fc.subarray(['order', 'orders', 'strict', 'search', 'nodes', 'later', 'broken'], {
      minLength: 1,
      maxLength: 3,
    }),
    selection.order,
    selection.line,
  )
  .map(([roots, onOrder, onLine]) => {
    const fields = roots.map((root) => {
      if (root === 'nodes') return `nodes { id ... on Order { ${onOrder} } ... on Line { lineId: id sku } }`;
      if (root === 'search')
        return `search { ... on Order { ${onOrder} } ... on Line { line: sku l: __typename } }`;
      return `${root === 'order' ? 'order(id: "1")' : root} { ${onOrder} }`;
    });
    const variables = '$yes: Boolean!, $no: Boolean = false, $by: Int = 3';
    return `query (${variables}) { ${fields.join(' ')} } fragment F on Order { id f: count lines { f: id ${onLine.includes('order') ? '' : onLine} } }
    fragment G on Record { gs: grid { ... on Found { ... on Line { ...L } } } } fragment L on Line { q: quantity }`;
  });

async function withGraphQLJs(text: string, rootValue: unknown, variables: Record<string, unknown>) {
  return execute({ schema: schemaAtOnce, document: parse(text), rootValue, variableValues: variables });
}

const runs = Number(process.env['ORACLE_RUNS'] ?? 400);

async function answersAlike(
  text: string,
  rootValue: unknown,
  yes: boolean,
  factor: number | undefined,
): Promise<void> {
  const variables = { yes, ...(factor !== undefined && { by: factor }) };
  const expected = comparable(await withGraphQLJs(text, rootValue, variables));
  const compiled = compileSubgraphOperation(schema, text);
  for (let count = 0; count < 5; count++) {
    const actual = await compiled({ rootValue, variables, context: {} });
    expect(comparable(actual)).toEqual(expected);
  }
  // A rejection that nobody waits for would fail the test now.
  await setImmediate();
}

describe('operations compiled for a subgraph', () => {
  it(`answer as graphql-js does: ${runs} made-up operations, each before and after its projection is compiled`, async () => {
    const by = fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined });
    await fc.assert(fc.asyncProperty(operation, source, fc.boolean(), by, answersAlike), { numRuns: runs });
  }, 120_000);

  const cases: [string, string, Record<string, unknown>][] = [
    ['no arguments', '{ echo }', {}],
    [
      'constants',
      '{ echo(text: "a", id: 7, on: true, at: 1, list: ["x"], any: { a: [1] }, filter: { status: PAID }) }',
      {},
    ],
    [
      'variables',
      'query ($t: String, $i: ID!, $l: [String!]) { echo(text: $t, id: $i, list: $l) }',
      { t: 'a', i: '1', l: ['b'] },
    ],
    ['variables that are left out', 'query ($t: String, $i: ID) { echo(text: $t, id: $i) }', {}],
    [
      'null variables',
      'query ($t: String, $l: [String!]) { echo(text: $t, list: $l) }',
      { t: null, l: null },
    ],
    [
      'defaults of variables',
      'query ($t: String = "d", $f: Filter = { limit: 2 }) { echo(text: $t, filter: $f) }',
      {},
    ],
    ['one item for a list', 'query ($l: [String!]) { echo(list: $l) }', { l: 'one' }],
    ['a number for an ID', 'query ($i: ID) { echo(id: $i) }', { i: 7 }],
    ['an input object', 'query ($f: Filter) { echo(filter: $f) }', { f: { status: 'OPEN' } }],
    ['a variable inside of an object', 'query ($n: Int) { echo(filter: { limit: $n }) }', { n: 4 }],
    ['a variable of another type', 'query ($t: String) { echo(text: $t) }', { t: { $ne: 1 } }],
    ['a missing variable', 'query ($i: ID!) { order(id: $i) { id } }', {}],
    ['an enum value that is none', 'query ($f: Filter) { echo(filter: $f) }', { f: { status: 'LOST' } }],
    ['null where an argument is required', 'query ($i: ID) { order(id: $i) { id } }', { i: null }],
    ['names of the prototype', '{ __proto__: echo(text: "a") constructor: echo toString: __typename }', {}],
    ['text that looks like code', '{ echo(text: "`${process.exit()}`\\u2028*/ }; process.exit() //") }', {}],
    [
      'the text by which graphql-jit 0.8.9 runs code',
      '{ echo(text: "__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d globalThis.wasRun = true") }',
      {},
    ],
    ['a mutation', 'mutation { third first again: first }', {}],
    ['a mutation that fails where it must not', 'mutation { first third second }', {}],
  ];
  it.each(cases)('answer as graphql-js does: %s', async (_, text, variables) => {
    const rootValue = { order: { id: '1' }, third: null };
    const expected = await withGraphQLJs(text, rootValue, variables);
    const compiled = compileSubgraphOperation(schema, text);
    const isMutation = text.startsWith('mutation');
    for (let count = 0; count < 4; count++) {
      const actual = await compiled({ rootValue, variables, context: {} });
      expect(comparable(actual)).toEqual(
        comparable(isMutation ? { ...expected, data: actual.data ?? null } : expected),
      );
      expect(actual.errors?.map(({ message }) => message)).toEqual(
        expected.errors?.map(({ message }) => message),
      );
    }
    expect(Object.hasOwn(globalThis, 'wasRun')).toBe(false);
  });
});

test('JSON that is nested deeper than it can be written is not answered with, and hurts nothing beside it', async () => {
  const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
  const rootValue = {
    orders: [
      { id: '1', any: deep },
      { id: '2', any: [[7]] },
    ],
  };
  const compiled = compileSubgraphOperation(schema, '{ orders { id any } }');
  for (let count = 0; count < 4; count++) {
    const result = await compiled({ rootValue, variables: {}, context: {} });
    expect(JSON.parse(JSON.stringify(result.data))).toEqual({
      orders: [
        { id: '1', any: null },
        { id: '2', any: [[7]] },
      ],
    });
    expect(result.errors?.map(({ path }) => path)).toEqual([['orders', 0, 'any']]);
  }
});
