/**
 * The same request is answered the same by both doors: the one for plain JSON, and the one for everything else, where a
 * body comes in gzip.
 */
import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { request } from 'undici';
import { startInProcessGateway } from '../in-process-gateway.ts';

const query = '{ __typename }';
const nested = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000);
const persisted = (persistedQuery: unknown) => ({ extensions: { persistedQuery } });
const customerOf = (name: string) => `query ($${name}: String!) { customer(customerId: $${name}) { id } }`;
const aliases = (count: number, field: string) =>
  `{ ${Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ')} }`;
/** Fragments that hold the next one twice. */
const doubling = (depth: number) =>
  `{ ...F0 } ${Array.from({ length: depth }, (_, index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`).join(' ')} fragment F${depth} on Query { __typename }`;

interface SameCase {
  id: string;
  /** A value is sent as JSON. */
  body: string | Buffer | object;
  /** A part of the answer. */
  expected: string;
}

const typename = '"data":{"__typename":"Query"}';
const noObject = 'The body must be a JSON object with a \\"query\\"';
const noJson = 'The request body is not valid JSON';
const noVersion = '\\"extensions.persistedQuery\\" must have version 1';

const cases: SameCase[] = [
  { id: 'a query', body: { query }, expected: typename },
  { id: 'a mutation', body: { query: 'mutation { __typename }' }, expected: '"__typename":"Mutation"' },
  { id: 'a byte order mark', body: `\ufeff${JSON.stringify({ query })}`, expected: typename },
  { id: 'two byte order marks', body: `\ufeff\ufeff${JSON.stringify({ query })}`, expected: noJson },
  {
    id: 'bytes that are no UTF-8',
    body: Buffer.from('{"query":"{ __typename } #\xff\xc0"}', 'latin1'),
    expected: typename,
  },
  { id: 'spaces', body: '   ', expected: noJson },
  ...['null', '1', '"text"', '[]', `[${JSON.stringify({ query })}]`].map((body) => ({
    id: `the body ${body}`,
    body,
    expected: noObject,
  })),
  { id: 'a name twice', body: '{"query":"{ nope }","query":"{ __typename }"}', expected: typename },
  { id: 'a query in __proto__', body: '{"__proto__":{"query":"{ __typename }"}}', expected: noObject },
  {
    id: 'variables in __proto__',
    body: `{"query":${JSON.stringify(customerOf('a'))},"variables":{"__proto__":{"a":"cus_1"}}}`,
    expected: 'Variable \\"$a\\" of required type \\"String!\\" was not provided',
  },
  {
    id: 'extensions in __proto__',
    body: '{"query":"{ __typename }","extensions":{"__proto__":{"persistedQuery":{"version":2}}}}',
    expected: typename,
  },
  ...['constructor', 'toString', '__proto__'].map((name) => ({
    id: `a variable ${name} that is not given`,
    body: { query: customerOf(name), variables: {} },
    expected: 'BAD_USER_INPUT',
  })),
  { id: 'nothing but brackets', body: '['.repeat(100_000), expected: noJson },
  { id: 'lists in lists', body: nested('[', ']'), expected: noObject },
  { id: 'objects in objects', body: `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, expected: noObject },
  {
    id: 'lists in lists of variables',
    body: `{"query":${JSON.stringify(customerOf('a'))},"variables":{"a":${nested('[', ']')}}}`,
    expected: 'BAD_USER_INPUT',
  },
  {
    id: 'lists in lists of extensions',
    body: `{"query":"{ __typename }","extensions":{"a":${nested('[', ']')}}}`,
    expected: typename,
  },
  {
    id: 'a number with 100,000 digits',
    body: `{"query":${JSON.stringify(customerOf('a'))},"variables":{"a":${'9'.repeat(100_000)}}}`,
    expected: 'BAD_USER_INPUT',
  },
  {
    id: 'a number with 100,000 digits in the document',
    body: { query: `{ customer(customerId: ${'9'.repeat(100_000)}) { id } }` },
    expected: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    id: '50,000 variables that nobody asked for',
    body: { query, variables: Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`v${at}`, at])) },
    expected: typename,
  },
  { id: 'half a character', body: '{"query":"{ __typename } #\\ud800"}', expected: 'GRAPHQL_PARSE_FAILED' },
  { id: 'an empty query', body: { query: '' }, expected: 'GRAPHQL_PARSE_FAILED' },
  { id: 'no query', body: { query: null }, expected: noObject },
  { id: 'a query that is no text', body: { query: {} }, expected: '\\"query\\" must be a string' },
  {
    id: 'a name that is no text',
    body: { query, operationName: 1 },
    expected: '\\"operationName\\" must be',
  },
  { id: 'an empty name', body: { query, operationName: '' }, expected: typename },
  {
    id: 'a name that JavaScript knows',
    body: { query, operationName: '__proto__' },
    expected: 'OPERATION_RESOLUTION_FAILURE',
  },
  {
    id: 'variables in a list',
    body: { query, variables: [] },
    expected: '\\"variables\\" must be an object',
  },
  {
    id: 'variables as text',
    body: { query, variables: '{}' },
    expected: '\\"variables\\" must be an object',
  },
  {
    id: 'extensions in a list',
    body: { query, extensions: [] },
    expected: '\\"extensions\\" must be an object',
  },
  { id: 'a type definition', body: { query: 'type A { a: Int }' }, expected: 'is not executable' },
  ...['text', 1, [], { version: 2, sha256Hash: 'x' }, { version: '1', sha256Hash: 'x' }, { version: 1 }].map(
    (persistedQuery) => ({
      id: `the persisted query ${JSON.stringify(persistedQuery)}`,
      body: persisted(persistedQuery),
      expected: noVersion,
    }),
  ),
  {
    id: 'a hash of nothing that is known',
    body: persisted({ version: 1, sha256Hash: 'x'.repeat(500_000) }),
    expected: 'PERSISTED_QUERY_NOT_FOUND',
  },
  {
    id: 'a hash of another document',
    body: { query, ...persisted({ version: 1, sha256Hash: hash('sha256', 'x') }) },
    expected: 'PERSISTED_QUERY_MISMATCH',
  },
  { id: '10,000 aliases', body: { query: aliases(10_000, '__typename') }, expected: '10000 tokens' },
  { id: '3,000 aliases', body: { query: aliases(3_000, '__typename') }, expected: '"a2999":"Query"' },
  { id: 'fragments that double 300 times', body: { query: doubling(300) }, expected: typename },
  {
    id: 'a fragment in itself',
    body: { query: '{ ...A } fragment A on Query { ...A }' },
    expected: 'within itself',
  },
  {
    id: 'lists in lists of an argument',
    body: { query: `{ customer(customerId: ${'['.repeat(9_000)}` },
    expected: '"code"',
  },
  { id: 'selections in selections', body: { query: '{ a '.repeat(3_000) }, expected: 'GRAPHQL_PARSE_FAILED' },
  { id: 'a megabyte of comments', body: { query: '#'.repeat(1_000_000) }, expected: 'GRAPHQL_PARSE_FAILED' },
  {
    id: 'a type in a type of the schema',
    body: { query: `{ __schema { types { ${'fields { type { '.repeat(5)} name ${'} }'.repeat(5)} } } }` },
    expected: 'Maximum introspection depth exceeded',
  },
];

const accepted = ['application/json', 'application/graphql-response+json'];

describe('both doors', () => {
  let gateway: Awaited<ReturnType<typeof startInProcessGateway>>;
  beforeAll(async () => {
    gateway = await startInProcessGateway();
  });
  afterAll(() => gateway.close());

  async function post(body: Buffer, accept: string, more: Record<string, string> = {}) {
    const answer = await request(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...more },
      body,
    });
    const { 'content-type': type, vary } = answer.headers;
    return { status: answer.statusCode, type, vary, text: await answer.body.text() };
  }

  it.each(cases)('$id', async ({ body, expected }) => {
    const isWritten = typeof body === 'string' || Buffer.isBuffer(body);
    const bytes = Buffer.from(isWritten ? body : JSON.stringify(body));
    for (const accept of accepted) {
      const plain = await post(bytes, accept);
      expect(plain).toMatchObject({
        type: `${accept}; charset=utf-8`,
        vary: 'accept, origin, accept-encoding',
        text: expect.stringContaining(expected),
      });
      const other = await post(gzipSync(bytes), accept, { 'content-encoding': 'gzip' });
      expect(other).toEqual(plain);
    }
  });
});
