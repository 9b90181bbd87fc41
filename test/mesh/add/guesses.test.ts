/** What `sluice add` makes of a document. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { addSubgraph, type AddedSubgraph } from '../../../mesh/add/add-subgraph.ts';
import { guessedDocuments } from './guessed-documents.ts';
import { guessedParts } from './guessed-parts.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-add-test-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** subgraph.yaml as values. */
const written = ({ config }: AddedSubgraph) => parse(config) as Record<string, unknown>;

test.each(guessedDocuments)('$source becomes what it says', async ({ source, expected, variables }) => {
  const added = await addSubgraph({ name: 'shop', source, dir });
  expect(written(added)).toEqual(expected);
  expect(added.variables).toEqual(variables);
  // What is in the folder is the document, byte for byte, and what was told.
  const folder = join(dir, 'shop');
  expect((await readdir(folder)).toSorted()).toEqual([added.documentName, 'subgraph.yaml']);
  expect(await readFile(join(folder, added.documentName))).toEqual(await readFile(source));
  expect(await readFile(join(folder, 'subgraph.yaml'), 'utf8')).toBe(added.config);
});

test.each(guessedParts.map((row) => [row.id, row.sentence, row] as const))(
  '%s: %s',
  async (_id, _sentence, { given, expected }) => {
    const source = join(dir, 'document.yaml');
    await writeFile(source, `openapi: 3.1.0\ninfo: { title: Test, version: '1' }\n${given}`);
    const added = await addSubgraph({ name: 'shop', source, dir });
    expect(written(added)).toEqual({ endpoint: '${SHOP_URL}', ...expected });
  },
);

describe('beside other folders', () => {
  beforeEach(async () => {
    await mkdir(join(dir, 'orders'));
    for (const file of ['openapi.yaml', 'subgraph.yaml'])
      await cp(`subgraphs/orders/${file}`, join(dir, 'orders', file));
  });

  test('a prefix tells the names apart, and an entity of another folder is not one here', async () => {
    const added = await addSubgraph({ name: 'old-orders', source: 'examples/orders/openapi.yaml', dir });
    expect(written(added)).toMatchObject({
      prefix: 'OldOrders',
      webhooks: { orderCreated: {}, orderStatusChanged: {} },
    });
    expect(written(added)).not.toHaveProperty('entities.OldOrdersOrder');
    expect(written(added)).not.toHaveProperty('entities.Order');
    expect(added.collisions).toEqual([
      expect.stringMatching(/old-orders\/openapi\.yaml and .*orders\/openapi\.yaml both have the types/),
    ]);
  });

  test('where nothing collides there is no prefix', async () => {
    const added = await addSubgraph({ name: 'customers', source: 'examples/customers/openapi.yaml', dir });
    expect(written(added)).not.toHaveProperty('prefix');
  });

  test('a folder that is broken does not keep another from being added', async () => {
    await mkdir(join(dir, 'broken'));
    await writeFile(join(dir, 'broken', 'openapi.yaml'), 'openapi: [');
    const added = await addSubgraph({ name: 'customers', source: 'examples/customers/openapi.yaml', dir });
    expect(added.operations).toBe(3);
  });
});

