/** Documents that clients name instead of sending them, over every transport that takes queries. */
import { hash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { request } from 'undici';
import { WebSocket } from 'ws';
import { silentLogger, type Logger } from '../../../events/logger.ts';
import { createOperations } from '../../../gateway/operations/operations.ts';
import { createSupergraph, type Supergraph } from '../../../gateway/supergraph/supergraph.ts';
import { openTrustedDocuments } from '../../../gateway/trusted-documents.ts';
import { syntheticSupergraph } from '../execution/synthetic-supergraph.ts';
import { startInProcessGateway } from '../in-process-gateway.ts';

type StartedGateway = Awaited<ReturnType<typeof startInProcessGateway>>;

interface Answer {
  /** Undefined over WebSocket. */
  status?: number;
  data?: unknown;
  errors?: { message: string; extensions: { code: string } }[];
}

type Parameters = Record<string, unknown>;

async function post(url: string, parameters: Parameters, accept = 'application/json'): Promise<Answer> {
  const { statusCode, body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(parameters),
  });
  return { status: statusCode, ...((await body.json()) as Answer) };
}

async function get(url: string, parameters: Parameters): Promise<Answer> {
  const given = Object.entries(parameters).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const { statusCode, body } = await request(`${url}/graphql?${new URLSearchParams(given).toString()}`, {
    headers: { accept: 'application/json' },
  });
  return { status: statusCode, ...((await body.json()) as Answer) };
}

async function overWebSocket(url: string, parameters: Parameters): Promise<Answer> {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  try {
    const results = client.iterate({ query: '', ...parameters });
    const { value } = await results.next();
    return value as Answer;
  } catch (errors) {
    return { errors: errors as NonNullable<Answer['errors']> };
  } finally {
    await client.dispose();
  }
}

const transports = [
  { transport: 'POST', send: post },
  { transport: 'GET', send: get },
  { transport: 'WebSocket', send: overWebSocket },
];

const sha256 = (text: string) => hash('sha256', text);
const persisted = (sha256Hash: unknown, version: unknown = 1) => ({
  extensions: { persistedQuery: { version, sha256Hash } },
});

describe.each(transports)('automatic persisted queries over $transport', ({ transport, send }) => {
  let gateway: StartedGateway;
  beforeAll(async () => {
    gateway = await startInProcessGateway();
  });
  afterAll(() => gateway.close());

  it('a hash is not known, is sent with its document, and is known from then on', async () => {
    const query = `query Over${transport} { __typename }`;
    const named = persisted(sha256(query));
    const unknown = await send(gateway.url, named);
    expect(unknown.errors).toMatchObject([
      { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } },
    ]);
    // Clients of Apollo take other statuses for a broken network.
    expect(unknown.status ?? 200).toBe(200);
    expect((await send(gateway.url, { query, ...named })).data).toEqual({ __typename: 'Query' });
    expect((await send(gateway.url, named)).data).toEqual({ __typename: 'Query' });
    expect((await send(gateway.url, { documentId: `sha256:${sha256(query)}` })).data).toBeDefined();
  });

  it('a document that is wrong is not kept', async () => {
    const query = `query Over${transport} { nothingOfThis }`;
    const named = persisted(sha256(query));
    const codes = [];
    for (const parameters of [{ query, ...named }, named]) {
      codes.push((await send(gateway.url, parameters)).errors?.[0]?.extensions.code);
    }
    expect(codes).toEqual(['GRAPHQL_VALIDATION_FAILED', 'PERSISTED_QUERY_NOT_FOUND']);
  });

  it.each([
    {
      id: 'a hash of another document',
      parameters: { query: '{ __typename }', ...persisted(sha256('{ other }')) },
      code: 'PERSISTED_QUERY_MISMATCH',
    },
    { id: 'another version', parameters: persisted(sha256('{ a }'), 2), code: 'BAD_REQUEST' },
    { id: 'a hash that is no text', parameters: persisted(7), code: 'BAD_REQUEST' },
    { id: 'an id that nobody knows', parameters: { documentId: 'x' }, code: 'PERSISTED_QUERY_NOT_FOUND' },
    {
      id: 'a name that JavaScript knows',
      parameters: { documentId: '__proto__' },
      code: 'PERSISTED_QUERY_NOT_FOUND',
    },
  ])('$id: $code', async ({ parameters, code }) => {
    const { errors } = await send(gateway.url, parameters);
    expect(errors).toMatchObject([{ extensions: { code } }]);
  });

  it('a mutation that is named is one all the same', async () => {
    const query = 'mutation Named { __typename }';
    await post(gateway.url, { query, ...persisted(sha256(query)) });
    const answer = await send(gateway.url, persisted(sha256(query)));
    if (transport === 'GET') expect(answer).toMatchObject({ status: 405 });
    else expect(answer.data).toEqual({ __typename: 'Mutation' });
  });
});

