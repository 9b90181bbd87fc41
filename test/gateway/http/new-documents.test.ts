/** Documents that are new to the gateway wait for the planning thread: what their clients see of it, at every door. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { silentLogger } from '../../../events/logger.ts';
import { createGraphQLServer } from '../../../gateway/http/graphql.ts';
import { createJsonDoor } from '../../../gateway/http/json-door.ts';
import { serveWebSockets, type WebSockets } from '../../../gateway/http/websocket.ts';
import { createOperations } from '../../../gateway/operations/operations.ts';
import { createRequests, type Requests } from '../../../gateway/operations/requests.ts';
import { createSupergraph, type Supergraph } from '../../../gateway/supergraph/supergraph.ts';
import { stopTimeouts, type StoppedTimeouts } from '../../utils/stopped-timeouts.ts';
import { connectWebSocket } from '../../utils/ws-client.ts';
import { doubling, peopleSupergraph } from '../supergraph/people-supergraph.ts';

const person = (id: string) => `{ person(id: "${id}") { name age } }`;
/** Takes minutes to plan: the thread is ended when its test says that time is up. */
const hostile = doubling(14);

const timeLimitMs = 6_000;

const isAllowedOrigin = () => true;
const subscribe = () => Promise.reject(new Error('Nobody subscribes here'));

let timeouts: StoppedTimeouts;
let supergraph: Supergraph;
let server: Server;
let sockets: WebSockets;
let url: string;
/** Signals of the clients, in the order in which their documents have arrived. */
let arrivals: AsyncIterableIterator<AbortSignal>;

beforeEach(async () => {
  timeouts = stopTimeouts();
  const logger = silentLogger;
  const planningLimits = { timeLimitMs, waitingMax: 2 };
  supergraph = await createSupergraph({ composed: peopleSupergraph(), logger, planningLimits });
  const real = createRequests({ operations: createOperations({ supergraph, logger }) });
  const arrived: AbortSignal[] = [];
  let notify = Promise.withResolvers<void>();
  const requests: Requests = {
    prepare: (parameters, client) => {
      const prepared = real.prepare(parameters, client);
      if (client.signal) arrived.push(client.signal);
      notify.resolve();
      return prepared;
    },
  };
  arrivals = (async function* () {
    for (;;) {
      for (let signal = arrived.shift(); signal; signal = arrived.shift()) yield signal;
      await notify.promise;
      notify = Promise.withResolvers();
    }
  })();
  const schema = supergraph.apiSchema;
  const next = createGraphQLServer({ requests, subscribe, schema, logger });
  server = createServer(
    createJsonDoor({
      requests,
      isAllowedOrigin,
      logger,
      bodyBytesMax: 1024 * 1024,
      next: (given, response) => void next(given, response),
    }),
  );
  sockets = serveWebSockets({ server, requests, subscribe, schema, isAllowedOrigin, logger });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  sockets.terminate();
  await sockets.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  await supergraph.close();
  timeouts.release();
});

/** The signal of the client whose document has arrived next. */
async function arrival(): Promise<AbortSignal> {
  const { value } = (await arrivals.next()) as IteratorYieldResult<AbortSignal>;
  return value;
}

function post(query: string, signal?: AbortSignal) {
  const headers = { 'content-type': 'application/json' };
  return request(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query }),
    ...(signal && { signal }),
  });
}

function get(query: string, signal?: AbortSignal) {
  const target = `${url}/graphql?query=${encodeURIComponent(query)}`;
  return request(target, { headers: { accept: 'application/json' }, ...(signal && { signal }) });
}

/** Sends a document by HTTP. @returns leaves */
function leavingBy(send: typeof post) {
  return (query: string) => {
    const leaving = new AbortController();
    void send(query, leaving.signal).catch(() => undefined);
    return Promise.resolve(() => leaving.abort());
  };
}

const ways = [
  { way: 'POST', start: leavingBy(post) },
  { way: 'GET', start: leavingBy(get) },
  {
    way: 'WebSocket',
    start: async (query: string) => {
      const client = await connectWebSocket(url);
      void client.query(query).catch(() => undefined);
      return () => client.terminate();
    },
  },
];

it.each(ways)('a document by $way whose client has left takes no place in the queue', async ({ start }) => {
  const hostileAnswered = post(hostile);
  await arrival();
  const leave = await start(person('left'));
  const gone = await arrival();
  expect((await post(person('refused'))).statusCode).toBe(503);
  await arrival();
  leave();
  if (!gone.aborted) await once(gone, 'abort');
  const admitted = post(person('admitted'));
  await arrival();
  await timeouts.pass(timeLimitMs);
  const { statusCode, body } = await admitted;
  expect([statusCode, await body.json()]).toEqual([200, { data: { person: null } }]);
  await (await hostileAnswered).body.dump();
});

it.each([
  { way: 'POST', send: post },
  { way: 'GET', send: get },
])('a document by $way that finds the queue full is told when to come again', async ({ send }) => {
  const hostileAnswered = post(hostile);
  await arrival();
  const waiting = post(person('waiting'));
  await arrival();
  const { statusCode, headers, body } = await send(person('refused'));
  expect([statusCode, headers['retry-after']]).toEqual([503, '5']);
  const code = 'PLANNING_UNAVAILABLE';
  expect(await body.json()).toMatchObject({ errors: [{ extensions: { code } }] });
  await timeouts.pass(timeLimitMs);
  for (const answered of [hostileAnswered, waiting]) expect((await answered).statusCode).toBe(200);
});
