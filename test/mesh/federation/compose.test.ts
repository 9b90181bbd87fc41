import {
  isObjectType,
  Kind,
  parse,
  print,
  printType,
  type GraphQLField,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import { argumentsOf } from '../../../mesh/annotations.ts';
import { composeSupergraph, type ComposedSupergraph } from '../../../mesh/federation/compose.ts';
import { loadSubgraphs } from '../../../mesh/load-subgraphs.ts';
import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import type { Subgraph } from '../../../mesh/subgraph.ts';
import { smallConfig, smallDocument, writeSubgraphFolders } from '../subgraph-folders.ts';

const env = {
  ORDERS_WEBHOOK_SECRET: 'whsec_b3JkZXJz',
  PAYMENTS_WEBHOOK_SECRET: 'whsec_cGF5bWVudHM=',
  INVENTORY_WEBHOOK_SECRET: 'whsec_aW52ZW50b3J5',
};

const opened: Subgraph[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((subgraph) => subgraph.close()));
});

async function loadFrom(dir: string) {
  const { subgraphs, problems } = await loadSubgraphs({ dir, env });
  opened.push(...subgraphs);
  expect(problems).toEqual([]);
  return subgraphs;
}

/** Composes folders: name to subgraph.yaml below the endpoint, and the document. */
async function compose(folders: Readonly<Record<string, { config: string; document?: string }>>) {
  const files = Object.entries(folders).flatMap(([name, { config, document = smallDocument }]) => [
    [`${name}/subgraph.yaml`, `${smallConfig}${config}`],
    [`${name}/openapi.yaml`, document],
  ]);
  const folder = await writeSubgraphFolders(Object.fromEntries(files) as Record<string, string>);
  try {
    return composeSupergraph(await loadFrom(folder.dir));
  } finally {
    await folder.remove();
  }
}

const unsigned = 'verify: { scheme: none }';
const listOf = (items: string) => `{ type: array, items: { type: ${items} } }`;
const orderEntity = 'entities: { Order: { key: id, resolve: { operation: listOrders, argument: ids } } }';

