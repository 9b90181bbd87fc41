import { smallConfig, smallDocument } from '../subgraph-folders.ts';

/** A REST folder. */
export const rest = (name: string, config = smallConfig, document = smallDocument) => ({
  [`${name}/subgraph.yaml`]: config,
  [`${name}/openapi.yaml`]: document,
});
const withConfig = (...lines: string[]) => rest('orders', [smallConfig.trim(), ...lines].join('\n'));
/** A code folder. */
export const code = {
  'points/schema.graphql': 'type Query { points: Int }',
  'points/resolvers.ts': 'export default { Query: { points: (): number => 7 } };',
};

/** Folders that are left out: what is wrong with them, and what is told. */
export interface ProblemCase {
  readonly id: string;
  readonly sentence: string;
  readonly given: Readonly<Record<string, string>>;
  /** The whole message, without the path of the folder of subgraphs. */
  readonly expected: string;
}

const rule = 'a subgraph is named with lower-case letters, digits and "-", and not "events"';
const file = '/orders/subgraph.yaml';
const document = '/orders/openapi.yaml';
const versions = 'Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are';
const entity = (resolve: string, key = 'id') =>
  withConfig(`entities: { Order: { key: ${key}, resolve: ${resolve} } }`);

export const folderCases: readonly ProblemCase[] = [
  ...['Orders', 'or_ders', '1st', 'events', '-a', 'a b', 'ü'].map((name, index) => ({
    id: `L${index + 1}`,
    sentence: `a folder called ${name}`,
    given: rest(name),
    expected: `/${name}: ${rule}`,
  })),
  {
    id: 'L10',
    sentence: 'a folder with neither document nor schema',
    given: { 'orders/subgraph.yaml': smallConfig },
    expected:
      '/orders: has neither an OpenAPI document (openapi.yaml, openapi.yml, openapi.json, swagger.yaml, swagger.json) nor a schema.graphql',
  },
  {
    id: 'L11',
    sentence: 'a document without its subgraph.yaml',
    given: { 'orders/openapi.yaml': smallDocument },
    expected: `${file}: is missing`,
  },
  {
    id: 'L11a',
    sentence: 'no endpoint where operations are served',
    given: rest('orders', 'timeoutMs: 1'),
    expected: `${file}:1: endpoint: is missing, and needed by Query.order and 1 more of this folder: where the service is called`,
  },
  {
    id: 'L11b',
    sentence: 'no endpoint where only an entity calls an operation',
    given: rest(
      'orders',
      'operations: { exclude: [getOrder, listOrders] }\nentities: { Order: { key: id, resolve: { operation: getOrder, argument: id } } }',
    ),
    expected: `${file}:1: endpoint: is missing, and needed by entities.Order: where the service is called`,
  },
  {
    id: 'L11c',
    sentence: 'no endpoint where only a link calls an operation',
    given: rest(
      'orders',
      'operations: { exclude: [getOrder, listOrders] }\nlinks: { Order.others: { operation: listOrders, arguments: { status: total } } }',
    ),
    expected: `${file}:1: endpoint: is missing, and needed by links.Order.others: where the service is called`,
  },
  {
    id: 'L12',
    sentence: 'a document that is no YAML',
    given: rest('orders', smallConfig, 'openapi: [3.1'),
    expected: `${document}:1: not valid YAML or JSON: Flow sequence in block collection must be sufficiently indented and end with a ]`,
  },
  {
    id: 'L13',
    sentence: 'a document that is broken further down',
    given: rest('orders', smallConfig, `${smallDocument}    Broken: { type: [ }\n`),
    expected: expect.stringMatching(/^\/orders\/openapi\.yaml:33: not valid YAML or JSON: /) as string,
  },
  {
    id: 'L14',
    sentence: 'a document of a version to come',
    given: rest('orders', smallConfig, 'openapi: 3.3.0'),
    expected: `${document}: OpenAPI 3.3.0 is not supported: ${versions}`,
  },
  {
    id: 'L15',
    sentence: 'a document that is a list',
    given: rest('orders', smallConfig, '[]'),
    expected: `${document}: not an OpenAPI document: it has no "openapi" or "swagger" version`,
  },
  {
    id: 'L16',
    sentence: 'a document of a version long gone',
    given: rest('orders', smallConfig, "swagger: '1.2'"),
    expected: `${document}: OpenAPI 1.2 is not supported: ${versions}`,
  },
];

export const operationCases: readonly ProblemCase[] = [
  {
    id: 'L20',
    sentence: 'an unknown operation to leave out',
    given: withConfig('operations: { exclude: [deleteOrder] }'),
    expected: `${file}:2: operations.exclude: the document has no operation deleteOrder`,
  },
  {
    id: 'L21',
    sentence: 'an unknown operation to rename',
    given: withConfig('operations: { rename: { deleteOrder: remove } }'),
    expected: `${file}:2: operations.rename.deleteOrder: the document has no such operation`,
  },
  {
    id: 'L22',
    sentence: 'a rename to the same name of two operations',
    given: withConfig('operations: { rename: { getOrder: found, listOrders: found } }'),
    expected: `${file}:2: operations.rename: getOrder and listOrders would both be called found`,
  },
  {
    id: 'L23',
    sentence: 'an unknown event',
    given: withConfig('webhooks: { orderEaten: { verify: { scheme: none } } }'),
    expected: `${file}:2: webhooks.orderEaten: the document has no such event; it has: orderCreated`,
  },
  {
    id: 'L24',
    sentence: 'two events that would be one subscription field',
    given: rest(
      'orders',
      [
        smallConfig.trim(),
        'webhooks:',
        '  order.created: { verify: { scheme: none } }',
        '  order_created: { verify: { scheme: none } }',
      ].join('\n'),
      smallDocument
        .replace('orderCreated:', 'order.created: &event')
        .replace(/(?=^components)/m, '  order_created: *event\n'),
    ),
    expected: `${file}:4: webhooks.order_created: order.created and order_created would both be the subscription field orderCreated`,
  },
];

