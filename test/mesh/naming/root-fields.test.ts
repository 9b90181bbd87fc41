import { Kind } from 'graphql';
import type { NamingOptions } from '../../../mesh/naming/naming.ts';
import { name } from './named.ts';
import { at } from '../normalise/document-of.ts';

const text = '{ type: string }';
const textOperation = (method: string, id: string) =>
  `{ ${method}: { operationId: ${id}, responses: { '200': { content: { text/plain: { schema: ${text} } } } } } }`;

const rootFields = async (
  operations: readonly (readonly [string, string])[],
  config: Partial<NamingOptions['config']> = {},
  renames: Readonly<Record<string, string>> = {},
) => {
  const paths = operations.map(([method, id], index) => `  /${index}: ${textOperation(method, id)}`);
  const named = await name(`paths:\n${paths.join('\n')}`, config, new Map(Object.entries(renames)));
  return Object.fromEntries(named.rootFields);
};

describe('root fields', () => {
  test('are written in camelCase', async () => {
    expect(
      await rootFields([
        ['get', 'list_orders'],
        ['post', 'Orders-Create'],
      ]),
    ).toEqual({
      list_orders: 'orders',
      Orders_Create: 'createOrder',
    });
  });

  test('that would become one keep what they were called, over both root types', async () => {
    expect(
      await rootFields([
        ['post', 'sync_items'],
        ['get', 'syncItems'],
        ['get', 'sync.items'],
      ]),
    ).toEqual({
      sync_items: 'sync_items',
      syncItems: 'syncItems',
      sync_items_2: 'syncItems2',
    });
  });

  test('have the prefix, unless they are renamed', async () => {
    const fields = await rootFields(
      [
        ['get', 'list_orders'],
        ['get', 'getOrder'],
      ],
      { prefix: 'Shop' },
      { getOrder: 'theOrder' },
    );
    expect(fields).toEqual({ list_orders: 'shopOrders', getOrder: 'theOrder' });
  });
});

/** Operations that want one name, and the names they get. */
const rivals: readonly (readonly [string, readonly (readonly [string, string])[], readonly string[]])[] = [
  [
    'both keep their longer name',
    [
      ['get', 'getOrder'],
      ['get', 'fetchOrder'],
    ],
    ['getOrder', 'fetchOrder'],
  ],
  [
    'in the other order too',
    [
      ['get', 'fetchOrder'],
      ['get', 'getOrder'],
    ],
    ['fetchOrder', 'getOrder'],
  ],
  [
    'three of them',
    [
      ['get', 'getOrder'],
      ['get', 'fetch_order'],
      ['get', 'order'],
    ],
    ['getOrder', 'fetchOrder', 'order'],
  ],
  [
    'over both root types',
    [
      ['get', 'getTransfer'],
      ['post', 'transfer'],
    ],
    ['getTransfer', 'transfer'],
  ],
  [
    'which the longer name of another has',
    [
      ['get', 'getOrder'],
      ['get', 'readOrder'],
      ['post', 'getOrder_'],
    ],
    ['getOrder', 'readOrder', 'getOrder_'],
  ],
];

test.each(rivals)('root fields that would become one: %s', async (_sentence, operations, expected) => {
  expect(Object.values(await rootFields(operations)).toSorted()).toEqual([...expected].toSorted());
});

/** Parameters of one operation in a query, and the arguments they become. */
const parameters: readonly (readonly [readonly string[], readonly string[]])[] = [
  [
    ['filter[name]', '$top', 'created.gte'],
    ['filterName', 'top', 'createdGte'],
  ],
  [
    ['created.gte', 'created[gte]'],
    ['created_gte', 'created_LEFT_SQUARE_BRACE_gte_RIGHT_SQUARE_BRACE_'],
  ],
  [
    ['page_size', 'pageSize'],
    ['page_size', 'pageSize'],
  ],
];

test.each(parameters)('parameters %j are the arguments %j', async (names, expected) => {
  const list = names.map((wire) => `{ name: '${wire}', in: query, schema: ${text} }`).join(', ');
  const { document } = await name(`
paths:
  /things: { get: { operationId: listThings, parameters: [${list}], responses: { '200': { content: { text/plain: { schema: ${text} } } } } } }`);
  const query = document.definitions.find(
    (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === 'Query',
  );
  const [field] = at(query, 'fields') as { arguments: { name: { value: string } }[] }[];
  expect(field?.arguments.map((argument) => argument.name.value)).toEqual(expected);
});
