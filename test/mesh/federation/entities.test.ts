import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { compileRest, plain, type CompiledRest } from '../compiled-rest.ts';
import { json, type Answer } from '../recording-service.ts';

const list = (type: string) =>
  `responses: { '200': { content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/${type}' } } } } } }`;
const one = (type: string) =>
  `responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/${type}' } } } } }`;
const path = (name: string) => `{ name: ${name}, in: path, required: true, schema: { type: string } }`;
const many = (name: string) =>
  `{ name: ${name}, in: query, style: form, explode: false, schema: { type: array, items: { type: string } } }`;

const document = `
paths:
  /items: { get: { operationId: list_items, parameters: [${many('item_skus')}], ${list('Item')} } }
  /orders/{order_id}: { get: { operationId: get_order, parameters: [${path('order_id')}], ${one('Order')} } }
  /orders:
    get:
      operationId: list_orders
      parameters: [${many('customer_ids')}, { name: coupon, in: query, schema: { type: string } }]
      ${list('Order')}
  /places/{place}/stock/{sku}: { get: { operationId: get_stock, parameters: [${path('place')}, ${path('sku')}], ${one('Stock')} } }
components:
  schemas:
    Item:
      type: object
      required: [item_sku, title]
      properties: { item_sku: { type: string }, title: { type: string } }
    Order:
      type: object
      required: [order_id]
      properties:
        order_id: { type: string }
        customer_id: { type: string }
        item_sku: { type: [string, 'null'] }
        coupon_code: { type: [string, 'null'] }
        total: { type: number }
    Stock:
      type: object
      required: [item_sku, place_id]
      properties: { item_sku: { type: string }, place_id: { type: string }, count: { type: integer } }`;

const config = `
entities:
  Item: { key: itemSku, resolve: { operation: list_items, argument: itemSkus, max: 3 } }
  Order: { key: orderId, resolve: { operation: get_order } }
  Stock: { key: itemSku placeId, resolve: { operation: get_stock, arguments: { sku: itemSku, place: placeId } } }
links:
  Order.item: { entity: Item, key: { itemSku: itemSku } }
  Order.customer: { entity: Customer, key: { id: customerId } }
  Order.others: { operation: list_orders, arguments: { coupon: couponCode } }
  Customer.orders: { operation: list_orders, arguments: { customerIds: id }, groupBy: customerId, max: 2 }`;

let rest: CompiledRest;
beforeAll(async () => {
  rest = await compileRest({ document, config });
});
afterAll(() => rest.close());
beforeEach(() => {
  rest.service.requests.length = 0;
});

const targets = () => rest.service.requests.map(({ target }) => target);
const valuesOf = (target: string, name: string) =>
  new URL(target, 'http://a.test').searchParams.get(name)?.split(',') ?? [];

/** Answers with what it has of the items asked for, in the reverse order. */
const items: Answer = (request, response) => {
  const known = valuesOf(request.target, 'item_skus').filter((sku) => !sku.startsWith('gone'));
  json(known.map((sku) => ({ item_sku: sku, title: `Title of ${sku}` })).toReversed())(request, response);
};
/** Answers with two orders of each customer asked for but `nobody`. */
const orders: Answer = (request, response) => {
  const customers = valuesOf(request.target, 'customer_ids').filter((id) => id !== 'nobody');
  json(customers.flatMap((id) => [1, 2].map((count) => ({ order_id: `${id}-${count}`, customer_id: id }))))(
    request,
    response,
  );
};
const itemsBy = (...skus: string[]) => skus.map((itemSku) => ({ __typename: 'Item', itemSku }));

const order = (more: object): Answer => json({ order_id: 'o', ...more });
const ordersOf = (id: string) => ({ orders: [1, 2].map((count) => ({ orderId: `${id}-${count}` })) });

test.each([
  ['together', 'orders { orderId }'],
  ['one by one', 'orders(coupon: "c") { orderId }'],
])(
  'what belongs to nobody is not of somebody called null or undefined, asked for %s',
  async (_sentence, links) => {
    rest.service.answer = json([{ order_id: '1', customer_id: null }, { order_id: '2' }]);
    const customers = ['null', 'undefined'].map((id) => ({ __typename: 'Customer', id }));
    const result = plain(await rest.entities(customers, `... on Customer { ${links} }`));
    expect(result).toEqual({ data: { _entities: [{ orders: [] }, { orders: [] }] } });
  },
);

