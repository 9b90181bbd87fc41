import { getEventListeners, once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createRestClient, type RestClient, type RestClientOptions } from '../../../mesh/rest/rest-client.ts';
import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { json, startRecordingService, type RecordingService } from '../recording-service.ts';
import { answers } from './answers.ts';
import { codedAnswers, framedAnswers } from './coded-answers.ts';

const call = { subgraph: 'shop', operation: 'getThing' };
const request = { method: 'GET', path: '/things/7', headers: { accept: '*/*' }, body: null };
const nobody = () => createSubgraphContext({});

let service: RecordingService;
const clients: RestClient[] = [];

function clientOf(options: Partial<RestClientOptions> = {}): RestClient {
  const client = createRestClient({
    endpoint: service.url,
    headers: { forward: [], set: {} },
    timeoutMs: 10_000,
    responseBytesMax: 65_536,
    ...options,
  });
  clients.push(client);
  return client;
}

beforeAll(async () => {
  service = await startRecordingService();
});
beforeEach(() => {
  service.requests.length = 0;
  service.answer = json({});
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(() => service.close());

/** The error of a call as a client of the gateway would get it. */
async function refusal(sent: Promise<unknown>) {
  const error: unknown = await sent.then(
    () => new Error('the call was answered'),
    (reason: unknown) => reason,
  );
  return JSON.parse(JSON.stringify(error)) as { message: string; extensions: Record<string, unknown> };
}

test('the signal of a subscription has one listener, however many events make calls with it', async () => {
  const { signal } = new AbortController();
  const both = [clientOf(), clientOf()];
  for (let event = 0; event < 50; event++) {
    const context = createSubgraphContext({ signal });
    await Promise.all(both.map((client) => client.send(request, call, context, 'any')));
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
});

describe('every answer', () => {
  test.each(
    [...answers, ...codedAnswers, ...framedAnswers].map((row) => [row.id, row.sentence, row] as const),
  )('%s: %s', async (_id, _sentence, { given, expected, shape = 'any' }) => {
    service.answer = given;
    const sent = clientOf().send(request, call, nobody(), shape);
    if ('value' in expected) {
      expect(await sent).toEqual(expected.value);
    } else {
      const { message, extensions, ...others } = await refusal(sent);
      expect(message).toBe(expected.message);
      const { status, ...known } = extensions;
      expect(known).toEqual({ code: expected.code, service: 'shop', operation: 'getThing' });
      expect([undefined, Number(/\d+$/.exec(message)?.[0])]).toContain(status);
      expect(others).toEqual({});
    }
    expect(service.requests).toHaveLength(1);
  });
});

/** A port that was free a moment ago, so that nothing listens there. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('a service that is not there', () => {
  test('a refused connection names neither host nor port', async () => {
    const port = await closedPort();
    const sent = clientOf({ endpoint: `http://127.0.0.1:${port}/secret` }).send(
      request,
      call,
      nobody(),
      'any',
    );
    const error = await refusal(sent);
    expect(error).toEqual({
      message: 'shop.getThing: the service can not be reached',
      extensions: { code: 'UPSTREAM_UNAVAILABLE', service: 'shop', operation: 'getThing' },
    });
  });

  test('neither does a host that has no address', async () => {
    const error = await refusal(
      clientOf({ endpoint: 'http://nowhere.invalid' }).send(request, call, nobody(), 'any'),
    );
    expect(error.message).toBe('shop.getThing: the service can not be reached');
  });

  test.each([
    ['before its headers', 0],
    ['within its body', 1],
  ])('a service that falls silent %s is UPSTREAM_TIMEOUT', async (_where, parts) => {
    service.answer = (_, response) => {
      if (parts === 1) response.writeHead(200, { 'content-type': 'text/plain' }).write('one');
    };
    const error = await refusal(clientOf({ timeoutMs: 50 }).send(request, call, nobody(), 'any'));
    expect(error).toEqual({
      message: 'shop.getThing: the service did not answer in time',
      extensions: { code: 'UPSTREAM_TIMEOUT', service: 'shop', operation: 'getThing' },
    });
  });
});

test.each([
  ['parts of an answer that each come in time', 200],
  ['parts of a refusal that each come in time', 500],
])('%s do not make the whole wait longer', async (_sentence, status) => {
  const stopped = Promise.withResolvers<void>();
  service.answer = (_, response) => {
    response.writeHead(status, { 'content-type': 'text/plain' });
    const dripping = setInterval(() => response.write('.'), 10);
    response.on('close', () => {
      clearInterval(dripping);
      stopped.resolve();
    });
  };
  const error = await refusal(clientOf({ timeoutMs: 100 }).send(request, call, nobody(), 'any'));
  expect(error.extensions['code']).toBe(status === 200 ? 'UPSTREAM_TIMEOUT' : 'UPSTREAM_UNAVAILABLE');
  await stopped.promise;
});

test('waiting for a connection counts as waiting', async () => {
  const client = clientOf({ connectionsMax: 1, timeoutMs: 100 });
  service.answer = () => undefined;
  const errors = await Promise.all([1, 2, 3].map(() => refusal(client.send(request, call, nobody(), 'any'))));
  expect(errors.map(({ extensions }) => extensions['code'])).toEqual([
    'UPSTREAM_TIMEOUT',
    'UPSTREAM_TIMEOUT',
    'UPSTREAM_TIMEOUT',
  ]);
});

describe('what the service receives', () => {
  test('the path of the endpoint comes before the path of the call', async () => {
    await clientOf({ endpoint: `${service.url}/api/v2` }).send(request, call, nobody(), 'any');
    expect(service.requests[0]?.target).toBe('/api/v2/things/7');
  });

  test("only the headers on the list are passed on, and the file's own win over all others", async () => {
    const client = clientOf({
      headers: { forward: ['authorization', 'x-tenant'], set: { 'x-tenant': 'ours', 'x-key': 'file' } },
    });
    const context = createSubgraphContext({
      headers: { authorization: 'Bearer me', cookie: 'session=1', 'x-tenant': 'theirs', host: 'evil.test' },
    });
    await client.send({ ...request, headers: { accept: '*/*', 'x-key': 'argument' } }, call, context, 'any');
    const [received] = service.requests;
    expect(received?.headers).toEqual({
      host: `127.0.0.1:${service.port}`,
      connection: 'keep-alive',
      accept: '*/*',
      authorization: 'Bearer me',
      'x-tenant': 'ours',
      'x-key': 'file',
    });
    expect(received?.rawHeaders).toHaveLength(12);
  });

  test('a header that the client did not send is not sent', async () => {
    const client = clientOf({ headers: { forward: ['authorization'], set: {} } });
    await client.send(request, call, nobody(), 'any');
    expect(service.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  test('connections are used again', async () => {
    const client = clientOf();
    for (let count = 0; count < 10; count++) await client.send(request, call, nobody(), 'any');
    expect(new Set(service.requests.map(({ connection }) => connection)).size).toBeLessThan(4);
  });
});

describe('ending', () => {
  test('a call that nobody waits for is ended at the service, and rejects with the reason', async () => {
    const controller = new AbortController();
    const arrived = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    service.answer = (_, response) => {
      response.on('close', () => ended.resolve());
      arrived.resolve();
    };
    const sent = clientOf().send(request, call, createSubgraphContext({ signal: controller.signal }), 'any');
    const outcome = expect(sent).rejects.toThrow('This operation was aborted');
    await arrived.promise;
    controller.abort();
    await outcome;
    await ended.promise;
  });

  test('a call with a signal that is aborted already is not sent', async () => {
    const context = createSubgraphContext({ signal: AbortSignal.abort() });
    await expect(clientOf().send(request, call, context, 'any')).rejects.toThrow(
      'This operation was aborted',
    );
    expect(service.requests).toEqual([]);
  });

  test('close ends the calls that run and leaves no connection; a second close does nothing', async () => {
    const arrived = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    service.answer = (_, response) => {
      response.on('close', () => ended.resolve());
      arrived.resolve();
    };
    const client = clientOf();
    const sent = refusal(client.send(request, call, nobody(), 'any'));
    await arrived.promise;
    await client.close();
    expect((await sent).message).toBe('shop.getThing: the service can not be reached');
    await ended.promise;
    await client.close();
    const after = await refusal(client.send(request, call, nobody(), 'any'));
    expect(after.extensions['code']).toBe('UPSTREAM_UNAVAILABLE');
  });

  test('an error answer that is not read to its end does not block the connections', async () => {
    const client = clientOf({ connectionsMax: 1 });
    service.answer = (_, response) => {
      response.writeHead(500).end(Buffer.alloc(1_000_000));
    };
    for (let count = 0; count < 3; count++) await refusal(client.send(request, call, nobody(), 'any'));
    service.answer = json({ a: 1 });
    expect(await client.send(request, call, nobody(), 'any')).toEqual({ a: 1 });
  });
});
