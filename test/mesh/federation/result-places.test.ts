import federation from '@apollo/federation-internals';
import { prettyFormatQueryPlan, QueryPlanner } from '@apollo/query-planner';
import { parse, print } from 'graphql';
import { composeSupergraph } from '../../../mesh/federation/compose.ts';
import { compileRest, plain, type CompiledRest } from '../compiled-rest.ts';
import { json, type Answer } from '../recording-service.ts';
import { wrongPlaces } from './wrong-result-places.ts';

const { operationFromDocument, Supergraph } = federation;

const ref = (type: string) => `{ $ref: '#/components/schemas/${type}' }`;
const answers = (schema: string) =>
  `responses: { '200': { content: { application/json: { schema: ${schema} } } } }`;
const text = '{ type: string }';
const query = (name: string, schema = text) =>
  `{ name: ${name}, in: query, explode: false, schema: ${schema} }`;
const many = `{ type: array, items: ${text} }`;
const path = (name: string) => `{ name: ${name}, in: path, required: true, schema: ${text} }`;

const document = `
paths:
  /customers: { get: { operationId: listCustomers, parameters: [${query('ids', many)}, ${query('email')}], ${answers(ref('Page'))} } }
  /customers/{id}: { get: { operationId: getCustomer, parameters: [${path('id')}], ${answers(ref('Found'))} } }
  /orders:
    get:
      operationId: listOrders
      parameters:
        - ${query('customer_ids', many)}
        - ${query('buyer')}
        - ${query('limit', '{ type: integer }')}
        - ${query('order_status', '{ type: string, enum: [in-work, done] }')}
        - ${query('above', '{ type: integer, format: int64 }')}
      ${answers(ref('Orders'))}
components:
  schemas:
    Customer: { type: object, required: [email], properties: { customer_id: { type: integer }, email: ${text}, name: ${text} } }
    Page: { type: object, properties: { the_data: { type: object, properties: { 'a/b~c': { type: array, items: ${ref('Customer')} } } }, total: { type: integer } } }
    Found: { type: object, properties: { data: ${ref('Customer')} } }
    Order: { type: object, required: [id], properties: { id: ${text}, customer_id: ${text}, buyer_email: ${text} } }
    Orders: { type: object, properties: { data: { type: array, items: ${ref('Order')} }, next: ${text}, newest: ${ref('Order')} } }`;

const config = `
operations: { exclude: [listCustomers] }
entities:
  Customer:
    - { key: customerId, resolve: { operation: listCustomers, argument: ids, max: 2, items: /the_data/a~1b~0c } }
    - { key: email, resolve: { operation: listCustomers, argument: email, items: /the_data/a~1b~0c } }
    - { key: customerId name, resolve: { operation: getCustomer, arguments: { id: customerId }, item: /data } }
links:
  Customer.orders: { operation: listOrders, arguments: { customerIds: customerId }, groupBy: customerId, items: /data }
  Customer.bought: { operation: listOrders, arguments: { buyer: email }, items: /data }
  Customer.newest: { operation: listOrders, arguments: { buyer: email }, item: /newest }
  Customer.page: { operation: listOrders, arguments: { buyer: email } }
  Order.buyer: { entity: Customer, key: { email: buyerEmail } }`;

let rest: CompiledRest;
beforeAll(async () => {
  rest = await compileRest({ document, config });
});
afterAll(() => rest.close());
beforeEach(() => {
  rest.service.requests.length = 0;
});

const targets = () => rest.service.requests.map(({ target }) => target);
const page = (...customers: unknown[]) => ({ the_data: { 'a/b~c': customers }, total: customers.length });
const customer = (id: number | string, more: object = {}) => ({ customer_id: id, name: `N${id}`, ...more });

interface KeyCase {
  readonly sentence: string;
  /** Keys of the references. */
  readonly given: readonly object[];
  readonly answer: Answer;
  /** Names of what is found; null for what is not. */
  readonly expected: readonly (string | null)[];
  readonly requests: readonly string[];
  /** Codes of the errors. @default none */
  readonly errors?: readonly string[];
}

const ids = (...keys: (number | string)[]) => keys.map((customerId) => ({ customerId }));
const failing: Answer = (request, response) =>
  json(
    request.target.includes('3') ? {} : page(customer(1), customer(2)),
    request.target.includes('3') ? 500 : 200,
  )(request, response);