export const entityCases: readonly ProblemCase[] = [
  {
    id: 'L30',
    sentence: 'an entity of no type',
    given: withConfig('entities: { Oder: { key: id, resolve: { operation: getOrder } } }'),
    expected: `${file}:2: entities.Oder: the document has no type Oder`,
  },
  {
    id: 'L31',
    sentence: 'a key of no field',
    given: entity('{ operation: getOrder }', 'number'),
    expected: `${file}:2: entities.Order.key: Order has no field number`,
  },
  {
    id: 'L32',
    sentence: 'an entity by no operation',
    given: entity('{ operation: findOrder }'),
    expected: `${file}:2: entities.Order.resolve.operation: the document has no operation findOrder`,
  },
  {
    id: 'L33',
    sentence: 'an operation without that argument',
    given: entity('{ operation: getOrder, argument: orderId }'),
    expected: `${file}:2: entities.Order.resolve: getOrder has no argument orderId`,
  },
  {
    id: 'L34',
    sentence: 'an argument taken from no field',
    given: entity('{ operation: getOrder, arguments: { id: number } }'),
    expected: `${file}:2: entities.Order.resolve: Order has no field number`,
  },
  {
    id: 'L35',
    sentence: 'an operation that answers another type',
    given: withConfig('entities: { Address: { key: city, resolve: { operation: getOrder, argument: id } } }'),
    expected: `${file}:2: entities.Address.resolve.operation: getOrder answers Order, not Address`,
  },
  {
    id: 'L36',
    sentence: 'a list that takes the keys in two arguments',
    given: entity('{ operation: listOrders, arguments: { ids: id, status: customerId } }'),
    expected: `${file}:2: entities.Order.resolve: an operation that answers a list takes the keys in one argument`,
  },
];

export const linkCases: readonly ProblemCase[] = [
  {
    id: 'L40',
    sentence: 'a link in the place of a field',
    given: withConfig('links: { Order.total: { entity: Total, key: { id: id } } }'),
    expected: `${file}:2: links.Order.total: Order has a field total already`,
  },
  {
    id: 'L41',
    sentence: 'a reference from no field',
    given: withConfig('links: { Order.customer: { entity: Customer, key: { id: customer } } }'),
    expected: `${file}:2: links.Order.customer: Order has no field customer`,
  },
  {
    id: 'L42',
    sentence: 'a reference to a type of this service that is no entity',
    given: withConfig('links: { Order.home: { entity: Address, key: { city: customerId } } }'),
    expected: `${file}:2: links.Order.home.entity: Address is a type of this service, but not one of its entities`,
  },
  {
    id: 'L43',
    sentence: 'a reference to an entity of this service by what is not its key',
    given: withConfig(
      'entities: { Order: { key: id, resolve: { operation: getOrder } } }',
      'links: { Address.order: { entity: Order, key: { total: city } } }',
    ),
    expected: `${file}:3: links.Address.order.key: the key of Order is "id"`,
  },
  {
    id: 'L44',
    sentence: 'a link to no operation',
    given: withConfig('links: { Customer.orders: { operation: findOrders, arguments: { ids: id } } }'),
    expected: `${file}:2: links.Customer.orders.operation: the document has no operation findOrders`,
  },
  {
    id: 'L45',
    sentence: 'a link by an argument that is not there',
    given: withConfig('links: { Customer.orders: { operation: listOrders, arguments: { customer: id } } }'),
    expected: `${file}:2: links.Customer.orders: listOrders has no argument customer`,
  },
  {
    id: 'L46',
    sentence: 'groups by no field',
    given: withConfig(
      'links: { Customer.orders: { operation: listOrders, arguments: { ids: id }, groupBy: owner } }',
    ),
    expected: `${file}:2: links.Customer.orders: Order has no field owner`,
  },
  {
    id: 'L47',
    sentence: 'groups of an operation that answers one',
    given: withConfig(
      'links: { Customer.last: { operation: getOrder, arguments: { id: id }, groupBy: customerId } }',
    ),
    expected: `${file}:2: links.Customer.last: groupBy needs an operation that answers a list`,
  },
  {
    id: 'L48',
    sentence: 'groups by two arguments',
    given: withConfig(
      'links: { Customer.orders: { operation: listOrders, arguments: { ids: id, status: id }, groupBy: customerId } }',
    ),
    expected: `${file}:2: links.Customer.orders: groupBy needs exactly one argument`,
  },
];

export const codeCases: readonly ProblemCase[] = [
  {
    id: 'L50',
    sentence: 'a schema that is no GraphQL',
    given: { ...code, 'points/schema.graphql': 'type Query {' },
    expected: '/points/schema.graphql: Syntax Error: Expected Name, found <EOF>.',
  },
  {
    id: 'L51',
    sentence: 'a schema with an unknown type',
    given: { ...code, 'points/schema.graphql': 'type Query { a: Nothing }' },
    expected: '/points/schema.graphql: Unknown type "Nothing". Did you mean "String"?',
  },
];
