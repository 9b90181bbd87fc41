import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { print } from 'graphql';
import { loadSubgraphs } from '../../../mesh/load-subgraphs.ts';
import { objectType } from '../../../mesh/schema-document.ts';
import { smallConfig, writeSubgraphFolders, type SubgraphFolders } from '../subgraph-folders.ts';

let folders: SubgraphFolders | undefined;
afterEach(async () => {
  await folders?.remove();
  folders = undefined;
});

/** A document whose `GET /thing` answers with a schema, and `GET /other` with text. */
function documentOf(schema: string, more = '', parameters = ''): string {
  return `openapi: 3.1.0
info: { title: Things, version: '1' }
paths:
  /thing: { get: { operationId: thing, ${parameters} responses: { '200': { description: '', content: { application/json: { schema: ${schema} } } } } } }
  /other: { get: { operationId: other, responses: { '200': { description: '', content: { application/json: { schema: { type: string } } } } } } }
${more}`;
}

const ref = (reference: string) => `{ $ref: '${reference}' }`;
const object = (...fields: string[]) =>
  `{ type: object, properties: { ${fields.map((field) => `${field}: { type: string }`).join(', ')} } }`;

/** Loads the folder `things`. */
async function load(files: Readonly<Record<string, string>>, config = '') {
  const { dir } = (folders ??= await writeSubgraphFolders({}));
  for (const [path, content] of Object.entries({ 'things/subgraph.yaml': smallConfig + config, ...files })) {
    await mkdir(join(dir, path, '..'), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  const { subgraphs, problems } = await loadSubgraphs({ dir, env: {}, only: ['things'] });
  await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
  expect(problems).toEqual([]);
  const [subgraph] = subgraphs;
  if (!subgraph) throw new Error('one folder is loaded');
  const fields = (type: string) =>
    (objectType(subgraph.typeDefs, type)?.fields ?? []).map(
      (field) => `${field.name.value}${args(field.arguments)}: ${print(field.type)}`,
    );
  return { fields, warnings: subgraph.warnings };
}

function args(given: readonly { name: { value: string } }[] = []): string {
  return given.length === 0 ? '' : `(${given.map(({ name }) => name.value).join(', ')})`;
}

/** Folders of several files. */
interface FilesCase {
  readonly id: string;
  readonly sentence: string;
  readonly given: Readonly<Record<string, string>>;
  /** @default none */
  readonly config?: string;
  /** Fields of these types. */
  readonly expected: Readonly<Record<string, readonly string[]>>;
  /** @default none */
  readonly warnings?: readonly string[];
}

const main = (schema: string, more = '', parameters = '') => ({
  'things/openapi.yaml': documentOf(schema, more, parameters),
});
const both = ['thing: Thing', 'other: String'];
const lost = ['thing: JSON', 'other: String'];
const outside = 'it is outside of the folder; to have it read, name it in references.files of subgraph.yaml';
const once1 = '(1 references to it, 0 of them from what is not needed)';
const schemaPlace = '/paths/~1thing/get/responses/200/content/application~1json/schema';

const cases: readonly FilesCase[] = [
  {
    id: 'B1',
    sentence: 'a schema that is a file is named after it',
    given: { ...main(ref('schemas/thing.yaml')), 'things/schemas/thing.yaml': object('a') },
    expected: { Query: both, Thing: ['a: String'] },
  },
  {
    id: 'B2',
    sentence: 'a schema in a JSON file keeps its name there',
    given: {
      ...main(ref('./common.json#/components/schemas/Thing')),
      'things/common.json':
        '{"components":{"schemas":{"Thing":{"type":"object","properties":{"a":{"$ref":"#/components/schemas/B"}}},"B":{"type":"object","properties":{"b":{"type":"string"}}}}}}',
    },
    expected: { Query: both, Thing: ['a: B'], B: ['b: String'] },
  },
  {
    id: 'B3',
    sentence: 'of two schemas with one name in two files the second gets a number',
    given: {
      ...main(
        `{ type: object, title: Thing, properties: { a: ${ref('a.yaml#/Address')}, b: ${ref('b.yaml#/Address')}, c: ${ref('a.yaml#/Address')} } }`,
      ),
      'things/a.yaml': `Address: ${object('street')}`,
      'things/b.yaml': `Address: ${object('host')}`,
    },
    expected: {
      Address: ['street: String'],
      Address2: ['host: String'],
    },
    warnings: [
      '/components/schemas/Address-2: two files describe different things as "Address"; this one has a name with a number',
    ],
  },
  {
    id: 'B4',
    sentence: 'path items in another file, with what they refer to from there',
    given: {
      'things/openapi.yaml': `openapi: 3.0.0\ninfo: { title: T, version: '1' }\npaths: { '/things/{id}': { $ref: 'paths/things.yaml#/~1things~1%7Bid%7D' } }`,
      'things/paths/things.yaml': `/things/{id}: { get: { operationId: thing, parameters: [${ref('../parameters.yaml#/id')}], responses: { '200': { description: '', content: { application/json: { schema: ${ref('../thing.yaml')} } } } } } }`,
      'things/parameters.yaml': 'id: { name: id, in: path, required: true, schema: { type: string } }',
      'things/thing.yaml': object('a'),
    },
    expected: { Query: ['thing(id): Thing'], Thing: ['a: String'] },
  },
  {
    id: 'B5',
    sentence: 'files that refer to each other in a circle',
    given: {
      ...main(ref('thing.yaml')),
      'things/thing.yaml': `{ type: object, properties: { owner: ${ref('owner.yaml')} } }`,
      'things/owner.yaml': `{ type: object, properties: { things: { type: array, items: ${ref('thing.yaml')} }, self: ${ref('#')} } }`,
    },
    expected: { Query: both, Thing: ['owner: Owner'], Owner: ['things: [Thing!]', 'self: Owner'] },
  },
  {
    id: 'B6',
    sentence: 'percent-encoded names of files and parts',
    given: {
      ...main(ref('my%20things.yaml#/components/schemas/Thing%20One')),
      'things/my things.yaml': `components: { schemas: { Thing One: ${object('a')} } }`,
    },
    expected: { Query: ['thing: ThingOne', 'other: String'], ThingOne: ['a: String'] },
  },
  {
    id: 'B7',
    sentence: 'percent-encoded names of parts in one file',
    given: main(
      ref('#/components/schemas/Thing%20One'),
      `components: { schemas: { Thing One: ${object('a')} } }`,
    ),
    expected: { Query: ['thing: ThingOne', 'other: String'] },
  },
  {
    id: 'B8',
    sentence: 'a schema in a path of the same file',
    given: main(
      `{ type: array, items: ${ref('#/paths/~1two/get/responses/200/content/application~1json/schema')} }`,
      `  /two: { get: { operationId: two, responses: { '200': { description: '', content: { application/json: { schema: ${object('a')} } } } } } }`,
    ),
    expected: { Query: ['things: [GetTwoResponses200!]', 'other: String', 'two: GetTwoResponses200'] },
  },
  {
    id: 'B10',
    sentence: 'a file above the folder is not read',
    given: { ...main(ref('../common/thing.yaml')), 'common/thing.yaml': object('a') },
    expected: { Query: lost },
    warnings: [
      `${schemaPlace}: "../common/thing.yaml": ${outside} ${once1}`,
      `${schemaPlace}: refers to "../common/thing.yaml", which is not there; any JSON`,
    ],
  },
  {
    id: 'B11',
    sentence: 'a file above the folder is read where its folder is allowed',
    given: { ...main(ref('../common/thing.yaml')), 'common/thing.yaml': object('a') },
    config: 'references: { files: [../common] }',
    expected: { Query: both, Thing: ['a: String'] },
  },
  {
    id: 'B12',
    sentence: 'a file whose name begins like the folder is above it',
    given: { ...main(ref('../things2/thing.yaml')), 'things2/thing.yaml': object('a') },
    expected: { Query: lost },
    warnings: [
      `${schemaPlace}: "../things2/thing.yaml": ${outside} ${once1}`,
      `${schemaPlace}: refers to "../things2/thing.yaml", which is not there; any JSON`,
    ],
  },
  {
    id: 'B13',
    sentence: 'an absolute path and a file: URL are no way out',
    given: main(
      `{ type: object, title: Thing, properties: { a: ${ref('/etc/passwd')}, b: ${ref('file:///etc/passwd')} } }`,
    ),
    expected: {
      Query: both.map((field) => field.replace('Thing', 'ThingResponse')),
      ThingResponse: ['a: JSON', 'b: JSON'],
    },
    warnings: [
      `${schemaPlace}/properties/a: "/etc/passwd": ${outside} ${once1}`,
      `${schemaPlace}/properties/b: "file:///etc/passwd": ${outside} ${once1}`,
      `${schemaPlace}/properties/a: refers to "/etc/passwd", which is not there; any JSON`,
      `${schemaPlace}/properties/b: refers to "file:///etc/passwd", which is not there; any JSON`,
    ],
  },
  {
    id: 'B14',
    sentence: 'a file that is not there, a folder, and one that is no YAML',
    given: {
      ...main(
        `{ type: object, properties: { a: ${ref('no.yaml')}, b: ${ref('sub')}, c: ${ref('broken.yaml')} } }`,
      ),
      'things/sub/x.yaml': '',
      'things/broken.yaml': 'a: [',
    },
    expected: { ThingResponse: ['a: JSON', 'b: JSON', 'c: JSON'] },
    warnings: [
      `${schemaPlace}/properties/a: "no.yaml": there is no such file ${once1}`,
      `${schemaPlace}/properties/b: "sub": it is not a file ${once1}`,
      `${schemaPlace}/properties/c: "broken.yaml": broken.yaml:1: not valid YAML or JSON: Flow sequence in block collection must be sufficiently indented and end with a ] ${once1}`,
      ...['a: refers to "no.yaml"', 'b: refers to "sub"', 'c: refers to "broken.yaml"'].map(
        (text) => `${schemaPlace}/properties/${text}, which is not there; any JSON`,
      ),
    ],
  },
  {
    id: 'B15',
    sentence: 'a part that another file does not have, although this one has one of that name',
    given: {
      ...main(ref('thing.yaml'), `components: { schemas: { No: ${object('wrong')} } }`),
      'things/thing.yaml': `{ type: object, properties: { a: ${ref('#/components/schemas/No')} } }`,
    },
    expected: { Query: both, Thing: ['a: JSON'] },
    warnings: [
      `/components/schemas/thing/properties/a: "thing.yaml": it does not have all the parts that are referred to ${once1}`,
      '/components/schemas/thing/properties/a: refers to "thing.yaml#/components/schemas/No", which is not there; any JSON',
    ],
  },
  {
    id: 'B16',
    sentence: 'of parameters that are not there, only the argument is lost; a body takes its operation along',
    given: main(
      '{ type: string }',
      `  /post: { post: { operationId: post, requestBody: ${ref('no.yaml#/body')}, responses: { '200': { $ref: 'no.yaml#/answer' }, '400': { $ref: 'no.yaml#/error' } } } }`,
      `parameters: [${ref('no.yaml#/p')}, { name: q, in: query, schema: { type: string } }],`,
    ),
    expected: { Query: ['thing(q): String', 'other: String'], Mutation: [] },
    warnings: [
      '/paths/~1thing/get/parameters/0: "no.yaml": there is no such file (4 references to it, 1 of them from what is not needed)',
      '/paths/~1post/post/responses/200: refers to "no.yaml#/answer", which is not there; any JSON',
      '/paths/~1thing/get/parameters/0: is not in the document ("no.yaml#/p"); left out, so it can not be sent',
      '/paths/~1post/post/requestBody: is not in the document; operation left out',
    ],
  },
  {
    id: 'B17',
    sentence: 'examples may refer to anything without being read',
    given: main(`{ type: string, example: ${ref('../secret.yaml')} }`),
    expected: { Query: ['thing: String', 'other: String'] },
  },
];

test.each(cases.map((row) => [row.id, row.sentence, row] as const))('%s: %s', async (_id, _sentence, row) => {
  const { fields, warnings } = await load(row.given, row.config);
  expect(warnings).toEqual(row.warnings ?? []);
  for (const [type, expected] of Object.entries(row.expected)) {
    expect(fields(type).filter((field) => !field.startsWith('_'))).toEqual(expected);
  }
});

test('B30: a link in the folder that leads out of it is not read, one that stays inside is', async () => {
  folders = await writeSubgraphFolders({ 'secret.yaml': object('secret'), 'things/real.yaml': object('a') });
  await symlink(join(folders.dir, 'secret.yaml'), join(folders.dir, 'things/out.yaml'));
  await symlink(join(folders.dir, 'things/real.yaml'), join(folders.dir, 'things/in.yaml'));
  const schema = `{ type: object, properties: { a: ${ref('out.yaml')}, b: ${ref('in.yaml')} } }`;
  const { fields, warnings } = await load(main(schema));
  expect(fields('ThingResponse')).toEqual(['a: JSON', 'b: In']);
  expect(warnings[0]).toBe(`${schemaPlace}/properties/a: "out.yaml": ${outside} ${once1}`);
});

describe('URLs', () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/schemas/moved.yaml') response.writeHead(302, { location: '/schemas/thing.yaml' });
    response.end(
      request.url === '/schemas/thing.yaml'
        ? `{ type: object, properties: { a: ${ref('deep/b.yaml')} } }`
        : object('b'),
    );
  });
  let origin = '';
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => asked.splice(0));
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  test('B20: nothing is asked of a host that is not allowed', async () => {
    const { fields, warnings } = await load(main(ref(`${origin}/schemas/thing.yaml`)));
    expect(asked).toEqual([]);
    expect(fields('Query').slice(0, 2)).toEqual(lost);
    expect(warnings[0]).toContain('to have this one fetched, name it in references.urls of subgraph.yaml');
  });

  test('B21: what is below an allowed URL is fetched, and what it refers to', async () => {
    const allowed = `references: { urls: ['${origin}/schemas'] }`;
    const { fields, warnings } = await load(main(ref(`${origin}/schemas/thing.yaml`)), allowed);
    expect(warnings).toEqual([]);
    expect(fields('Thing')).toEqual(['a: B']);
    expect(asked).toEqual(['/schemas/thing.yaml', '/schemas/deep/b.yaml']);
  });

  test.each([
    ['/schemas2/x.yaml'],
    ['/schemas/../x.yaml'],
    ['/schemas%2f..%2fx.yaml'],
    ['/x.yaml?/schemas/'],
  ])('B22: %s is not below it', async (path) => {
    const allowed = `references: { urls: ['${origin}/schemas'] }`;
    const { fields } = await load(main(ref(`${origin}${path}`)), allowed);
    expect(asked).toEqual([]);
    expect(fields('Query')[0]).toBe('thing: JSON');
  });

  test('B23: redirects are not followed', async () => {
    const allowed = `references: { urls: ['${origin}/schemas'] }`;
    const { warnings } = await load(main(ref(`${origin}/schemas/moved.yaml`)), allowed);
    expect(asked).toEqual(['/schemas/moved.yaml']);
    expect(warnings[0]).toContain('it can not be fetched');
  });
});

test.each([['ftp://x.test/a'], ['https://'], ['https://x.test/?a'], ['x.test']])(
  'B40: %s is no URL to allow',
  async (url) => {
    folders = await writeSubgraphFolders({
      'things/openapi.yaml': documentOf('{ type: string }'),
      'things/subgraph.yaml': `${smallConfig}references: { urls: ['${url}'] }`,
    });
    const { problems } = await loadSubgraphs({ dir: folders.dir, env: {} });
    expect(problems[0]?.message).toMatch(
      /subgraph\.yaml:2: references\.urls\.0: must be an http:\/\/ or https:\/\/ URL without a query$/,
    );
  },
);