describe('an entity whose operation answers a list', () => {
  test('is asked for once for all keys, each key once, and answered in the order of the keys', async () => {
    rest.service.answer = items;
    const result = plain(await rest.entities(itemsBy('a', 'b', 'a'), '... on Item { itemSku title }'));
    const [a, b] = ['a', 'b'].map((itemSku) => ({ itemSku, title: `Title of ${itemSku}` }));
    expect(result).toEqual({ data: { _entities: [a, b, a] } });
    expect(targets()).toEqual(['/items?item_skus=a,b']);
  });

  test('is asked for in several calls above the most values of one', async () => {
    rest.service.answer = items;
    await rest.entities(itemsBy('a', 'b', 'c', 'd', 'e', 'f', 'g'), '... on Item { title }');
    expect(targets().toSorted()).toEqual([
      '/items?item_skus=a,b,c',
      '/items?item_skus=d,e,f',
      '/items?item_skus=g',
    ]);
  });

  test('is null where the service does not have it', async () => {
    rest.service.answer = items;
    const result = plain(await rest.entities(itemsBy('gone-1', 'b', 'gone-2'), '... on Item { title }'));
    expect(result).toEqual({ data: { _entities: [null, { title: 'Title of b' }, null] } });
  });

  test('keeps a comma in a key a part of it', async () => {
    rest.service.answer = items;
    await rest.entities(itemsBy('a,b', 'c'), '... on Item { title }');
    expect(targets()).toEqual(['/items?item_skus=a%2Cb,c']);
  });

  test.each([
    ['an error', json({}, 500), 'shop.items: the service answered 500'],
    [
      'no list',
      json({ data: [] }),
      'shop.items: the service answered with something else than the document says',
    ],
  ])('has one error for each entity when the answer is %s', async (_sentence, answer, message) => {
    rest.service.answer = answer;
    const result = plain(await rest.entities(itemsBy('a', 'b', 'a'), '... on Item { title }'));
    expect(result.data).toEqual({ _entities: [null, null, null] });
    expect(result.errors?.map((error) => error.message)).toEqual([message, message, message]);
    expect(targets()).toHaveLength(1);
  });

  test.each([
    ['null', null],
    ['a list with holes', [null, 7, 'a', []]],
  ])('is null when the service answers %s', async (_sentence, answer) => {
    rest.service.answer = json(answer);
    const result = plain(await rest.entities(itemsBy('a'), '... on Item { title }'));
    expect(result).toEqual({ data: { _entities: [null] } });
  });

  test('fails alone in the call that failed, when there are several', async () => {
    rest.service.answer = (request, response) =>
      request.target.includes('d') ? json({}, 503)(request, response) : items(request, response);
    const result = plain(await rest.entities(itemsBy('a', 'b', 'c', 'd'), '... on Item { title }'));
    expect(result.data).toEqual({
      _entities: [{ title: 'Title of a' }, { title: 'Title of b' }, { title: 'Title of c' }, null],
    });
    expect(result.errors).toHaveLength(1);
  });

  test('is asked for again by another client, and not by the same operation', async () => {
    rest.service.answer = items;
    const query =
      '{ _entities(representations: [{ __typename: "Item", itemSku: "a" }]) { ... on Item { title } } }';
    const context = createSubgraphContext({});
    await rest.run(query, {}, context);
    await rest.run(query, {}, context);
    expect(targets()).toHaveLength(1);
    await rest.run(query);
    expect(targets()).toHaveLength(2);
  });
});

describe('an entity whose operation answers one', () => {
  test('is asked for once for each key', async () => {
    rest.service.answer = (request, response) =>
      json({ order_id: request.target.split('/')[2], total: 1 })(request, response);
    const references = ['a', 'b', 'a'].map((orderId) => ({ __typename: 'Order', orderId }));
    const result = plain(await rest.entities(references, '... on Order { orderId total }'));
    const [a, b] = ['a', 'b'].map((orderId) => ({ orderId, total: 1 }));
    expect(result).toEqual({ data: { _entities: [a, b, a] } });
    expect(targets().toSorted()).toEqual(['/orders/a', '/orders/b']);
  });

  test('is null where the service does not have it, and fails alone', async () => {
    rest.service.answer = (request, response) => {
      const id = request.target.split('/')[2] ?? '';
      json({ order_id: id }, { gone: 404, broken: 500 }[id] ?? 200)(request, response);
    };
    const references = ['gone', 'broken', 'a', '..'].map((orderId) => ({ __typename: 'Order', orderId }));
    const result = plain(await rest.entities(references, '... on Order { orderId }'));
    expect(result.data).toEqual({ _entities: [null, null, { orderId: 'a' }, null] });
    expect(result.errors?.map(({ message }) => message).toSorted()).toEqual([
      'shop.order: "order_id" can not be part of a path',
      'shop.order: the service answered 500',
    ]);
  });

  test('takes the parts of its key where the arguments say', async () => {
    rest.service.answer = json({ item_sku: 's', place_id: 'p', count: 3 });
    const references = [{ __typename: 'Stock', itemSku: 's', placeId: 'p' }];
    const result = plain(await rest.entities(references, '... on Stock { count }'));
    expect(result).toEqual({ data: { _entities: [{ count: 3 }] } });
    expect(targets()).toEqual(['/places/p/stock/s']);
  });
});

