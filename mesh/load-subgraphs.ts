import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { createCodeSubgraph } from './code-subgraph.ts';
import { compileDocument, type CompiledDocument } from './compile-document.ts';
import { compiledCache } from './compiled-cache.ts';
import { documentFiles } from './document/document-files.ts';
import { readDocument } from './document/read-document.ts';
import { OpenApiDocumentError } from './openapi-document.ts';
import { createRestSubgraph } from './rest-subgraph.ts';
import {
  parseSubgraphConfig,
  SubgraphConfigError,
  type Environment,
  type SubgraphConfig,
} from './subgraph-config.ts';
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

async function loadSubgraph(name: string, folder: string, options: LoadSubgraphsOptions): Promise<Subgraph> {
  const place = relative('.', folder) || folder;
  if (!/^[a-z][a-z0-9-]*$/.test(name) || name === 'events') {
    const rule = 'a subgraph is named with lower-case letters, digits and "-", and not "events"';
    throw new SubgraphConfigError(`${place}: ${rule}`);
  }
  const documentName = documentNames.find((candidate) => existsSync(join(folder, candidate)));
  if (documentName) {
    const file = join(place, 'subgraph.yaml');
    const config = parseSubgraphConfig(await read(folder, 'subgraph.yaml', place), file, options.env);
    const compiled = await compile({ name, folder, place, documentName, config }, options.compiledDir);
    return createRestSubgraph({ name, compiled, config });
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
  config: SubgraphConfig;
}

/** From the cache, or from the files. */
async function compile(
  { name, folder, place, documentName, config }: RestFolder,
  compiledDir: string | undefined,
): Promise<CompiledDocument> {
  const allowed = config.references;
  const newFiles = () => documentFiles({ folder, documentName, allowed });
  const cache =
    compiledDir === undefined
      ? undefined
      : compiledCache({ dir: compiledDir, folder, settings: [name, documentName, allowed] });
  const kept = await cache?.read(newFiles());
  if (kept) return kept;
  const file = join(place, documentName);
  const address = join(folder, documentName);
  const files = newFiles();
  const text = await files.read(address).catch((error: Error) => {
    throw new OpenApiDocumentError(`${file}: ${error.message}`);
  });
  const { document, warnings } = await readDocument({ text, address, file, files });
  try {
    const compiled = await compileDocument(name, document, warnings);
    await cache?.write(files, compiled);
    return compiled;
  } catch (error) {
    const reason = (error as Error).message;
    throw new OpenApiDocumentError(`${file}: can not be expressed in GraphQL: ${reason}`);
  }
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