/** Fields of Subscription in a supergraph: their type, and what their payload provides. */
function subscriptionFields({ sdl }: ComposedSupergraph): Record<string, string> {
  const root = parse(sdl).definitions.find(
    (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === 'Subscription',
  ) as ObjectTypeDefinitionNode | undefined;
  return Object.fromEntries(
    (root?.fields ?? []).map((field) => {
      const provides = argumentsOf(field, 'join__field')?.['provides'];
      const type = print(field.type);
      return [field.name.value, typeof provides === 'string' ? `${type} provides ${provides}` : type];
    }),
  );
}

const webhookOf = (entity: string) =>
  `${orderEntity}\nwebhooks: { orderCreated: { entity: ${entity}, ${unsigned} } }`;
const outcomeOf = (folders: Parameters<typeof compose>[0]) =>
  compose(folders).then(
    () => 'it composes',
    (error: unknown) => (error as Error).message,
  );

describe("the project's own subgraphs", () => {
  test('compose into one supergraph with every event, typed by what its payload provides', async () => {
    const supergraph = composeSupergraph(await loadFrom('subgraphs'));
    expect([...supergraph.services.keys()].toSorted()).toEqual([
      'customers',
      'events',
      'inventory',
      'loyalty',
      'orders',
      'payments',
    ]);
    const order =
      'Order provides customerId status total currency lines { sku quantity unitPrice item { sku } } createdAt updatedAt customer { id }';
    expect(subscriptionFields(supergraph)).toEqual({
      orderCreated: order,
      orderStatusChanged: order,
      paymentConfirmed: expect.stringMatching(/^Payment provides .*order { id }$/),
      paymentFailed: expect.stringMatching(/^Payment provides .*order { id }$/),
      stockDeducted: 'StockDeducted',
      stockLow: 'StockLow',
    });
    expect(
      supergraph.eventFields.map(({ name, source, pointer }) => `${source}.${name}${pointer}`).toSorted(),
    ).toEqual([
      'inventory.stockDeducted',
      'inventory.stockLow',
      'orders.orderCreated',
      'orders.orderStatusChanged',
      'payments.paymentConfirmed/data',
      'payments.paymentFailed/data',
    ]);
  });

  test('have no trace of the wire or of where a service is', async () => {
    const subgraphs = await loadFrom('subgraphs');
    const { sdl } = composeSupergraph(subgraphs);
    const texts = [sdl, ...subgraphs.map(({ typeDefs }) => print(typeDefs))].join('\n');
    expect(texts).not.toMatch(/httpOperation|@wire|http:\/\/127|whsec_|sluiceEvent|subgraph\.invalid/);
  });

  test('answer an event from its payload: names of the wire, entities by key', async () => {
    const { services } = composeSupergraph(await loadFrom('subgraphs'));
    const type = services.get('events')?.getType('StockDeducted');
    if (!isObjectType(type)) throw new Error('the payload has a type');
    const payload = { sku: 'KEYB-01', order_id: 'ord_1' };
    const read = (field: string) => {
      const { resolve } = type.getFields()[field] as GraphQLField<unknown, unknown>;
      return resolve?.(payload, {}, createSubgraphContext({}), {} as never);
    };
    expect(read('orderId')).toBe('ord_1');
    expect(read('item')).toEqual({ __typename: 'Item', sku: 'KEYB-01' });
    expect(read('order')).toEqual({ __typename: 'Order', id: 'ord_1' });
  });
});

describe('a payload', () => {
  test('that is an entity provides what its schema requires', async () => {
    const supergraph = await compose({ orders: { config: webhookOf('Order') } });
    expect(subscriptionFields(supergraph)).toEqual({ orderCreated: 'Order provides total' });
  });

  test('provides no list whose items may be null where those of the entity may not', async () => {
    const loose = "[string, 'null']";
    const placed = `{ type: object, required: [id, codes, tags], properties: { id: { type: string }, codes: ${listOf('string')}, tags: ${listOf(loose)} } }`;
    const document = smallDocument
      .replace(/(requestBody: .*schema: )\{ \$ref: .*?\}/, `$1${placed}`)
      .replace(
        'total: { type: number }',
        ['total: { type: number }', `codes: ${listOf('string')}`, `tags: ${listOf('string')}`].join(
          '\n        ',
        ),
      );
    const supergraph = await compose({ orders: { config: webhookOf('Order'), document } });
    expect(subscriptionFields(supergraph)).toEqual({ orderCreated: 'Order provides codes' });
  });

  test('provides a link by one key of an entity, and leaves a link by another to the service', async () => {
    const document = smallDocument
      .replace('required: [id, total]', 'required: [id, customerId, mail]')
      .replace('total: { type: number }', 'mail: { type: string }');
    const links =
      'links:\n  Order.customer: { entity: Customer, key: { id: customerId } }\n  Order.payer: { entity: Customer, key: { email: mail } }\n';
    const customers = `openapi: 3.1.0
info: { title: Customers, version: '1' }
paths:
  /customers:
    get:
      operationId: listCustomers
      parameters: [${['ids', 'emails'].map((name) => `{ name: ${name}, in: query, schema: ${listOf('string')} }`).join(', ')}]
      responses: { '200': { content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Customer' } } } } } }
components: { schemas: { Customer: { type: object, required: [id], properties: { id: { type: string }, email: { type: string } } } } }`;
    const keys = `entities:
  Customer:
    - { key: id, resolve: { operation: listCustomers, argument: ids } }
    - { key: email, resolve: { operation: listCustomers, argument: emails } }`;
    const supergraph = await compose({
      customers: { config: keys, document: customers },
      orders: { config: `${links}${webhookOf('Order')}`, document },
    });
    expect(subscriptionFields(supergraph)).toEqual({
      orderCreated: 'Order provides customerId mail customer { id }',
    });
  });

  test('that is no entity is a type of its own', async () => {
    const supergraph = await compose({
      orders: { config: `webhooks: { orderCreated: { ${unsigned} } }` },
    });
    expect(subscriptionFields(supergraph)).toEqual({ orderCreated: 'Order' });
    const order = supergraph.services.get('events')?.getType('Order');
    expect(order && printType(order)).toMatch(/total: Float!/);
  });

  test('that the document does not describe is JSON', async () => {
    const document = smallDocument.replace(/requestBody: .*/, 'responses: {}');
    const supergraph = await compose({
      orders: { config: `webhooks: { orderCreated: { ${unsigned} } }`, document },
    });
    expect(subscriptionFields(supergraph)).toEqual({ orderCreated: 'JSON' });
  });

  test('without webhooks there is no Subscription and no events subgraph', async () => {
    const { services, sdl, eventFields } = await compose({ orders: { config: '' } });
    expect([...services.keys()]).toEqual(['orders']);
    expect(sdl).not.toContain('Subscription');
    expect(eventFields).toEqual([]);
  });
});

describe('what does not fit together is told', () => {
  test.each([
    [
      'Customer',
      '/orders/subgraph.yaml:3: webhooks.orderCreated.entity: Customer is not one of the entities of this subgraph',
    ],
    [
      '{ type: Order, at: /data }',
      '/orders/subgraph.yaml:3: webhooks.orderCreated.entity.at: the payload Order has nothing at /data',
    ],
  ])('an event with the entity %s', async (entity, expected) => {
    const outcome = await outcomeOf({ orders: { config: webhookOf(entity) } });
    expect(outcome.endsWith(expected)).toBe(true);
  });
});

test('a prefix lets two subgraphs with the same names live together, events included', async () => {
  const events = `webhooks: { orderCreated: { ${unsigned} } }`;
  const { sdl, problems, eventFields } = await compose({
    a: { config: `prefix: Old\n${events}` },
    b: { config: events },
  });
  expect(problems).toEqual([]);
  for (const name of ['type Order\n', 'type OldOrder\n', 'oldOrder(', ' order(']) expect(sdl).toContain(name);
  expect(eventFields).toEqual([
    { name: 'oldOrderCreated', source: 'a', type: 'orderCreated', pointer: '' },
    { name: 'orderCreated', source: 'b', type: 'orderCreated', pointer: '' },
  ]);
});

test('an event may be called what no field can be called: the log keeps its name', async () => {
  const names = ['order.created', 'order-shipped', '2fa', 'GET /x', '日本'];
  const document = smallDocument.replace(
    / {2}orderCreated:\n[^]*?(?=^components)/m,
    names
      .map(
        (name) =>
          `  '${name}': { post: { requestBody: { content: { application/json: { schema: { type: object, properties: { a: { type: string } } } } } } } }\n`,
      )
      .join(''),
  );
  const webhooks = names.map((name) => `'${name}': { ${unsigned} }`).join(', ');
  const { problems, eventFields, sdl } = await compose({
    orders: { config: `webhooks: { ${webhooks} }`, document },
  });
  expect(problems).toEqual([]);
  expect(eventFields.map(({ name, type }) => [type, name])).toEqual([
    ['order.created', 'orderCreated'],
    ['order-shipped', 'orderShipped'],
    ['2fa', '_2fa'],
    ['GET /x', 'getX'],
    ['日本', 'u65e5U672c'],
  ]);
  expect(sdl).toContain('orderShipped(');
});
