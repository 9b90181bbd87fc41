import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { createCodeSubgraph } from './code-subgraph.ts';
import { OpenApiDocumentError, parseOpenApiDocument } from './openapi-document.ts';
import { createRestSubgraph, type RestSubgraphOptions } from './rest-subgraph.ts';
import { parseSubgraphConfig, SubgraphConfigError, type Environment } from './subgraph-config.ts';
import type { Subgraph } from './subgraph.ts';

export interface LoadSubgraphsOptions {
  /** Folder with one folder per subgraph. */
  dir: string;
  /** Values for `${NAME}` in the files. */
  env: Environment;
  /** Only these; all when absent. */
  only?: readonly string[];
}

/** A folder that is left out, and why. */
export interface SubgraphProblem {
  name: string;
  message: string;
}

export interface LoadedSubgraphs {
  subgraphs: readonly Subgraph[];
  problems: readonly SubgraphProblem[];
}

/** File names under which a REST folder may hold its document, in this order. */
export const documentNames = ['openapi.yaml', 'openapi.yml', 'openapi.json'];

/**
 * Compiles every folder of `dir`, in the order of their names. A folder that can't be compiled is reported with its
 * reason and left out; the others load.
 * @throws Error when `dir` can't be read
 */
export async function loadSubgraphs({ dir, env, only }: LoadSubgraphsOptions): Promise<LoadedSubgraphs> {
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .filter((name) => !only || only.includes(name))
    .toSorted();
  const subgraphs: Subgraph[] = [];
  const problems: SubgraphProblem[] = [];
  for (const name of names) {
    try {
      subgraphs.push(await loadSubgraph(name, resolve(dir, name), env));
    } catch (error) {
      problems.push({ name, message: (error as Error).message });
    }
  }
  return { subgraphs, problems };
}

/**
 * @param place path of the folder, for messages
 * @throws SubgraphConfigError for a name that no subgraph can have
 */
export function refuseName(name: string, place: string): void {
  if (/^[a-z][a-z0-9-]*$/.test(name) && name !== 'events') return;
  const rule = 'a subgraph is named with lower-case letters, digits and "-", and not "events"';
  throw new SubgraphConfigError(`${place}: ${rule}`);
}

async function loadSubgraph(name: string, folder: string, env: Environment): Promise<Subgraph> {
  const place = relative('.', folder) || folder;
  refuseName(name, place);
  const documentName = documentNames.find((candidate) => existsSync(join(folder, candidate)));
  if (documentName) {
    const { config, document } = await readRestFolder(folder, documentName, place, env);
    return compileDocument({ name, file: join(place, documentName), document, config });
  }
  if (existsSync(join(folder, 'schema.graphql'))) return createCodeSubgraph(name, folder);
  throw new SubgraphConfigError(
    `${place}: has neither an OpenAPI document (${documentNames.join(', ')}) nor a schema.graphql`,
  );
}

/** @throws SubgraphConfigError, or OpenApiDocumentError when the document can't be expressed */
export async function compileDocument(options: RestSubgraphOptions): Promise<Subgraph> {
  try {
    return await createRestSubgraph(options);
  } catch (error) {
    if (error instanceof SubgraphConfigError) throw error;
    const reason = (error as Error).message;
    throw new OpenApiDocumentError(`${options.file}: can not be expressed in GraphQL: ${reason}`);
  }
}

/** @throws SubgraphConfigError with what is wrong with both files */
async function readRestFolder(folder: string, documentName: string, place: string, env: Environment) {
  const [config, document] = await Promise.allSettled([
    read(folder, 'subgraph.yaml', place).then((text) =>
      parseSubgraphConfig(text, join(place, 'subgraph.yaml'), env),
    ),
    read(folder, documentName, place).then((text) => parseOpenApiDocument(text, join(place, documentName))),
  ]);
  if (config.status === 'fulfilled' && document.status === 'fulfilled') {
    return { config: config.value, document: document.value };
  }
  const reasons = [config, document].flatMap((one) =>
    one.status === 'rejected' ? [(one.reason as Error).message] : [],
  );
  throw new SubgraphConfigError(reasons.join('\n'));
}

async function read(folder: string, name: string, place: string): Promise<string> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : (error as Error).message;
    throw new SubgraphConfigError(`${join(place, name)}: ${reason}`);
  }
}
