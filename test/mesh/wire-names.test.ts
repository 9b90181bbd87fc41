import { propertyReader } from '../../mesh/wire-fields.ts';
import { compileRest, plain, type CompiledRest } from './compiled-rest.ts';
import { json } from './recording-service.ts';

const document = `
paths:
  /shops/{shop_id}/things/{thing-id}:
    put:
      operationId: put_thing
      parameters:
        - { name: shop_id, in: path, required: true, schema: { type: string } }
        - { name: thing-id, in: path, required: true, schema: { $ref: '#/components/schemas/thing_state' } }
        - { name: page-size, in: query, schema: { type: integer } }
        - { name: 'filter[state]', in: query, schema: { $ref: '#/components/schemas/thing_state' } }
        - { name: '@tags', in: query, schema: { type: array, items: { $ref: '#/components/schemas/thing_state' } } }
        - { name: constructor, in: query, schema: { type: string } }
        - { name: X-Request_Id, in: header, schema: { type: string } }
        - { name: X-State, in: header, schema: { $ref: '#/components/schemas/thing_state' } }
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/thing' } } } }
      responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/thing' } } } } }
  /odd: { get: { operationId: odd, responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/odd_thing' } } } } } } }
  /paid:
    post:
      operationId: pay
      requestBody:
        content:
          application/json:
            schema:
              oneOf:
                - { $ref: '#/components/schemas/by_card' }
                - { $ref: '#/components/schemas/by_invoice' }
      responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/thing' } } } } }
components:
  schemas:
    thing_state: { type: string, enum: [in-progress, done, '1st'] }
    by_card: { type: object, required: [card_no], properties: { card_no: { type: string } } }
    by_invoice: { type: object, required: [vat_no], properties: { vat_no: { type: string } } }
    thing:
      type: object
      properties:
        order_id: { type: string }
        '@type': { type: string }
        3d_model: { type: string }
        current_state: { $ref: '#/components/schemas/thing_state' }
        past_states: { type: array, items: { $ref: '#/components/schemas/thing_state' } }
        sub_things: { type: array, items: { $ref: '#/components/schemas/thing' } }
        parent_thing: { $ref: '#/components/schemas/thing' }
        free_form: { type: object, additionalProperties: true }
        int_level: { type: integer, enum: [1, 2, 3] }
        __proto__: { type: string }
    odd_thing:
      type: object
      properties: { constructor: { type: string }, toString: { type: string }, valueOf: { type: string } }`;

const body = {
  order_id: 'o-1',
  '@type': 'Thing',
  '3d_model': 'cube',
  current_state: 'in-progress',
  past_states: ['1st', 'done'],
  sub_things: [{ order_id: 'o-2', past_states: ['1st'], parent_thing: { '3d_model': 'ball' } }],
  parent_thing: { order_id: 'o-0', current_state: null },
  free_form: { snake_case: { stays: ['as-it-is'] } },
  int_level: 2,
};
const graphqlThing = {
  orderId: 'o-1',
  type: 'Thing',
  _3dModel: 'cube',
  currentState: 'IN_PROGRESS',
  pastStates: ['_1ST', 'DONE'],
  subThings: [{ orderId: 'o-2', pastStates: ['_1ST'], parentThing: { _3dModel: 'ball' } }],
  parentThing: { orderId: 'o-0', currentState: null },
  freeForm: { snake_case: { stays: ['as-it-is'] } },
  intLevel: 2,
};
const selection = `orderId type _3dModel currentState pastStates
  subThings { orderId pastStates parentThing { _3dModel } } parentThing { orderId currentState }
  freeForm intLevel`;

let rest: CompiledRest;
beforeAll(async () => {
  rest = await compileRest({ document });
});
afterAll(() => rest.close());
beforeEach(() => {
  rest.service.requests.length = 0;
});

const put = (selected: string) => `
  mutation ($input: ThingInput) {
    putThing(
      shopId: "s 1", thingId: IN_PROGRESS, pageSize: 5, filterState: _1ST
      tags: [DONE, _1ST], xRequestId: "r-1", xState: DONE, input: $input
    ) { ${selected} }
  }`;

