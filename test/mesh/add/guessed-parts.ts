/** One thing that a document says, and what is guessed from it. */
export interface GuessedPart {
  readonly id: string;
  readonly sentence: string;
  /** What follows `info`. */
  readonly given: string;
  /** What subgraph.yaml says besides its endpoint. */
  readonly expected: Readonly<Record<string, unknown>>;
}

const answers = (schema: string) =>
  `responses: { '200': { description: '', content: { application/json: { schema: ${schema} } } } }`;
const one = answers(`{ $ref: '#/components/schemas/Order' }`);
const many = answers(`{ type: array, items: { $ref: '#/components/schemas/Order' } }`);
const inPath = (name: string) => `{ name: ${name}, in: path, required: true, schema: { type: string } }`;
const list = (name: string, more = '') =>
  `{ name: ${name}, in: query${more}, schema: { type: array, items: { type: string } } }`;
const get = (path: string, operationId: string, parameters: readonly string[], response: string) =>
  `  ${path}: { get: { operationId: ${operationId}, parameters: [${parameters.join(', ')}], ${response} } }\n`;
/** Paths, and an Order with these properties. */
const orders = (paths: string, properties = 'id, total') =>
  `paths:\n${paths}components: { schemas: { Order: { type: object, properties: { ${properties
    .split(', ')
    .map((name) => `${name}: { type: string }`)
    .join(', ')} } } } }\n`;
const entity = (key: string, resolve: object) => ({ entities: { Order: { key, resolve } } });
const none = {};

export const guessedParts: readonly GuessedPart[] = [
  {
    id: 'A1',
    sentence: 'GET /orders/{id} is an entity',
    given: orders(get('/orders/{id}', 'get', [inPath('id')], one)),
    expected: entity('id', { operation: 'get', argument: 'id' }),
  },
  {
    id: 'A2',
    sentence: 'a list by ids is preferred, wherever it stands',
    given: orders(
      get('/orders', 'list', [list('ids')], many) + get('/orders/{id}', 'get', [inPath('id')], one),
    ),
    expected: entity('id', { operation: 'list', argument: 'ids' }),
  },
  {
    id: 'A3',
    sentence: 'a list by ids is enough',
    given: orders(get('/orders', 'list', [list('order_ids')], many)),
    expected: entity('id', { operation: 'list', argument: 'orderIds' }),
  },
  {
    id: 'A4',
    sentence: 'a list by the ids of something else is not',
    given: orders(get('/orders', 'list', [list('customer_ids')], many)),
    expected: none,
  },
  {
    id: 'A5',
    sentence: 'a list that needs more than the keys is not',
    given: orders(get('/orders', 'list', [list('ids'), list('shops', ', required: true')], many)),
    expected: none,
  },
  {
    id: 'A6',
    sentence: 'a path parameter with the name of the type and the key leads to the key',
    given: orders(get('/orders/{orderNumber}', 'get', [inPath('orderNumber')], one), 'number, total'),
    expected: entity('number', { operation: 'get', argument: 'orderNumber' }),
  },
  {
    id: 'A7',
    sentence: 'a path parameter that is the noun leads to the id',
    given: orders(get('/orders/{order}', 'get', [inPath('order')], one)),
    expected: entity('id', { operation: 'get', argument: 'order' }),
  },
  {
    id: 'A8',
    sentence: 'a type without the key is no entity',
    given: orders(get('/orders/{id}', 'get', [inPath('id')], one), 'total, number'),
    expected: none,
  },
  {
    id: 'A9',
    sentence: 'what stands below a thing is not the thing',
    given: orders(get('/orders/{id}/receipt', 'get', [inPath('id')], one)),
    expected: none,
  },
  {
    id: 'A10',
    sentence: 'the shortest path is taken',
    given: orders(
      get('/shops/{shop}/orders/{id}', 'ofShop', [inPath('shop'), inPath('id')], one) +
        get('/orders/{id}', 'get', [inPath('id')], one),
      'id, shop',
    ),
    expected: entity('id', { operation: 'get', argument: 'id' }),
  },
  {
    id: 'A11',
    sentence: 'two path parameters are a key of two fields',
    given: orders(get('/shops/{shop}/orders/{id}', 'get', [inPath('shop'), inPath('id')], one), 'id, shop'),
    expected: entity('shop id', { operation: 'get', arguments: { shop: 'shop', id: 'id' } }),
  },
  {
    id: 'A12',
    sentence: 'an operation without an id is named by method and path',
    given: orders(get('/orders/{id}', '', [inPath('id')], one).replace('operationId: , ', '')),
    expected: entity('id', { operation: 'GET /orders/{id}', argument: 'id' }),
  },
  {
    id: 'A13',
    sentence: 'only what reads is looked at',
    given: orders(get('/orders/{id}', 'take', [inPath('id')], one).replace('get:', 'post:')),
    expected: none,
  },
  {
    id: 'A14',
    sentence: 'variables of a server are filled with their defaults',
    given: `servers: [{ url: 'https://{zone}.shop.test/v{version}/', variables: { zone: { default: eu }, version: { default: '2' } } }]\npaths: {}`,
    expected: { endpoint: '${SHOP_URL:-https://eu.shop.test/v2}' },
  },
  {
    id: 'A15',
    sentence: 'a server without a host is none',
    given: `servers: [{ url: /api }]\npaths: {}`,
    expected: { endpoint: '${SHOP_URL}' },
  },
  {
    id: 'A16',
    sentence: 'a server that can not be called is none',
    given: `servers: [{ url: 'wss://shop.test' }]\npaths: {}`,
    expected: { endpoint: '${SHOP_URL}' },
  },
];
