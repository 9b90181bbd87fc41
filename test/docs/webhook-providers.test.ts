/** What docs/webhooks.md says to write for each provider is a folder that is served. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { readConfig } from '../../gateway/config.ts';
import { openSubgraphs } from '../../gateway/subgraphs.ts';
import { makeSubgraphsFolder, type SubgraphsFolder } from '../utils/subgraphs-folder.ts';
import { textOf } from './repository.ts';

interface ProviderLines {
  webhooks: Readonly<Record<string, object>>;
}

const [, providers = ''] = textOf('docs/webhooks.md').split('\n## Providers\n');
const [introduction = '', ...sections] = providers.split('\n## ')[0]?.split('\n### ') ?? [];
const [document] = yamlBlocks(introduction);
const pages = sections.map((section) => {
  const [title = ''] = section.split('\n');
  const [lines] = yamlBlocks(section) as ProviderLines[];
  return { name: title.toLowerCase().replaceAll(' ', '-'), lines };
});

function yamlBlocks(text: string): unknown[] {
  return Array.from(text.matchAll(/```yaml\n(.*?)```/gs), ([, block = '']) => parse(block));
}

/** A document with the events that the lines name. */
function documentOf({ webhooks }: ProviderLines) {
  const names = Object.keys(webhooks);
  return {
    openapi: '3.1.0',
    info: { title: 'Provider', version: '1' },
    webhooks: Object.fromEntries(names.map((name) => [name, { post: {} }])),
  };
}

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
/** Every variable that the page names has a value. */
const env = new Proxy<Record<string, string>>({}, { get: () => secret });

let folder: SubgraphsFolder;

beforeAll(async () => {
  const files = pages.flatMap(({ name, lines }) =>
    lines
      ? [
          [`${name}/openapi.yaml`, stringify(name === 'github' ? document : documentOf(lines))],
          [`${name}/subgraph.yaml`, stringify({ endpoint: 'https://api.example.com', ...lines })],
        ]
      : [],
  );
  folder = await makeSubgraphsFolder({ files: Object.fromEntries(files) as Record<string, string> });
});
afterAll(() => folder.remove());

test('there is a section for each of the six', () => {
  const names = ['github', 'stripe', 'shopify', 'slack', 'twilio', 'standard-webhooks'];
  expect(pages.map(({ name }) => name)).toEqual(names);
});

test.each(pages)('what the page says for $name is served', async ({ name, lines }) => {
  const config = readConfig({
    SUBGRAPHS_DIR: folder.path,
    COMPILED_DIR: join(folder.path, '.compiled'),
    PUBLIC_URL: 'https://hooks.example.com',
  });
  const { subgraphs, problems } = await openSubgraphs({ config, env, only: [name] });
  const events = subgraphs.flatMap(({ rest }) => rest?.events ?? []).map((event) => event.name);
  await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
  expect([problems, events]).toEqual([[], Object.keys(lines?.webhooks ?? {})]);
});
