import { request } from 'undici';
import { until } from '../../utils/until.ts';
import { createSseClient } from '../../utils/sse-client.ts';
import { connectWebSocket, type WsClient } from '../../utils/ws-client.ts';
import { startInProcessGateway } from '../in-process-gateway.ts';

interface RefusedOperation {
  id: string;
  query: string;
  variables?: Record<string, unknown>;
  code: string;
  message: RegExp;
}

/** Operations that clients get wrong, or mean ill. Each is answered with a code, and the connection goes on. */
const refused: RefusedOperation[] = [
  { id: 'no GraphQL', query: 'subscription {', code: 'GRAPHQL_PARSE_FAILED', message: /^Syntax Error/ },
  {
    id: 'more tokens than are read',
    query: `{ ${'__typename '.repeat(10_001)} }`,
    code: 'GRAPHQL_PARSE_FAILED',
    message: /10000 tokens/,
  },
  {
    id: 'an unknown field',
    query: 'subscription { orderEaten { id } }',
    code: 'GRAPHQL_VALIDATION_FAILED',
    message: /orderEaten/,
  },
  {
    id: 'a condition on the root of a subscription',
    query: 'subscription { orderCreated @skip(if: true) { id } }',
    code: 'GRAPHQL_VALIDATION_FAILED',
    message: /@skip can not be put on the root field of a subscription/,
  },
  {
    id: 'a condition on a fragment at the root of a subscription',
    query:
      'subscription ($x: Boolean!) { ...F @include(if: $x) } fragment F on Subscription { orderCreated { id } }',
    variables: { x: true },
    code: 'GRAPHQL_VALIDATION_FAILED',
    message: /@include can not be put on the root field/,
  },
  {
    id: 'an alias that takes the name of a key',
    query: '{ customer(customerId: "cus_1") { id: name loyaltyPoints } }',
    code: 'GRAPHQL_VALIDATION_FAILED',
    message: /^The alias "id" is the name of another field/,
  },
  {
    id: 'an alias that takes the name of a key in a subscription',
    query: 'subscription { orderCreated { id: currency payments { amount } } }',
    code: 'GRAPHQL_VALIDATION_FAILED',
    message: /^The alias "id"/,
  },
  {
    id: 'an alias that takes __typename',
    query: '{ order(orderId: "ord_1001") { __typename: status } }',
    code: 'GRAPHQL_VALIDATION_FAILED',
    message: /^The alias "__typename"/,
  },
  {
    id: 'a missing variable of a query',
    query: 'query ($id: ID!) { order(orderId: $id) { id } }',
    code: 'BAD_USER_INPUT',
    message: /"\$id" of required type "ID!" was not provided/,
  },
  {
    id: 'a wrong variable of a subscription',
    query:
      'subscription ($after: EventCursor, $n: Int) { orderCreated(after: $after) { id payments @include(if: false) { id } lines { sku } note @skip(if: true) } }',
    variables: { n: 'many' },
    code: 'GRAPHQL_VALIDATION_FAILED',
    message: /"\$n" is never used/,
  },
  {
    id: 'a cursor that is none',
    query: 'subscription { orderCreated(after: "nonsense") { id } }',
    code: 'CURSOR_INVALID',
    message: /not valid/,
  },
];

describe('operations that are refused', () => {
  let gateway: Awaited<ReturnType<typeof startInProcessGateway>>;
  let socket: WsClient;
  beforeAll(async () => {
    gateway = await startInProcessGateway();
    socket = await connectWebSocket(gateway.url);
  });
  afterAll(async () => {
    await socket.close();
    await gateway.close();
  });

  it.each(refused)('$id, over WebSocket, which stays open', async ({ query, variables, code, message }) => {
    const errors = await errorsOf(socket, query, variables);
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })]);
    expect(errors[0]?.extensions).toEqual({ code });
    expect((await socket.query('{ __typename }')).data).toEqual({ __typename: 'Query' });
  });

  it.each(refused)('$id, over HTTP', async ({ query, variables, code, message }) => {
    const response = await request(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: query.startsWith('subscription') ? 'text/event-stream' : 'application/json',
      },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.body.text();
    const { errors } = JSON.parse(/\{.*\}/s.exec(text)?.[0] ?? '{}') as { errors?: AnsweredError[] };
    expect(errors?.[0]?.message).toMatch(message);
    expect(errors?.[0]?.extensions).toEqual({ code });
  });

  it.each(['[]', '{}', '"text"', 'null', '{"query":1}', '{"query":null}'])('a body of %s', async (body) => {
    const response = await request(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.statusCode).toBe(400);
    expect(await response.body.json()).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  it('names that JavaScript knows are names like others, as aliases in subscriptions too', async () => {
    const sse = createSseClient(gateway.url);
    const aliases =
      '__proto__: status constructor: total toString: currency a: customer { __proto__: name hasOwnProperty: tier }';
    const results = socket.subscribe(`subscription { __proto__: orderCreated { ${aliases} } }`);
    const others = sse.subscribe(`subscription { constructor: orderCreated { ${aliases} } }`);
    const order = { customerId: 'cus_1', lines: [{ sku: 'KEYB-01', quantity: 1 }] };
    let arrived: Awaited<ReturnType<typeof results.next>>[] | undefined;
    void Promise.all([results.next(), others.next()]).then((both) => (arrived = both));
    const first = await until('both are live', async () => {
      await request(`${gateway.examples.urls.orders}/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(order),
      }).then(({ body }) => body.dump());
      return arrived;
    });
    const expected =
      '{"__proto__":"PENDING","constructor":89.9,"toString":"EUR","a":{"__proto__":"Miriam Okafor","hasOwnProperty":"GOLD"}}';
    expect(first.map(({ data }) => JSON.stringify(data))).toEqual([
      `{"__proto__":${expected}}`,
      `{"constructor":${expected}}`,
    ]);
    expect(({} as Record<string, unknown>)['status']).toBeUndefined();
    await results.stop();
    sse.close();
  });
});

interface AnsweredError {
  message: string;
  extensions: unknown;
}

async function errorsOf(
  socket: WsClient,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<AnsweredError[]> {
  const results = socket.subscribe(query, variables);
  const outcome = await results.next().catch((error: unknown) => error);
  const errors = Array.isArray(outcome) ? outcome : (outcome as { errors?: unknown }).errors;
  return (errors ?? []) as AnsweredError[];
}
