import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, print } from 'graphql';
import { compiledCache } from '../../../mesh/wrap/compiled-cache.ts';
import { documentFiles } from '../../../mesh/document/document-files.ts';
import { loadSubgraphs } from '../../../mesh/load-subgraphs.ts';
import {
  smallConfig,
  smallDocument,
  writeSubgraphFolders,
  type SubgraphFolders,
} from '../subgraph-folders.ts';

let folders: SubgraphFolders;
let compiledDir: string;
beforeEach(async () => {
  folders = await writeSubgraphFolders({
    'orders/openapi.yaml': smallDocument.replaceAll('#/components/schemas/Address', 'address.yaml'),
    'orders/address.yaml': '{ type: object, properties: { city: { type: string } } }',
    'orders/subgraph.yaml': `${smallConfig}headers: { set: { x-api-key: '\${SECRET}' } }\n`,
  });
  compiledDir = join(await mkdtemp(join(tmpdir(), 'sluice-compiled-')), 'below');
});
afterEach(async () => {
  await folders.remove();
  await rm(join(compiledDir, '..'), { recursive: true, force: true });
});

/** Loads the folder and returns its SDL. */
async function load(): Promise<string> {
  const { subgraphs, problems } = await loadSubgraphs({
    dir: folders.dir,
    env: { SECRET: 'hunter2' },
    compiledDir,
  });
  expect(problems).toEqual([]);
  const sdl = subgraphs.map(({ typeDefs }) => print(typeDefs)).join('\n');
  await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
  return sdl;
}

/** Puts a field into what is kept, as if it had been compiled: it shows whether what is kept is used. */
async function mark(): Promise<void> {
  const folder = join(folders.dir, 'orders');
  const options = { folder, documentName: 'openapi.yaml', allowed: { files: [], urls: [] } };
  const files = documentFiles(options);
  const cache = compiledCache({
    dir: compiledDir,
    folder,
    settings: ['orders', options.documentName, options.allowed],
  });
  const kept = await cache.read(files);
  if (!kept) throw new Error('nothing is kept');
  const sdl = print(kept.wrapped).replace(/(type address) \{/, '$1 {\n  marked: String');
  await cache.write(files, { ...kept, wrapped: parse(sdl) });
}

const entry = async () => join(compiledDir, (await readdir(compiledDir))[0] ?? '');

test('what has not changed is not compiled again', async () => {
  const first = await load();
  expect(await load()).toBe(first);
  await mark();
  const marked = await load();
  expect(marked).toContain('marked: String');
  expect(await readdir(compiledDir)).toHaveLength(1);
});

/** Ways in which what is kept no longer holds. */
const changes: readonly (readonly [string, string, () => Promise<unknown>])[] = [
  ['C1', 'a byte more in the document', () => appendFile(join(folders.dir, 'orders/openapi.yaml'), ' ')],
  [
    'C2',
    'a byte more in a file that it refers to',
    () => appendFile(join(folders.dir, 'orders/address.yaml'), ' '),
  ],
  [
    'C4',
    'an entry that is cut off',
    async () => writeFile(await entry(), (await readFile(await entry())).subarray(0, -9)),
  ],
  [
    'C5',
    'an entry with another letter',
    async () => {
      const text = await readFile(await entry(), 'utf8');
      await writeFile(await entry(), text.replace('marked', 'markee'));
    },
  ],
  ['C6', 'an entry that is something else', async () => writeFile(await entry(), 'null\nnull')],
  ['C7', 'an empty entry', async () => writeFile(await entry(), '')],
];

test.each(changes)('%s: %s is compiled again, and kept', async (_id, _sentence, change) => {
  const first = await load();
  await mark();
  await change();
  expect(await load()).toBe(first);
  expect(await readdir(compiledDir)).toHaveLength(1);
  await mark();
  expect(await load()).toContain('marked: String');
});

test('a file that was not there and is now is read', async () => {
  await rm(join(folders.dir, 'orders/address.yaml'));
  expect(await load()).toContain('address: JSON');
  await writeFile(join(folders.dir, 'orders/address.yaml'), '{ type: object, properties: { street: {} } }');
  expect(await load()).toContain('street: JSON');
});

test('other references that are allowed are followed', async () => {
  const first = await load();
  await mark();
  const more = 'references: { files: [../common] }\n';
  await appendFile(join(folders.dir, 'orders/subgraph.yaml'), more);
  expect(await load()).toBe(first);
});

test('what does not depend on the document is read anew', async () => {
  await load();
  await mark();
  await appendFile(join(folders.dir, 'orders/subgraph.yaml'), 'operations: { rename: { getOrder: one } }\n');
  const sdl = await load();
  expect(sdl).toContain('marked: String');
  expect(sdl).toContain('one(id: String!): Order');
});

test('a folder that can not be written or read is no failure', async () => {
  await writeFile(compiledDir, 'a file where the folder should be');
  expect(await load()).toContain('orders(');
});

test('no secret of subgraph.yaml is kept', async () => {
  await load();
  expect(await readFile(await entry(), 'utf8')).not.toContain('hunter2');
});