const customer = 'query Customer($id: String!) { customer(customerId: $id) { id } }';
const apolloManifest = {
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations: [
    { id: sha256(customer), name: 'Customer', type: 'query', body: customer },
    { id: 'greeting', name: 'Greeting', type: 'query', body: 'query Greeting { __typename }' },
  ],
};
const plainManifest = { [`sha256:${sha256(customer)}`]: customer, greeting: 'query Greeting { __typename }' };
const variables = { id: 'cus_1' };

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-manifest-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function manifestFile(name: string, content: unknown): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** What a manifest lets in. `code` is that of the refusal; without it there is data. */
const trustedCases: { id: string; parameters: Parameters; code?: string; allowed?: 'DATA' }[] = [
  { id: 'an id of its own', parameters: { documentId: 'greeting' } },
  { id: 'the hash as documentId', parameters: { documentId: sha256(customer), variables } },
  { id: 'the hash with its prefix', parameters: { documentId: `sha256:${sha256(customer)}`, variables } },
  {
    id: 'the hash in upper case',
    parameters: { documentId: `sha256:${sha256(customer).toUpperCase()}`, variables },
  },
  { id: "Apollo's extension", parameters: { ...persisted(sha256(customer)), variables } },
  { id: 'the text of a trusted document', parameters: { query: customer, variables } },
  {
    id: 'another document',
    parameters: { query: '{ __typename }' },
    code: 'DOCUMENT_NOT_TRUSTED',
    allowed: 'DATA',
  },
  {
    id: 'a trusted document that was changed',
    parameters: { query: `${customer} `, variables },
    code: 'DOCUMENT_NOT_TRUSTED',
    allowed: 'DATA',
  },
  {
    id: 'another document under the id of a trusted one',
    parameters: { query: '{ __schema { description } }', documentId: 'greeting' },
    code: 'DOCUMENT_NOT_TRUSTED',
    allowed: 'DATA',
  },
  {
    id: 'a hash that is sent with its document',
    parameters: { query: '{ __typename }', ...persisted(sha256('{ __typename }')) },
    code: 'DOCUMENT_NOT_TRUSTED',
    allowed: 'DATA',
  },
  { id: 'a hash that nobody knows', parameters: persisted('00'), code: 'DOCUMENT_NOT_TRUSTED' },
];

describe.each([
  { form: "Apollo's manifest", manifest: apolloManifest, others: 'refuse' },
  { form: 'an object of documents', manifest: plainManifest, others: 'refuse' },
  { form: 'a manifest beside other documents', manifest: plainManifest, others: 'allow' },
])('$form', ({ form, manifest, others }) => {
  let gateway: StartedGateway;
  beforeAll(async () => {
    const TRUSTED_DOCUMENTS = await manifestFile(`${form}.json`, manifest);
    gateway = await startInProcessGateway({ TRUSTED_DOCUMENTS, UNTRUSTED_DOCUMENTS: others });
  });
  afterAll(() => gateway.close());

  const cases = transports.flatMap(({ transport, send }) =>
    trustedCases.map((trusted) => ({ transport, send, ...trusted })),
  );
  it.each(cases)('$transport: $id', async ({ send, parameters, code, allowed }) => {
    const answer = await send(gateway.url, parameters);
    if (code === undefined || (others === 'allow' && allowed)) expect(answer.data).toBeTruthy();
    else {
      const expected = others === 'allow' ? 'PERSISTED_QUERY_NOT_FOUND' : code;
      expect(answer.errors).toMatchObject([{ extensions: { code: expected } }]);
    }
  });

  it('has GraphiQL only where it can run what people write', async () => {
    const { statusCode, headers, body } = await request(`${gateway.url}/graphql`, {
      headers: { accept: 'text/html' },
    });
    await body.dump();
    expect(statusCode === 200 && headers['content-type']?.includes('text/html')).toBe(others === 'allow');
  });
});

describe('a manifest that is wrong keeps the gateway from starting', () => {
  let supergraph: Supergraph;
  beforeAll(async () => {
    const { sdl, schemas: services } = syntheticSupergraph();
    const composed = { sdl, services, eventFields: [], hints: [] };
    supergraph = await createSupergraph({ composed, logger: silentLogger });
  });
  afterAll(() => supergraph.close());

  const open = (path: string, logger: Logger = silentLogger) =>
    openTrustedDocuments({ path, logger, operations: createOperations({ supergraph, logger }) });

  it.each([
    { id: 'no JSON', content: '{', message: /is not JSON$/ },
    { id: 'a list', content: [], message: /must be a persisted query manifest/ },
    { id: 'a text for a document', content: { a: 1 }, message: /must be a persisted query manifest/ },
    {
      id: 'another version',
      content: { ...apolloManifest, version: 2 },
      message: /must be a persisted query manifest/,
    },
    {
      id: 'a hash of another document',
      content: { [sha256(customer)]: '{ __typename }' },
      message: /is not the SHA-256 of its document$/,
    },
    {
      id: 'an id with two documents',
      content: {
        ...apolloManifest,
        operations: [
          { id: 'a', body: '{ __typename }' },
          { id: 'a', body: '{ __schema { description } }' },
        ],
      },
      message: /a names two documents$/,
    },
  ])('$id', async ({ id, content, message }) => {
    const path = await manifestFile(`${id}.json`, content);
    await expect(open(path)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(message),
    });
  });

  it('no file', async () => {
    const path = join(dir, 'nothing.json');
    await expect(open(path)).rejects.toThrow(/^TRUSTED_DOCUMENTS .*ENOENT$/);
  });

  it.each([
    {
      id: 'outdated',
      document: 'query A { __typename } query B { gone }',
      reason: 'Cannot query field "gone"',
    },
    {
      id: 'without operations',
      document: 'fragment A on Query { __typename }',
      reason: 'Fragment "A" is never used',
    },
    { id: 'empty', document: '# nothing', reason: 'Syntax Error: Unexpected <EOF>' },
  ])(
    'but for a document that can not be executed, which is told in the log: $id',
    async ({ id, document, reason }) => {
      const told = Promise.withResolvers<{ context: object; message: string }>();
      const warn = (context: object, message: string) => told.resolve({ context, message });
      const documents = { fits: '{ __typename }', [id]: document };
      const trusted = await open(await manifestFile(`${id}.json`, documents), { ...silentLogger, warn });
      expect(await told.promise).toEqual({
        context: { document: id },
        message: expect.stringContaining(`A trusted document can not be executed: ${reason}`),
      });
      trusted?.close();
    },
  );
});