const keyCases: readonly KeyCase[] = [
  {
    sentence: 'the list is taken out of its envelope, and its order does not matter',
    given: ids('1', '2'),
    answer: json(page(customer(2), customer(1))),
    expected: ['N1', 'N2'],
    requests: ['/customers?ids=1,2'],
  },
  {
    sentence: 'a number and its digits are one key',
    given: ids(1, '1', '2'),
    answer: json(page(customer('1'), customer(2))),
    expected: ['N1', 'N1', 'N2'],
    requests: ['/customers?ids=1,2'],
  },
  {
    sentence: 'of a thing that is answered twice the first counts, and what was not asked for is nothing',
    given: ids('1', '2'),
    answer: json(page(customer(9), customer(1), { ...customer(1), name: 'again' }, null, 7)),
    expected: ['N1', null],
    requests: ['/customers?ids=1,2'],
  },
  {
    sentence: 'what the service does not find is null',
    given: ids('1', '2'),
    answer: json({}, 404),
    expected: [null, null],
    requests: ['/customers?ids=1,2'],
  },
  {
    sentence: 'a call that fails fails its own keys alone',
    given: ids('1', '2', '3'),
    answer: failing,
    expected: ['N1', 'N2', null],
    requests: ['/customers?ids=1,2', '/customers?ids=3'],
    errors: ['UPSTREAM_UNAVAILABLE'],
  },
  ...[null, {}, { the_data: null }, { the_data: {} }, page()].map((answer) => ({
    sentence: `an envelope without a list is no result: ${JSON.stringify(answer)}`,
    given: ids('1'),
    answer: json(answer),
    expected: [null],
    requests: ['/customers?ids=1'],
  })),
  ...[{ the_data: [] }, { the_data: 'a' }, { the_data: { 'a/b~c': {} } }, { the_data: { 'a/b~c': 7 } }].map(
    (answer) => ({
      sentence: `an envelope of another shape is an error: ${JSON.stringify(answer)}`,
      given: ids('1'),
      answer: json(answer),
      expected: [null],
      requests: ['/customers?ids=1'],
      errors: ['UPSTREAM_INVALID'],
    }),
  ),
  {
    sentence: 'another key has its own operation; an argument that takes one value has a call for each',
    given: [{ email: 'a@b' }, { email: 'c' }, { email: 'a@b' }],
    answer: (request, response) => {
      const email = new URL(request.target, 'http://a.test').searchParams.get('email');
      json(page(customer(1, { email, name: email })))(request, response);
    },
    expected: ['a@b', 'c', 'a@b'],
    requests: ['/customers?email=a%40b', '/customers?email=c'],
  },
  {
    sentence: 'the first key counts of which a reference has every field',
    given: [{ customerId: '1', email: 'a' }, { email: 'a', name: 'N' }, { name: 'N' }],
    answer: json(page(customer(1, { email: 'a' }))),
    expected: ['N1', 'N1', null],
    requests: ['/customers?email=a', '/customers?ids=1'],
  },
];

test.each(keyCases.map((row) => [row.sentence, row] as const))('%s', async (_sentence, row) => {
  rest.service.answer = row.answer;
  const references = row.given.map((key) => ({ __typename: 'Customer', ...key }));
  const result = plain(await rest.entities(references, '... on Customer { name }'));
  const found = row.expected.map((name) => (name === null ? null : { name }));
  expect(result.data).toEqual({ _entities: found });
  expect(targets().toSorted()).toEqual([...row.requests].toSorted());
  const errors = (result.errors ?? []) as { extensions?: { code?: string } }[];
  expect(errors.map(({ extensions }) => extensions?.code)).toEqual(row.errors ?? []);
});

test('every key is one that the planner may ask with', () => {
  const sdl = print(rest.subgraph.typeDefs);
  for (const key of ['customerId', 'email', 'customerId name'])
    expect(sdl).toContain(`@key(fields: "${key}")`);
});

const orders = (...given: object[]) => ({ data: given, newest: given[0], next: 'n' });
const of = (id: string, more: object) => ({ id, ...more });

interface LinkCase {
  readonly sentence: string;
  /** Below a customer. */
  readonly given: string;
  readonly answer: unknown;
  readonly expected: readonly object[];
  readonly requests: readonly string[];
}