describe('leaves nothing behind', () => {
  const refused = [
    {
      what: 'a document that is none',
      name: 'orders',
      text: '[]',
      says: /has no "openapi" or "swagger" version/,
    },
    {
      what: 'a name that no subgraph can have',
      name: 'Orders',
      text: '',
      says: /is named with lower-case letters/,
    },
    { what: 'a web page', name: 'orders', text: '<!DOCTYPE html><html></html>', says: /is a web page/ },
  ];

  test.each(refused)('$what', async ({ name, text, says }) => {
    const source = join(dir, 'document.yaml');
    await writeFile(source, text);
    await expect(addSubgraph({ name, source, dir: join(dir, 'subgraphs') })).rejects.toThrow(says);
    expect(await readdir(dir)).toEqual(['document.yaml']);
  });

  test.each(['subgraph.yaml', 'openapi.yaml'])('a document that brings a %s of its own', async (part) => {
    const source = join(dir, 'document.yaml');
    await writeFile(source, outside().replace('no-such-file.yaml', part));
    await writeFile(join(dir, part), 'a: { type: string }');
    const adding = addSubgraph({ name: 'orders', source, dir: join(dir, 'subgraphs') });
    await expect(adding).rejects.toThrow(`refers to a file ${part}, which is the name of another file here`);
    expect((await readdir(dir)).toSorted()).toEqual(['document.yaml', part].toSorted());
  });

  test('a dry run', async () => {
    const added = await addSubgraph({
      name: 'customers',
      source: 'examples/customers/openapi.yaml',
      dir,
      dryRun: true,
    });
    expect(added.config).toContain('endpoint:');
    expect(await readdir(dir)).toEqual([]);
  });

  test('and overwrites nothing', async () => {
    await mkdir(join(dir, 'customers'));
    const adding = addSubgraph({ name: 'customers', source: 'examples/customers/openapi.yaml', dir });
    await expect(adding).rejects.toThrow(/customers is there already, and nothing is overwritten/);
    expect(await readdir(join(dir, 'customers'))).toEqual([]);
  });
});

function outside(): string {
  return `openapi: 3.1.0
info: { title: Test, version: '1' }
paths: { /a: { get: { responses: { 200: { description: '', content: { application/json: { schema: { $ref: 'no-such-file.yaml#/a' } } } } } } } }`;
}

test('text of a document is never read as YAML or as a variable', async () => {
  const source = join(dir, 'document.json');
  const name = 'evil\nendpoint: http://evil.test\n#${HOME}';
  const evil = {
    openapi: '3.1.0',
    info: { title: name, version: '1' },
    servers: [{ url: 'http://${HOME}.test' }],
    paths: { '/a': { delete: { responses: { 204: { description: '' } } } } },
    webhooks: { [name]: { post: { requestBody: { content: { 'application/json': { schema: {} } } } } } },
    components: { securitySchemes: { [name]: { type: 'apiKey', in: 'header', name } } },
  };
  await writeFile(source, JSON.stringify(evil));
  const added = await addSubgraph({ name: 'shop', source, dir });
  expect(written(added)).toEqual({
    endpoint: '${SHOP_URL}',
    webhookDefaults: { verify: { scheme: 'standard-webhooks', secret: '${SHOP_WEBHOOK_SECRET}' } },
    webhooks: { [name]: {} },
  });
});

test('credentials that the document asks for are comments, with the headers that a client could send', async () => {
  const source = join(dir, 'document.json');
  const securitySchemes = {
    key: { type: 'apiKey', in: 'header', name: 'X-Key' },
    inQuery: { type: 'apiKey', in: 'query', name: 'key' },
    login: { type: 'http', scheme: 'Basic' },
    token: { type: 'oauth2', flows: {} },
    certificate: { type: 'mutualTLS' },
  };
  const paths = { '/a': { get: { operationId: 'a', responses: { 204: { description: '' } } } } };
  const document = {
    openapi: '3.1.0',
    info: { title: 'a', version: '1' },
    paths,
    components: { securitySchemes },
  };
  await writeFile(source, JSON.stringify(document));
  const { config } = await addSubgraph({ name: 'shop', source, dir });
  expect(parse(config.replaceAll(/^# (?=security|headers| )/gm, ''))).toEqual({
    endpoint: '${SHOP_URL}',
    security: {
      key: { apiKey: '${SHOP_KEY_KEY}' },
      inQuery: { apiKey: '${SHOP_IN_QUERY_KEY}' },
      login: { username: '${SHOP_LOGIN_USER}', password: '${SHOP_LOGIN_PASSWORD}' },
      token: { token: '${SHOP_TOKEN_TOKEN}' },
    },
    headers: { forward: ['x-key', 'authorization'] },
  });
});