test('the wire has its own names in path, query, header and body, and they are read back', async () => {
  rest.service.answer = json(body);
  const result = plain(await rest.run(put(selection), { input: graphqlThing }));
  expect(result).toEqual({ data: { putThing: graphqlThing } });
  const [request] = rest.service.requests;
  expect(request?.method).toBe('PUT');
  const [path, query] = request?.target.split('?') ?? [];
  expect(path).toBe('/shops/s%201/things/in-progress');
  expect([...new URLSearchParams(query)]).toEqual([
    ['page-size', '5'],
    ['filter[state]', '1st'],
    ['@tags', 'done'],
    ['@tags', '1st'],
  ]);
  expect(request?.rawHeaders).toEqual(expect.arrayContaining(['x-request_id', 'r-1', 'x-state', 'done']));
  expect(JSON.parse(request?.body ?? '')).toEqual(body);
});

test('what is not given is not sent, and null is sent as null', async () => {
  rest.service.answer = json({});
  await rest.run('mutation { putThing(shopId: "s", thingId: DONE, input: { orderId: null }) { orderId } }');
  const [request] = rest.service.requests;
  expect(request?.target).toBe('/shops/s/things/done');
  expect(request?.body).toBe('{"order_id":null}');
});

test.each([
  ['null when the service does not answer them', {}, { constructor: null, toString: null, valueOf: null }],
  [
    'what the service answers',
    { constructor: 'c', toString: 't', valueOf: 'v' },
    { constructor: 'c', toString: 't', valueOf: 'v' },
  ],
])('properties that every object has are %s', async (_sentence, answer, odd) => {
  rest.service.answer = json(answer);
  expect(plain(await rest.run('{ odd { constructor toString valueOf } }'))).toEqual({ data: { odd } });
});

test('an enum value that the document does not have is an error at its field alone', async () => {
  rest.service.answer = json({ order_id: 'o-1', current_state: 'exploded' });
  const result = plain(await rest.run(put('orderId currentState'), { input: {} }));
  expect(result.data).toEqual({ putThing: { orderId: 'o-1', currentState: null } });
  expect(result.errors).toHaveLength(1);
});

test('a body that is one of several is sent as that one, without the name of its type', async () => {
  rest.service.answer = json({});
  const result = plain(
    await rest.run('mutation { pay(input: { byInvoice: { vatNo: "DE1" } }) { orderId } }'),
  );
  expect(result.errors).toBeUndefined();
  expect(JSON.parse(rest.service.requests[0]?.body ?? '')).toEqual({ vat_no: 'DE1' });
});

test.each(['{}', '{ byInvoice: { vatNo: "1" }, byCard: { cardNo: "2" } }'])(
  'a body that is one of several is refused as %s, before the service is asked',
  async (input) => {
    const result = plain(await rest.run(`mutation { pay(input: ${input}) { orderId } }`));
    expect(result.errors).toMatchObject([
      {
        message: 'PayRequestInput takes exactly one of byCard, byInvoice',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
    expect(rest.service.requests).toEqual([]);
  },
);

test('an operation is called with the names of the wire by what does not speak GraphQL', async () => {
  rest.service.answer = json({ order_id: 'o-1' });
  const context = { headers: {}, loaders: new Map() };
  const args = { shop_id: 's', thing_id: 'done', input: { callback_url: 'http://a.test', order_id: 'o-1' } };
  expect(await rest.subgraph.rest.callOperation('put_thing', args, context)).toMatchObject({
    body: { order_id: 'o-1' },
  });
  const [request] = rest.service.requests;
  expect(request?.target).toBe('/shops/s/things/done');
  expect(JSON.parse(request?.body ?? '')).toEqual({ callback_url: 'http://a.test', order_id: 'o-1' });
});

test.each(['text', 7, true, null])(
  'a property is not read of %p, which a service may give for an object',
  (value) => {
    expect(propertyReader('length')(value)).toBeUndefined();
  },
);
