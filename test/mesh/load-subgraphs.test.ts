import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  code,
  codeCases,
  entityCases,
  folderCases,
  linkCases,
  operationCases,
  rest,
} from './config/subgraph-problems.ts';
import { loadSubgraphs } from '../../mesh/load-subgraphs.ts';
import {
  smallConfig,
  smallDocument,
  writeSubgraphFolders,
  type SubgraphFolders,
} from './subgraph-folders.ts';

let folders: SubgraphFolders | undefined;
afterEach(async () => {
  await folders?.remove();
  folders = undefined;
});

/** Loads these files and closes what was loaded; problems as `name: message` without the folder. */
async function load(files: Readonly<Record<string, string>>, only?: readonly string[]) {
  folders = await writeSubgraphFolders(files);
  const { dir, place } = folders;
  const loaded = await loadSubgraphs({ dir, env: { SECRET: 'hunter2' }, ...(only && { only }) });
  await Promise.all(loaded.subgraphs.map((subgraph) => subgraph.close()));
  return {
    kinds: Object.fromEntries(loaded.subgraphs.map(({ name, kind }) => [name, kind])),
    problems: Object.fromEntries(
      loaded.problems.map(({ name, message }) => [name, message.replaceAll(place, '').replaceAll(dir, '')]),
    ),
  };
}

test('the kind of a folder is told by its files, and other things are no folders', async () => {
  const found = await load({
    ...rest('orders'),
    ...code,
    'yml/openapi.yml': smallDocument,
    'yml/subgraph.yaml': smallConfig,
    'json/openapi.json': '{"openapi":"3.0.0","info":{"title":"","version":""},"paths":{}}',
    'json/subgraph.yaml': smallConfig,
    'README.md': 'one folder each',
    '.git/config': '',
  });
  expect(found).toEqual({
    kinds: { json: 'rest', orders: 'rest', points: 'code', yml: 'rest' },
    problems: {},
  });
});

test('a folder that is broken is told, and the others load in the order of their names', async () => {
  const found = await load({ ...rest('b'), ...rest('a'), ...rest('c', 'endpoint: 5'), ...rest('d', 'x: [') });
  expect(Object.keys(found.kinds)).toEqual(['a', 'b']);
  expect(found.problems).toEqual({
    c: '/c/subgraph.yaml:1: endpoint: must be string',
    d: expect.stringMatching(/^\/d\/subgraph.yaml:1: not valid YAML: /),
  });
});

test('everything that is wrong with a folder is told at once', async () => {
  const config = `endpoint: http://127.0.0.1:1
operations: { exclude: [nothing], rename: { nobody: no, noone: none } }
entities:
  Order: { key: number, resolve: { operation: getOrder } }
  Parcel: { key: id, resolve: { operation: getOrder } }
links:
  Order.a: { operation: getNothing, arguments: { id: id } }
  Order.b: { entity: Customer, key: { id: buyer } }
webhooks: { a: { verify: { scheme: none } }, b: { verify: { scheme: none } } }`;
  const { problems } = await load(rest('orders', config));
  expect(problems['orders']?.replaceAll('/orders/subgraph.yaml', '').split('\n').toSorted()).toEqual([
    ':2: operations.exclude: the document has no operation nothing',
    ':2: operations.rename.nobody: the document has no such operation',
    ':2: operations.rename.noone: the document has no such operation',
    ':4: entities.Order.key: Order has no field number',
    ':5: entities.Parcel: the document has no type Parcel',
    ':7: links.Order.a.operation: the document has no operation getNothing',
    ':8: links.Order.b: Order has no field buyer',
    ':9: webhooks.a: the document has no such event; it has: orderCreated',
    ':9: webhooks.b: the document has no such event; it has: orderCreated',
  ]);
});

test('what is wrong with both files of a folder is told at once', async () => {
  const { problems } = await load(rest('orders', 'endpoint: 5', '[]'));
  expect(problems['orders']?.split('\n')).toEqual([
    '/orders/subgraph.yaml:1: endpoint: must be string',
    '/orders/openapi.yaml: not an OpenAPI document: it has no "openapi" or "swagger" version',
  ]);
});

test('only those that are asked for are loaded', async () => {
  expect(await load({ ...rest('a'), ...rest('b', 'endpoint: 5') }, ['a'])).toEqual({
    kinds: { a: 'rest' },
    problems: {},
  });
});

test('a folder may be a link, and a link that leads nowhere is told', async () => {
  const { dir } = (folders = await writeSubgraphFolders(rest('a')));
  await mkdir(join(dir, 'empty'));
  await symlink(join(dir, 'a'), join(dir, 'b'));
  await symlink(join(dir, 'nowhere'), join(dir, 'c'));
  await writeFile(join(dir, 'file'), '');
  const { subgraphs, problems } = await loadSubgraphs({ dir, env: {} });
  await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
  expect(subgraphs.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(problems.map(({ name }) => name)).toEqual(['c', 'empty']);
});

test('a folder of subgraphs that is not there is an error', async () => {
  await expect(loadSubgraphs({ dir: '/nowhere/subgraphs', env: {} })).rejects.toThrow('ENOENT');
});

test.each(
  [...folderCases, ...operationCases, ...entityCases, ...linkCases].map(
    (row) => [row.id, row.sentence, row] as const,
  ),
)('%s: %s is told', async (_id, _sentence, { given, expected }) => {
  const { kinds, problems } = await load({ ...given });
  expect(kinds).toEqual({});
  expect(Object.values(problems)).toEqual([expected]);
});

test.each(codeCases.map((row) => [row.id, row.sentence, row] as const))(
  '%s: %s is told',
  async (_id, _sentence, { given, expected }) => {
    expect((await load(given)).problems).toEqual({ points: expected });
  },
);
