/** What a client may send over a WebSocket: it is answered or its socket is closed, and nobody else is disturbed. */
import { jest } from '@jest/globals';
import { WebSocket } from 'ws';
import { within } from '../../utils/until.ts';
import { startInProcessGateway } from '../in-process-gateway.ts';

type Frame = string | Buffer | object;

const init = { type: 'connection_init' };
const subscribe = (payload: unknown, id: unknown = '1') => ({ type: 'subscribe', id, payload });
const query = { query: '{ __typename }' };
const next = (id = '1') => `{"id":"${id}","type":"next","payload":{"data":{"__typename":"Query"}}}`;
const complete = (id = '1') => `{"id":"${id}","type":"complete"}`;
const answered = [next(), complete()];
const invalid = '4400 Invalid message received';
const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

interface FrameCase {
  id: string;
  /** What is sent when the socket is open. */
  first?: Frame;
  /** What is sent after the first message of the gateway. */
  later?: readonly Frame[];
  /** Parts of what comes after that, until so many have come or the socket is closed with a code and reason. */
  expected: readonly string[];
}

const cases: FrameCase[] = [
  { id: 'a query', later: [subscribe(query)], expected: answered },
  {
    id: 'a mutation',
    later: [subscribe({ query: 'mutation { __typename }' })],
    expected: ['"__typename":"Mutation"', complete()],
  },
  {
    id: 'a query in a binary frame',
    later: [Buffer.from(JSON.stringify(subscribe(query)))],
    expected: answered,
  },
  { id: 'an operation before connection_init', first: subscribe(query), expected: ['4401 Unauthorized'] },
  { id: 'a second connection_init', later: [init], expected: ['4429 Too many initialisation requests'] },
  ...['hello', '[]', 'null', '{}', '{"type":"other"}', '['.repeat(100_000)].map((frame) => ({
    id: `the frame ${frame.slice(0, 20)}`,
    later: [frame],
    expected: [invalid],
  })),
  { id: 'bytes', later: [Buffer.from([1, 2, 3])], expected: [invalid] },
  { id: 'a frame above 1 MiB', later: [' '.repeat(1024 * 1024 + 1)], expected: ['1009 '] },
  { id: 'no query', later: [subscribe({})], expected: [invalid] },
  { id: 'a query that is no text', later: [subscribe({ query: 1 })], expected: [invalid] },
  {
    id: 'variables that are no object',
    later: [subscribe({ ...query, variables: 'x' })],
    expected: [invalid],
  },
  {
    id: 'extensions that are no object',
    later: [subscribe({ ...query, extensions: [] })],
    expected: [invalid],
  },
  { id: 'an id that is no text', later: [subscribe(query, 1)], expected: [invalid] },
  { id: 'an empty id', later: [subscribe(query, '')], expected: [invalid] },
  {
    id: 'an id that JavaScript knows',
    later: [subscribe(query, '__proto__')],
    expected: [next('__proto__'), complete('__proto__')],
  },
  {
    id: 'an id twice',
    later: [subscribe({ query: 'subscription { orderCreated { id } }' }), subscribe(query)],
    expected: ['4409 Subscriber for 1 already exists'],
  },
  {
    id: 'an end of what never began',
    later: [{ type: 'complete', id: 'x' }, subscribe(query)],
    expected: answered,
  },
  {
    id: 'lists in lists of variables',
    later: [`{"type":"subscribe","id":"1","payload":{"query":"{ __typename }","variables":{"a":${nested}}}}`],
    expected: answered,
  },
  {
    id: 'a persisted query of another version',
    later: [subscribe({ ...query, extensions: { persistedQuery: { version: 2 } } })],
    expected: ['"code":"BAD_REQUEST"'],
  },
  {
    id: 'an unknown field',
    later: [subscribe({ query: '{ nope }' })],
    expected: ['GRAPHQL_VALIDATION_FAILED'],
  },
  {
    id: '10,000 aliases',
    later: [
      subscribe({
        query: `{ ${Array.from({ length: 10_000 }, (_, at) => `a${at}: __typename`).join(' ')} }`,
      }),
    ],
    expected: ['10000 tokens'],
  },
  {
    id: '2,000 operations at once',
    later: Array.from({ length: 2_000 }, (_, at) => subscribe(query, `o${at}`)),
    expected: Array.from({ length: 4_000 }, () => '"id":"o'),
  },
  {
    id: 'headers that are no names and no texts',
    first: {
      ...init,
      payload: { headers: { constructor: 'x', 'a b\r\n': 'c\r\nd', host: 'elsewhere.example', x: 1 } },
    },
    later: [subscribe({ query: '{ customer(customerId: "cus_1") { id } }' })],
    expected: ['{"customer":{"id":"cus_1"}}', complete()],
  },
  {
    id: 'a payload of connection_init that is a text',
    first: { ...init, payload: 'x' },
    expected: [invalid],
  },
];

describe('frames of a WebSocket', () => {
  let gateway: Awaited<ReturnType<typeof startInProcessGateway>>;
  const printed = jest.spyOn(console, 'error');
  beforeAll(async () => {
    gateway = await startInProcessGateway();
  });
  afterAll(async () => {
    await gateway.close();
    printed.mockRestore();
  });

  /** @returns what came, without the answer to connection_init; the last is how the socket was closed, if it was */
  async function talk({ first = init, later = [], expected }: FrameCase): Promise<string[]> {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const came: string[] = [];
    const done = Promise.withResolvers<void>();
    const send = (frame: Frame) =>
      socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
    socket.on('open', () => send(first));
    socket.on('message', (message: Buffer) => {
      const text = message.toString();
      if (text.startsWith('{"type":"connection_ack"')) return later.forEach(send);
      if (came.push(text) === expected.length) done.resolve();
    });
    socket.on('close', (code, reason) => {
      came.push(`${code} ${reason.toString()}`);
      done.resolve();
    });
    await within('it is answered', done.promise);
    socket.terminate();
    return came;
  }

  it.each(cases)('$id', async (given) => {
    const came = await talk(given);
    expect(came).toEqual(given.expected.map((part) => expect.stringContaining(part)));
    expect(await talk(cases[0] as FrameCase)).toEqual(answered);
    // What a client does wrong is no error of the gateway.
    expect(printed).not.toHaveBeenCalled();
  });

  it('another protocol is closed', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-ws');
    const refused = new Promise((resolve) => socket.on('error', ({ message }) => resolve(message)));
    expect(await refused).toBe('Server sent no subprotocol');
  });
});
