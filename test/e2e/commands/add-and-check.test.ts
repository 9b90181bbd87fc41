/** `sluice add`, then `sluice check` and `compose`, as a platform team uses them. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CheckReport } from '../../../gateway/check.ts';
import { runningPrograms, runProgram } from '../../utils/child-process.ts';
import { makeSubgraphsFolder, type SubgraphsFolder } from '../../utils/subgraphs-folder.ts';
import { smallDocument } from './broken-folders.ts';

let root: SubgraphsFolder;
beforeEach(async () => {
  root = await makeSubgraphsFolder({ files: { 'subgraphs/.keep': '' } });
});
afterEach(async () => {
  await root.remove();
  expect(runningPrograms()).toEqual([]);
});

const secret = 'whsec_c2VjcmV0IG9mIHRoZXNlIHRlc3Rz';

function sluice(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const SUBGRAPHS_DIR = join(root.path, 'subgraphs');
  return runProgram({ args: ['bin/sluice.ts', ...args], env: { SUBGRAPHS_DIR, ...env } });
}

async function report(env: Readonly<Record<string, string>> = {}, ...args: readonly string[]) {
  const { code, stdout } = await sluice(['check', '--json', ...args], env);
  return { code, ...(JSON.parse(stdout) as CheckReport) };
}

describe('sluice add', () => {
  test.each([
    { source: 'examples/payments/openapi.yaml', env: { SHOP_WEBHOOK_SECRET: secret } },
    { source: 'test/fixtures/museum/openapi.yaml', env: { SHOP_WEBHOOK_SECRET: secret } },
    {
      source: 'test/fixtures/oai-tictactoe-3.1/openapi.yaml',
      env: { SHOP_WEBHOOK_SECRET: secret, SHOP_URL: 'http://a.test' },
    },
  ])('makes a folder of $source that check takes', async ({ source, env }) => {
    const { code, stdout, stderr } = await sluice(['add', 'shop', source]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Set in the environment: ${Object.keys(env).toReversed().join(', ')}\n`);
    expect(stdout).toMatch(/\nNext: npx sluice check shop\n$/);
    expect(await sluice(['check', 'shop'], env)).toMatchObject({ code: 0, stderr: '' });
  });

  test('prints subgraph.yaml and writes nothing with --dry-run', async () => {
    const { code, stdout } = await sluice([
      'add',
      'shop',
      'examples/customers/openapi.yaml',
      '--dry-run',
      '--endpoint',
      'http://shop.test/api',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('\nendpoint: ${SHOP_URL:-http://shop.test/api}\n');
    expect(await readdir(join(root.path, 'subgraphs'))).toEqual(['.keep']);
  });

  test('fails with code 1 and one line, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await sluice(['add', 'shop', 'README.md']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^sluice: README\.md(:\d+)?: .*\n$/);
    expect(await readdir(join(root.path, 'subgraphs'))).toEqual(['.keep']);
  });
});

const config = 'endpoint: http://127.0.0.1:1\n';
const folder = async (name: string, document: string, more = '') => {
  const { path } = root;
  await mkdir(join(path, 'subgraphs', name), { recursive: true });
  await writeFile(join(path, 'subgraphs', name, 'openapi.yaml'), document);
  await writeFile(join(path, 'subgraphs', name, 'subgraph.yaml'), `${config}${more}`);
};

describe('sluice check', () => {
  test('against the supergraph that compose wrote: what breaks clients fails', async () => {
    await folder('things', smallDocument);
    const before = await report();
    expect(before).toMatchObject({ code: 0, ok: true, changes: [] });
    expect(before.hints).toContainEqual(expect.stringMatching(/no .*supergraph\.graphql to compare with/));

    const wrote = await sluice(['compose', '--write']);
    expect(wrote).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/supergraph\.graphql: written\n$/),
    });
    expect(await readFile(join(root.path, 'supergraph.graphql'), 'utf8')).toContain('type Thing');
    expect(await readdir(dirname(join(root.path, 'subgraphs')))).not.toContainEqual(
      expect.stringMatching(/draft/),
    );

    await folder(
      'things',
      smallDocument.replace('{ id: { type: string } }', '{ id: { type: string }, size: { type: integer } }'),
    );
    const more = await report();
    expect(more).toMatchObject({ code: 0, ok: true, changes: [{ level: 'safe', path: 'Thing.size' }] });

    await folder(
      'things',
      smallDocument
        .replace('{ id: { type: string } }', '{ name: { type: string } }')
        .replace('required: [id], ', ''),
    );
    const less = await report();
    expect(less).toMatchObject({ code: 1, ok: false });
    expect(less.changes[0]).toMatchObject({ level: 'breaking', path: 'Thing.id' });
    expect(await sluice(['check'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('breaking: Field'),
    });
    expect(await report({}, '--allow-breaking')).toMatchObject({ code: 0, ok: true });
  });

  test('says in one sentence which two files share a name, and what to write where', async () => {
    await folder('a', smallDocument);
    await folder('b', smallDocument);
    const { problems, code } = await report();
    expect(code).toBe(1);
    expect(problems).toEqual([
      {
        subgraph: 'b',
        message: expect.stringMatching(
          /^\S*\/a\/openapi\.yaml and \S*\/b\/openapi\.yaml both have a type Thing with the same fields and the root field Query\.\w+: add "prefix: B" to \S*\/b\/subgraph\.yaml$/,
        ),
      },
    ]);
  });

  test('warns of entities that cost a call for each key', async () => {
    await folder(
      'things',
      smallDocument,
      'entities: { Thing: { key: id, resolve: { operation: getThing, argument: thingId } } }',
    );
    const { warnings, code } = await report();
    expect(code).toBe(0);
    expect(warnings).toEqual([
      {
        subgraph: 'things',
        message: expect.stringMatching(/subgraph\.yaml:2: entities\.Thing: "getThing" answers one/),
      },
    ]);
  });

  test('tells of events that subgraph.yaml does not list', async () => {
    const webhooks = 'webhooks: { thingMade: { post: { requestBody: { content: {} } } } }';
    await folder('things', `${smallDocument}${webhooks}\n`);
    const { hints, code } = await report();
    expect(code).toBe(0);
    expect(hints).toContain('things: the document has events that webhooks does not list: thingMade');
  });

  test('takes both times to register a callback, and no other', async () => {
    const document = smallDocument.replace(
      /^paths: *$/m,
      `paths:
  /subscriptions:
    post:
      operationId: subscribe
      parameters: [{ name: url, in: query, required: true, schema: { type: string } }]
      responses: { '204': { description: Subscribed. } }
      callbacks:
        thingMade: { '{$request.query.url}': { post: { responses: { '202': { description: Taken. } } } } }`,
    );
    const yaml = 'webhooks: { thingMade: { verify: { scheme: none }, register: { when: start } } }';
    for (const when of ['start', 'first-subscriber']) {
      await folder('things', document, yaml.replace('start', when));
      expect(await report()).toMatchObject({ code: 0, problems: [] });
    }
    await folder('things', document, yaml.replace('start', 'first-subscription'));
    const message = expect.stringMatching(
      /subgraph\.yaml:\d+: webhooks\.thingMade\.register\.when: must be one of start, first-subscriber$/,
    );
    const { code, problems } = await report();
    expect([code, problems[0]]).toEqual([1, { subgraph: 'things', message }]);
  });

  test('validates the operations of clients', async () => {
    await folder('things', smallDocument, 'operations: { rename: { getThing: thing } }');
    await writeFile(join(root.path, 'good.graphql'), 'query A { thing(thingId: "1") { id } }');
    await writeFile(join(root.path, 'bad.graphql'), 'query B {\n  thing(thingId: "1") { colour }\n}');
    const pattern = join(root.path, '*.graphql');
    const { problems, code } = await report({}, '--operations', pattern);
    expect(code).toBe(1);
    expect(problems).toEqual([
      { subgraph: null, message: expect.stringMatching(/bad\.graphql: line 2: Cannot query field "colour"/) },
    ]);
    const none = await report({}, '--operations', join(root.path, '*.nothing'));
    expect(none.hints).toContainEqual(expect.stringMatching(/^No file matches /));
  });

  test('writes no colour and no progress where nobody looks', async () => {
    await folder('things', smallDocument);
    const { stdout, stderr } = await sluice(['check']);
    expect(stderr).toBe('');
    expect(stdout).not.toContain('\u001B');
  });
});