const [a1, b1, b2] = [
  of('a1', { customer_id: '1' }),
  of('b1', { customer_id: '2' }),
  of('b2', { customer_id: '2' }),
];
const linkCases: readonly LinkCase[] = [
  {
    sentence: 'that groups takes its items out of the envelope',
    given: 'orders { id }',
    answer: orders(b1, a1, b2),
    expected: [{ orders: [{ id: 'a1' }] }, { orders: [{ id: 'b1' }, { id: 'b2' }] }],
    requests: ['/orders?customer_ids=1,2'],
  },
  {
    sentence: 'that groups has a call for each parent when the client gives arguments: ten are ten of each',
    given: 'orders(limit: 10, orderStatus: IN_WORK) { id }',
    answer: orders(b1, a1, b2),
    expected: [{ orders: [{ id: 'a1' }] }, { orders: [{ id: 'b1' }, { id: 'b2' }] }],
    requests: [
      '/orders?customer_ids=1&limit=10&order_status=in-work',
      '/orders?customer_ids=2&limit=10&order_status=in-work',
    ],
  },
  {
    sentence: 'passes arguments of the client on',
    given: 'bought(limit: 3, above: "9007199254740993") { id }',
    answer: orders(a1),
    expected: [{ bought: [{ id: 'a1' }] }, { bought: [{ id: 'a1' }] }],
    requests: [
      '/orders?buyer=a&limit=3&above=9007199254740993',
      '/orders?buyer=b&limit=3&above=9007199254740993',
    ],
  },
  {
    sentence: 'to one thing takes it out of the envelope',
    given: 'newest { id }',
    answer: orders(a1),
    expected: [{ newest: { id: 'a1' } }, { newest: { id: 'a1' } }],
    requests: ['/orders?buyer=a', '/orders?buyer=b'],
  },
  {
    sentence: 'to one thing that is not there is null',
    given: 'newest { id }',
    answer: { data: [] },
    expected: [{ newest: null }, { newest: null }],
    requests: ['/orders?buyer=a', '/orders?buyer=b'],
  },
  {
    sentence: 'without a place is the envelope as the service has it',
    given: 'page(limit: 1) { next data { id } }',
    answer: orders(a1),
    expected: [{ page: { next: 'n', data: [{ id: 'a1' }] } }, { page: { next: 'n', data: [{ id: 'a1' }] } }],
    requests: ['/orders?buyer=a&limit=1', '/orders?buyer=b&limit=1'],
  },
  {
    sentence: 'that is asked for with the same arguments twice calls once',
    given: 'bought(limit: 3) { id } again: bought(limit: 3) { id }',
    answer: orders(a1),
    expected: [1, 2].map(() => ({ bought: [{ id: 'a1' }], again: [{ id: 'a1' }] })),
    requests: ['/orders?buyer=a&limit=3', '/orders?buyer=b&limit=3'],
  },
];

test.each(linkCases.map((row) => [row.sentence, row] as const))('a link %s', async (_sentence, row) => {
  rest.service.answer = (request, response) =>
    json(
      request.target.startsWith('/customers')
        ? page(customer(1, { email: 'a' }), customer(2, { email: 'b' }))
        : row.answer,
    )(request, response);
  const references = ids('1', '2').map((key) => ({ __typename: 'Customer', ...key }));
  const result = plain(await rest.entities(references, `... on Customer { ${row.given} }`));
  expect(result).toEqual({ data: { _entities: row.expected } });
  expect(
    targets()
      .filter((target) => target.startsWith('/orders'))
      .toSorted(),
  ).toEqual(row.requests);
});

test('a link by the second key of an entity of the same service is read by it', async () => {
  rest.service.answer = (request, response) =>
    json(
      request.target.startsWith('/orders')
        ? orders(of('o', { buyer_email: 'a' }))
        : page(customer(1, { email: 'a' })),
    )(request, response);
  const result = plain(await rest.run('{ orders { data { buyer { name } } } }'));
  expect(result).toEqual({ data: { orders: { data: [{ buyer: { name: 'N1' } }] } } });
  expect(targets()).toEqual(['/orders', '/customers?email=a']);
});

test('other services link by any of the keys', async () => {
  const tickets = await compileRest({
    name: 'tickets',
    document: `
paths:
  /tickets/{id}: { get: { operationId: getTicket, parameters: [${path('id')}], ${answers(ref('Ticket'))} } }
components:
  schemas:
    Ticket: { type: object, properties: { id: ${text}, opened_by: ${text}, paid_by: ${text} } }`,
    config: `
links:
  Ticket.opener: { entity: Customer, key: { email: openedBy } }
  Ticket.payer: { entity: Customer, key: { customerId: paidBy } }`,
  });
  await tickets.close();
  const { problems, sdl } = composeSupergraph([rest.subgraph, tickets.subgraph]);
  expect(problems).toEqual([]);
  const planner = new QueryPlanner(Supergraph.build(sdl));
  const query = '{ ticket(id: "t") { opener { customerId email } payer { customerId email } } }';
  const schema = planner.supergraph.apiSchema();
  const plan = prettyFormatQueryPlan(planner.buildQueryPlan(operationFromDocument(schema, parse(query))));
  expect(plan.replaceAll(/\s+/g, ' ')).toContain(
    '{ ticket(id: "t") { opener { __typename email } payer { __typename customerId } } }',
  );
});

test.each(wrongPlaces)('%s is told with file and line', async (_sentence, wrong, expected) => {
  await expect(compileRest({ document, config: wrong })).rejects.toThrow(
    `subgraphs/shop/subgraph.yaml:${expected}`,
  );
});
