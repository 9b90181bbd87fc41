import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { SubgraphConfigError } from './config/subgraph-config.ts';
import type { Subgraph } from './subgraph.ts';

/**
 * Loads a code subgraph: `schema.graphql` with federation directives and `resolvers.ts`, whose default export is
 * a resolver map. Its resolvers get a SubgraphContext.
 * @param folder absolute path of the subgraph's folder
 * @throws SubgraphConfigError naming the file that can't be used
 */
export async function createCodeSubgraph(name: string, folder: string): Promise<Subgraph> {
  const schemaFile = join(folder, 'schema.graphql');
  const resolversFile = join(folder, 'resolvers.ts');
  const typeDefs = await readSchema(schemaFile);
  const resolvers = await importResolvers(resolversFile);
  try {
    return {
      name,
      kind: 'code',
      file: relative('.', schemaFile) || schemaFile,
      typeDefs,
      schema: buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]),
      warnings: [],
      close: async () => undefined,
    };
  } catch (error) {
    throw new SubgraphConfigError(`${schemaFile}: ${(error as Error).message}`);
  }
}

async function readSchema(file: string) {
  const text = await readFile(file, 'utf8');
  try {
    return parse(text, { noLocation: true });
  } catch (error) {
    throw new SubgraphConfigError(`${file}: ${(error as Error).message}`);
  }
}

async function importResolvers(file: string): Promise<object> {
  let module: { default?: unknown };
  try {
    module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (error) {
    throw new SubgraphConfigError(`${file}: ${(error as Error).message}`);
  }
  if (module.default === null || typeof module.default !== 'object') {
    throw new SubgraphConfigError(`${file}: the default export must be a resolver map`);
  }
  return module.default;
}