describe('what the service does not have (404)', () => {
  const notFound = {
    message: 'shop.order: the service answered 404',
    extensions: { code: 'NOT_FOUND', service: 'shop', operation: 'order', status: 404 },
  };

  test.each([
    ['an error at a root field', '{ order(orderId: "o") { orderId } }', { order: null }, [notFound]],
    [
      'null for an entity that is asked for in a list',
      '{ _entities(representations: [{ __typename: "Item", itemSku: "a" }]) { ... on Item { title } } }',
      { _entities: [null] },
      undefined,
    ],
    [
      'null for an entity that is asked for alone',
      '{ _entities(representations: [{ __typename: "Order", orderId: "a" }]) { ... on Order { total } } }',
      { _entities: [null] },
      undefined,
    ],
    [
      'nothing for a link that groups',
      '{ _entities(representations: [{ __typename: "Customer", id: "a" }]) { ... on Customer { orders { total } } } }',
      { _entities: [{ orders: [] }] },
      undefined,
    ],
  ])('is %s', async (_sentence, query, data, errors) => {
    rest.service.answer = json({}, 404);
    const result = plain(await rest.run(query));
    expect(result.data).toEqual(data);
    if (errors) expect(result.errors).toMatchObject(errors);
    else expect(result.errors).toBeUndefined();
  });

  test('is null for links, to an operation and to an entity of the same service', async () => {
    rest.service.answer = (request, response) =>
      (request.target === '/orders/o' ? order({ coupon_code: 'c', item_sku: 's' }) : json({}, 404))(
        request,
        response,
      );
    const result = plain(
      await rest.run('{ order(orderId: "o") { orderId others { orderId } item { title } } }'),
    );
    expect(result).toEqual({ data: { order: { orderId: 'o', others: null, item: null } } });
  });
});

describe('a link', () => {
  test('to an entity of another service is its key', async () => {
    rest.service.answer = order({ customer_id: 'c' });
    const result = plain(await rest.run('{ order(orderId: "o") { customer { __typename id } } }'));
    expect(result).toEqual({ data: { order: { customer: { __typename: 'Customer', id: 'c' } } } });
  });

  test.each([
    ['null', { item_sku: null, customer_id: null }],
    ['not there', {}],
  ])('to an entity is null when its key is %s', async (_sentence, more) => {
    rest.service.answer = order(more);
    const result = plain(await rest.run('{ order(orderId: "o") { customer { id } item { itemSku } } }'));
    expect(result).toEqual({ data: { order: { customer: null, item: null } } });
  });

  test('to an entity of the same service is read from the service', async () => {
    rest.service.answer = (request, response) =>
      (request.target.startsWith('/items') ? items : order({ item_sku: 'a' }))(request, response);
    const result = plain(await rest.run('{ order(orderId: "o") { item { itemSku title } } }'));
    expect(result).toEqual({ data: { order: { item: { itemSku: 'a', title: 'Title of a' } } } });
  });

  test('to an entity of the same service asks nothing when its key is all that is wanted', async () => {
    rest.service.answer = order({ item_sku: 'a' });
    const result = plain(await rest.run('{ order(orderId: "o") { item { __typename itemSku } } }'));
    expect(result).toEqual({ data: { order: { item: { __typename: 'Item', itemSku: 'a' } } } });
    expect(targets()).toEqual(['/orders/o']);
  });

  test('to an operation calls it with what the parent has', async () => {
    rest.service.answer = (request, response) =>
      (request.target.startsWith('/orders?') ? json([{ order_id: 'x' }]) : order({ coupon_code: 'c & d' }))(
        request,
        response,
      );
    const result = plain(await rest.run('{ order(orderId: "o") { others { orderId } } }'));
    expect(result).toEqual({ data: { order: { others: [{ orderId: 'x' }] } } });
    expect(targets()).toEqual(['/orders/o', '/orders?coupon=c%20%26%20d']);
  });

  test.each([
    ['null', { coupon_code: null }],
    ['not there', {}],
  ])('to an operation calls nothing when what it is called with is %s', async (_sentence, more) => {
    rest.service.answer = order(more);
    const result = plain(await rest.run('{ order(orderId: "o") { others { orderId } } }'));
    expect(result).toEqual({ data: { order: { others: [] } } });
    expect(targets()).toEqual(['/orders/o']);
  });

  test('that groups makes one call for many parents, split by the most values of one', async () => {
    rest.service.answer = orders;
    const references = ['a', 'nobody', 'b', 'a'].map((id) => ({ __typename: 'Customer', id }));
    const result = plain(await rest.entities(references, '... on Customer { orders { orderId } }'));
    expect(result).toEqual({
      data: { _entities: [ordersOf('a'), { orders: [] }, ordersOf('b'), ordersOf('a')] },
    });
    expect(targets().toSorted()).toEqual(['/orders?customer_ids=a,nobody', '/orders?customer_ids=b']);
  });

  test('that groups fails for each parent alone, with its place', async () => {
    rest.service.answer = (request, response) =>
      request.target.includes('broken') ? json({}, 500)(request, response) : orders(request, response);
    const references = ['a', 'b', 'broken'].map((id) => ({ __typename: 'Customer', id }));
    const result = plain(await rest.entities(references, '... on Customer { id orders { orderId } }'));
    expect(result.data).toMatchObject({
      _entities: [{ id: 'a' }, { id: 'b' }, { id: 'broken', orders: null }],
    });
    expect(result.errors).toMatchObject([
      { path: ['_entities', 2, 'orders'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
    ]);
  });
});
