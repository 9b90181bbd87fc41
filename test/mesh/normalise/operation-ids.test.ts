import { nameOperations } from '../../../mesh/normalise/operation-ids.ts';
import { forEachOperation } from '../../../mesh/document/openapi-document.ts';
import { documentOf } from './document-of.ts';

interface IdCase {
  readonly id: string;
  readonly sentence: string;
  /** Method, path, operationId. */
  readonly given: readonly (readonly [string, string, string?])[];
  /** What an operation is known by, and its safe id. */
  readonly expected: Readonly<Record<string, string>>;
  /** @default none */
  readonly warnings?: readonly string[];
}

const cases: readonly IdCase[] = [
  {
    id: 'O1',
    sentence: 'an id that is a GraphQL name stays',
    given: [
      ['get', '/a', 'listOrders'],
      ['post', '/a', 'create_order'],
    ],
    expected: { listOrders: 'listOrders', create_order: 'create_order' },
  },
  {
    id: 'O2',
    sentence: 'an operation without an id is known by method and path',
    given: [
      ['get', '/orders/{order-id}/lines'],
      ['delete', '/'],
    ],
    expected: { 'GET /orders/{order-id}/lines': 'getOrdersOrderIdLines', 'DELETE /': 'delete' },
  },
  {
    id: 'O3',
    sentence: 'characters that no name can have become one underscore',
    given: [
      ['get', '/a', 'orders/list'],
      ['get', '/b', 'orders.get--by(id)'],
      ['get', '/c', 'a b'],
    ],
    expected: { 'orders/list': 'orders_list', 'orders.get--by(id)': 'orders_get_by_id_', 'a b': 'a_b' },
  },
  {
    id: 'O4',
    sentence: 'ids that become the same are numbered, each known by its own',
    given: [
      ['get', '/a', 'a-b'],
      ['get', '/b', 'a_b'],
      ['get', '/c', 'a.b'],
      ['get', '/d', 'a_b_2'],
    ],
    expected: { 'a-b': 'a_b', a_b: 'a_b_2', 'a.b': 'a_b_3', a_b_2: 'a_b_2_2' },
  },
  {
    id: 'O5',
    sentence: 'of operations with the same id the first is known by it, and both are there',
    given: [
      ['get', '/a', 'get'],
      ['get', '/b', 'get'],
    ],
    expected: { get: 'get' },
    warnings: [
      '/paths/~1b/get: another operation has the operationId "get"; subgraph.yaml can not name this one, which becomes get_2',
    ],
  },
  {
    id: 'O6',
    sentence: 'digits and reserved underscores do not come first',
    given: [
      ['get', '/a', '2fa'],
      ['get', '/b', '__typename'],
      ['get', '/c', '_service'],
      ['get', '/d', '日本'],
    ],
    expected: { '2fa': '_2fa', __typename: 'typename', _service: 'service', 日本: '_' },
  },
  {
    id: 'O7',
    sentence: 'ids called like properties of every object are ids',
    given: [
      ['get', '/a', 'constructor'],
      ['get', '/b', '__proto__'],
      ['get', '/c', 'toString'],
    ],
    expected: { constructor: 'constructor', ['__proto__']: 'proto__', toString: 'toString' },
  },
];

test.each(cases.map((row) => [row.id, row.sentence, row] as const))('%s: %s', (_id, _sentence, row) => {
  const { given, expected, warnings = [] } = row;
  const document = documentOf('paths: {}');
  for (const [method, path, operationId] of given) {
    const item = (document.paths ??= {})[path] ?? {};
    item[method] = { ...(operationId !== undefined && { operationId }), responses: {} };
    document.paths[path] = item;
  }
  const told: string[] = [];
  const ids = nameOperations(document, told);
  expect(told).toEqual(warnings);
  expect([...ids]).toEqual(Object.entries(expected));
  const safe: string[] = [];
  forEachOperation(document, (operation) => safe.push(operation.operationId ?? ''));
  expect(new Set(safe).size).toBe(given.length);
  for (const name of safe) expect(name).toMatch(/^(?!__)[A-Za-z_][A-Za-z0-9_]*$/);
});

test('the operations of one path item that two paths share have an id each', () => {
  const document = documentOf(`
paths:
  /a: { $ref: '#/components/pathItems/Shared' }
  /b: { $ref: '#/components/pathItems/Shared' }
components: { pathItems: { Shared: { get: { operationId: read, responses: {} } } } }`);
  nameOperations(document, []);
  const safe: string[] = [];
  forEachOperation(document, ({ operationId = '' }) => safe.push(operationId));
  expect(safe).toEqual(['read', 'read_2']);
});
