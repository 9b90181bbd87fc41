/** Answers about the schema are written in the planning thread, and sent as they are: the same at every door. */
import { buildClientSchema, execute, getIntrospectionQuery, parse, type ExecutionResult } from 'graphql';
import { request } from 'undici';
import { connectWebSocket, type WsClient } from '../../utils/ws-client.ts';
import { startInProcessGateway } from '../in-process-gateway.ts';

let gateway: Awaited<ReturnType<typeof startInProcessGateway>>;
let socket: WsClient;
let expected: (query: string) => Promise<ExecutionResult>;
beforeAll(async () => {
  gateway = await startInProcessGateway();
  socket = await connectWebSocket(gateway.url);
  const { data } = JSON.parse(await post(getIntrospectionQuery({ specifiedByUrl: true })));
  const schema = buildClientSchema(data);
  const rootValue = { order: { id: 'ord_1001' } };
  expected = async (query) => execute({ schema, document: parse(query), rootValue });
});
afterAll(async () => {
  await socket.close();
  await gateway.close();
});

async function post(query: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query });
  return (await request(`${gateway.url}/graphql`, { method: 'POST', headers, body })).body.text();
}

async function get(query: string): Promise<string> {
  const target = `${gateway.url}/graphql?query=${encodeURIComponent(query)}`;
  return (await request(target, { headers: { accept: 'application/json' } })).body.text();
}

const documents = [
  { id: 'all of it', query: getIntrospectionQuery() },
  { id: 'aliases', query: '{ s: __schema { q: queryType { n: name } } __schema { types { name } } }' },
  { id: '__typename beside it', query: '{ a: __typename t: __type(name: "Order") { name } __typename }' },
  { id: 'a type that is not there', query: '{ __type(name: "Nobody") { name } }' },
  {
    id: 'characters of several bytes',
    query: '{ __type(name: "Größe") { name } s: __schema { description } }',
  },
  { id: 'a name that is that of a method', query: '{ toJSON: __schema { queryType { toJSON: name } } }' },
  {
    id: 'other fields beside it',
    query: `{ s: __schema { queryType { name } } o: order(orderId: "ord_1001") { id }
      ...T } fragment T on Query { t: __type(name: "Order") { kind } }`,
  },
  {
    id: 'other fields left out',
    query: '{ order(orderId: "1") @skip(if: true) { id } __type(name: "Order") { name } }',
  },
];

it.each(documents)('$id: answered equal by POST, GET and WebSocket, first and again', async ({ query }) => {
  const right = JSON.parse(JSON.stringify(await expected(query)));
  expect(right).toEqual({ data: expect.anything() });
  for (let times = 0; times < 2; times++) {
    expect(JSON.parse(await post(query))).toEqual(right);
    expect(JSON.parse(await get(query))).toEqual(right);
    expect(await socket.query(query)).toEqual(right);
  }
});
