import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSubgraphs } from '../mesh/load-subgraphs.ts';
import type { Subgraph } from '../mesh/subgraph.ts';
import { startCollections, type CollectionsService } from './collections.ts';
import type { Collections } from './services/collections.ts';

/** A made-up subgraph: one collection with `list…`, `get…` and an entity that is found by many ids at once. */
export interface SyntheticSubgraph {
  /** Name of the collection; the subgraph is called so too. */
  name: string;
  /** Name of the type of its rows. */
  type: string;
  /** Property to the schema of its values. */
  properties: Readonly<Record<string, object>>;
  /** Entities of other subgraphs that rows refer to. */
  links?: Readonly<Record<string, { entity: string; key: Readonly<Record<string, string>> }>>;
}

/** Made-up subgraphs as the gateway loads them, over one service that answers for all of theirs. */
export interface SyntheticService extends CollectionsService {
  subgraphs: readonly Subgraph[];
}

export async function startSynthetic(
  described: readonly SyntheticSubgraph[],
  collections: Collections,
): Promise<SyntheticService> {
  const service = await startCollections(collections);
  const dir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  try {
    for (const subgraph of described) await writeFolder(dir, subgraph);
    const { subgraphs, problems } = await loadSubgraphs({ dir, env: { SYNTHETIC_URL: service.url } });
    const [problem] = problems;
    if (problem) throw new Error(problem.message);
    return {
      ...service,
      subgraphs,
      close: async () => {
        for (const subgraph of subgraphs) await subgraph.close();
        await service.close();
      },
    };
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** JSON is YAML too. */
async function writeFolder(dir: string, subgraph: SyntheticSubgraph): Promise<void> {
  const { name, type, links = {} } = subgraph;
  const folder = join(dir, name);
  await mkdir(folder);
  await writeFile(join(folder, 'openapi.json'), JSON.stringify(documentOf(subgraph)));
  const config = {
    endpoint: '${SYNTHETIC_URL}',
    entities: { [type]: { key: 'id', resolve: { operation: `list${type}s`, argument: 'ids' } } },
    links: Object.fromEntries(Object.entries(links).map(([field, link]) => [`${type}.${field}`, link])),
  };
  await writeFile(join(folder, 'subgraph.yaml'), JSON.stringify(config));
}

function documentOf({ name, type, properties }: SyntheticSubgraph) {
  const row = { $ref: `#/components/schemas/${type}` };
  return {
    openapi: '3.1.0',
    info: { title: name, version: '1.0.0' },
    paths: {
      [`/${name}`]: {
        get: {
          operationId: `list${type}s`,
          parameters: [
            query('ids', { type: 'array', items: { type: 'string' } }),
            query('limit', { type: 'integer' }),
          ],
          responses: answer({ type: 'array', items: row }),
        },
      },
      [`/${name}/{id}`]: {
        get: {
          operationId: `get${type}`,
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          responses: answer(row),
        },
      },
    },
    components: { schemas: { [type]: { type: 'object', required: Object.keys(properties), properties } } },
  };
}

function answer(schema: object) {
  return { '200': { description: 'Found', content: { 'application/json': { schema } } } };
}

function query(name: string, schema: object) {
  return { name, in: 'query', explode: false, schema };
}
