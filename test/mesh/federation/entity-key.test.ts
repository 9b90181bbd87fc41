import { compileRest, type CompiledRest } from '../compiled-rest.ts';

const path = (name: string, format = 'uuid') =>
  `{ name: ${name}, in: path, required: true, schema: { type: string, format: ${format} } }`;
const answers = `responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/Event' } } } } }`;

const document = `
paths:
  /shops/{shop_id}/events/{event_id}:
    parameters: [${path('shop_id')}, ${path('event_id')}]
    get: { operationId: getEvent, ${answers} }
    patch: { operationId: changeEvent, ${answers} }
    delete: { operationId: deleteEvent, parameters: [{ name: by, in: query, schema: { type: string, format: uuid } }], ${answers} }
  /shops/{shop_id}/events/{event_id}/guests/{guest_id}:
    get: { operationId: getGuest, parameters: [${path('shop_id')}, ${path('event_id')}, ${path('guest_id')}], ${answers} }
  /shops/{shop_id}/events:
    get: { operationId: listEvents, parameters: [${path('shop_id')}, { name: event_id, in: query, schema: { type: string, format: uuid } }], ${answers} }
  /halls/{event_id}: { get: { operationId: getHall, parameters: [${path('event_id')}], ${answers} } }
  /tickets/{id}:
    get: { operationId: getTicket, parameters: [${path('id')}], responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/Ticket' } } } } } }
    delete: { operationId: deleteTicket, parameters: [${path('id')}], ${answers} }
  /tickets: { get: { operationId: listTickets, parameters: [{ name: ids, in: query, schema: { type: array, items: { type: string } } }], responses: { '200': { content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Ticket' } } } } } } } }
components:
  schemas:
    Event: { type: object, properties: { event_id: { type: string, format: uuid }, shop_id: { type: string, format: uuid } } }
    Ticket: { type: object, properties: { id: { type: string, format: uuid } } }`;

const config = `
entities:
  Event: { key: eventId, resolve: { operation: getEvent, arguments: { eventId: eventId, shopId: shopId } } }
  Ticket: { key: id, resolve: { operation: listTickets, argument: ids } }`;

/** Arguments of a root field; the one that resolves an entity, and those that name the same part of a path. */
const cases: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  ['the operation that resolves', 'event', { shopId: 'ID!', eventId: 'ID!' }],
  ['another method of the same path', 'changeEvent', { shopId: 'ID!', eventId: 'ID!' }],
  ['with other arguments as they are', 'deleteEvent', { shopId: 'ID!', eventId: 'ID!', by: 'UUID' }],
  ['a longer path', 'guest', { shopId: 'ID!', eventId: 'ID!', guestId: 'UUID!' }],
  ['a shorter path, where only the first part is the same', 'events', { shopId: 'ID!', eventId: 'UUID' }],
  ['another path has the name for something else', 'hall', { eventId: 'UUID!' }],
  ['a key that is taken from a query says nothing of paths', 'deleteTicket', { id: 'UUID!' }],
];

let rest: CompiledRest;
beforeAll(async () => {
  rest = await compileRest({ document, config });
});
afterAll(() => rest.close());

test.each(cases)('a key is an ID in %s: %s', (_sentence, name, expected) => {
  const { schema } = rest.subgraph;
  const fields = { ...schema.getQueryType()?.getFields(), ...schema.getMutationType()?.getFields() };
  const args = fields[name]?.args.map((argument) => [argument.name, String(argument.type)]);
  expect(Object.fromEntries(args ?? [])).toEqual(expected);
});

test('one variable reads, changes and deletes', async () => {
  const variables = { shop: 's', event: 'e' };
  for (const field of ['event', 'changeEvent', 'deleteEvent']) {
    const root = field === 'event' ? 'query' : 'mutation';
    const query = `${root} ($shop: ID!, $event: ID!) { ${field}(shopId: $shop, eventId: $event) { eventId } }`;
    expect((await rest.run(query, variables)).errors).toBeUndefined();
  }
  expect(rest.service.requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
    'GET /shops/s/events/e',
    'PATCH /shops/s/events/e',
    'DELETE /shops/s/events/e',
  ]);
});
