import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { createCodeSubgraph } from './code-subgraph.ts';
import { compileDocument, type CompiledDocument } from './wrap/compile-document.ts';
import { compiledCache } from './wrap/compiled-cache.ts';
import { documentFiles, type AllowedReferences } from './document/document-files.ts';
import { readDocument } from './document/read-document.ts';
import { OpenApiDocumentError } from './document/openapi-document.ts';
import { createRestSubgraph } from './rest-subgraph.ts';
import type { ObserveRestCall } from './rest/call-outcome.ts';
import { parseSubgraphConfig, SubgraphConfigError } from './config/subgraph-config.ts';
import type { Environment } from './config/subgraph-config.ts';
import type { Subgraph } from './subgraph.ts';

export interface LoadSubgraphsOptions {
  /** Folder with one folder per subgraph. */
  dir: string;
  /** Values for `${NAME}` in the files. */
  env: Environment;
  /** Only these; all when absent. */
  only?: readonly string[];
  /** Folder that keeps what was compiled, so that a start does not compile what has not changed; nothing is kept when absent. */
  compiledDir?: string;
  /** Is told of every call to a service. */
  observeCall?: ObserveRestCall | undefined;
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
export const documentNames = ['openapi.yaml', 'openapi.yml', 'openapi.json', 'swagger.yaml', 'swagger.json'];

/**
 * Compiles every folder of `dir`, in the order of their names. A folder that can't be compiled is reported with its
 * reason and left out; the others load.
 * @throws Error when `dir` can't be read
 */
export async function loadSubgraphs(options: LoadSubgraphsOptions): Promise<LoadedSubgraphs> {
  const { dir, only } = options;
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
      subgraphs.push(await loadSubgraph(name, resolve(dir, name), options));
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

async function loadSubgraph(name: string, folder: string, options: LoadSubgraphsOptions): Promise<Subgraph> {
  const place = relative('.', folder) || folder;
  refuseName(name, place);
  const documentName = documentNames.find((candidate) => existsSync(join(folder, candidate)));
  if (documentName) {
    return loadRestFolder({ name, folder, place, documentName }, options);
  }
  if (existsSync(join(folder, 'schema.graphql'))) return createCodeSubgraph(name, folder);
  throw new SubgraphConfigError(
    `${place}: has neither an OpenAPI document (${documentNames.join(', ')}) nor a schema.graphql`,
  );
}

interface RestFolder {
  name: string;
  folder: string;
  /** The folder as messages name it. */
  place: string;
  documentName: string;
}

/** @throws SubgraphConfigError with what is wrong with both files, OpenApiDocumentError */
async function loadRestFolder(
  rest: RestFolder,
  { env, compiledDir, observeCall }: LoadSubgraphsOptions,
): Promise<Subgraph> {
  const { name, folder, place, documentName } = rest;
  const file = join(place, 'subgraph.yaml');
  const reading = read(folder, 'subgraph.yaml', place).then((text) => parseSubgraphConfig(text, file, env));
  const config = await reading.catch(async (error: Error) => {
    const reasons = [error.message];
    await readFiles(rest, { files: [], urls: [] }).catch((other: Error) => reasons.push(other.message));
    throw new SubgraphConfigError(reasons.join('\n'));
  });
  const compiled = await compile(rest, config.references, compiledDir);
  return createRestSubgraph({ name, file: join(place, documentName), compiled, config, observeCall });
}

/** From the cache, or from the files. */
async function compile(
  rest: RestFolder,
  allowed: AllowedReferences,
  compiledDir: string | undefined,
): Promise<CompiledDocument> {
  const { name, folder, place, documentName } = rest;
  const cache =
    compiledDir === undefined
      ? undefined
      : compiledCache({ dir: compiledDir, folder, settings: [name, documentName, allowed] });
  const kept = await cache?.read(documentFiles({ folder, documentName, allowed }));
  if (kept) return kept;
  const { files, document, warnings } = await readFiles(rest, allowed);
  const compiled = await compileDocument({ name, file: join(place, documentName), document, warnings });
  await cache?.write(files, compiled);
  return compiled;
}

async function readFiles({ folder, place, documentName }: RestFolder, allowed: AllowedReferences) {
  const files = documentFiles({ folder, documentName, allowed });
  const file = join(place, documentName);
  const address = join(folder, documentName);
  const text = await files.read(address).catch((error: Error) => {
    throw new OpenApiDocumentError(`${file}: ${error.message}`);
  });
  return { files, ...(await readDocument({ text, address, file, files })) };
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
