import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseOpenApiDocument } from '../document/parse-document.ts';
import { loadSubgraphs, refuseName } from '../load-subgraphs.ts';
import {
  historyCollisions,
  nameCollisions,
  prefixFor,
  type NameCollision,
} from '../federation/name-collisions.ts';
import { countOperations, type OpenApiDocument } from '../document/openapi-document.ts';
import type { Subgraph } from '../subgraph.ts';
import { documentCredentials, documentEndpoint } from './document-facts.ts';
import { documentParts } from './document-parts.ts';
import {
  anyEnvironment,
  createDraftFolder,
  DraftProblem,
  type DraftFolder,
  writeFiles,
} from './draft-folder.ts';
import { readDocumentSource } from './document-source.ts';
import { guessEntities } from './guess-entities.ts';
import { guessWebhooks } from './guess-webhooks.ts';
import { subgraphYaml, type NewSubgraph } from './subgraph-yaml.ts';

export interface AddSubgraphOptions {
  name: string;
  /** Path of the document, or its http(s) URL. */
  source: string;
  /** Folder with one folder per subgraph; it is made when there is none. */
  dir: string;
  /** Base URL of the service. @default what the document names first */
  endpoint?: string;
  /** Whether to write nothing. @default false */
  dryRun?: boolean;
  /** Told what is going on, for people who wait. */
  progress?: (step: string) => void;
}

export interface AddedSubgraph {
  /** Path of the folder, for messages. */
  folder: string;
  /** `openapi.yaml` or `openapi.json`. */
  documentName: string;
  /** Text of subgraph.yaml. */
  config: string;
  written: NewSubgraph;
  operations: number;
  /** Environment variables that have to be set. */
  variables: readonly string[];
  /** Why there is a prefix, or an entity is left out. */
  collisions: readonly string[];
  warnings: readonly string[];
}

/** A subgraph can't be added. Nothing was written. */
export class AddSubgraphError extends Error {
  override readonly name = 'AddSubgraphError';
}

/**
 * Makes a subgraph folder from an OpenAPI document, which is copied byte for byte with the files below its own folder that
 * it refers to, and a subgraph.yaml with what can be guessed. The folder appears whole or not at all, and nothing is overwritten. It has been compiled beside the folders
 * that are there, so it fits them once its variables are set.
 * @throws AddSubgraphError, DocumentSourceError, OpenApiDocumentError, DraftProblem
 */
export async function addSubgraph(options: AddSubgraphOptions): Promise<AddedSubgraph> {
  const { name, source, dir, dryRun = false, progress = () => undefined } = options;
  const folder = resolve(dir, name);
  const place = relative('.', folder) || folder;
  refuseName(name, place);
  if (existsSync(folder)) {
    throw new AddSubgraphError(
      `${place} is there already, and nothing is overwritten: choose another name or remove it`,
    );
  }
  progress(`Reading ${source}`);
  const root = await readDocumentSource({ source });
  const text = root.bytes.toString('utf8');
  const document = parseOpenApiDocument(text, source);
  const documentName = /^\s*\{/.test(text) ? 'openapi.json' : 'openapi.yaml';
  const files = filesOf(await documentParts({ source, root }), documentName, root.bytes);
  progress(`Compiling ${document.info?.title ?? name}`);
  const draft = await createDraftFolder({ name, place, files });
  try {
    const base: NewSubgraph = {
      name,
      endpoint: options.endpoint ?? documentEndpoint(document, root.url),
      isCalled: options.endpoint !== undefined || countOperations(document) > 0,
      prefix: '',
      entities: [],
      webhooks: [],
      credentials: documentCredentials(document),
      schemaPath: relative(
        folder,
        fileURLToPath(new URL('../../docs/subgraph.schema.json', import.meta.url)),
      ),
    };
    const guessed = await guess(base, document, draft.compile);
    progress('Comparing names with the other folders');
    const settled = await settleNames(guessed, await loadOthers(dir), draft.compile);
    const config = subgraphYaml(settled.written);
    if (!dryRun) await writeFolder(folder, { ...files, 'subgraph.yaml': config });
    const { written, subgraph, collisions } = settled;
    return {
      folder: place,
      documentName,
      config,
      written,
      operations: countOperations(document),
      variables: variablesToSet(config),
      collisions,
      warnings: subgraph.warnings,
    };
  } finally {
    await draft.remove();
  }
}

type Compile = DraftFolder['compile'];

/** A subgraph.yaml, and what it compiles to. */
interface Draft {
  written: NewSubgraph;
  subgraph: Subgraph;
}

/** Adds entities and what payloads are about. A guess that does not compile is not made. */
async function guess(found: NewSubgraph, document: OpenApiDocument, compile: Compile): Promise<Draft> {
  const bare = await compile(subgraphYaml({ ...found, isCalled: true }));
  const webhooks = (bare.rest?.describedEvents ?? []).map((event) => ({ ...event, config: {} }));
  // A file must say something.
  const base = { ...found, isCalled: found.isCalled || webhooks.length === 0 };
  const written = { ...base, webhooks };
  const plain = { written, subgraph: await compile(subgraphYaml(written)) };
  const { rest } = plain.subgraph;
  if (!rest) return plain;
  const entities = guessEntities(document, rest);
  const guesses = [
    { entities, webhooks: guessWebhooks(document, rest, entities) },
    { entities, webhooks: guessWebhooks(document, rest, []) },
    { entities: [], webhooks: guessWebhooks(document, rest, []) },
  ];
  for (const found of guesses) {
    const better = { ...base, ...found };
    const subgraph = await compiled(subgraphYaml(better), compile);
    if (subgraph) return { written: better, subgraph };
  }
  return plain;
}

/** @returns undefined when it says what the document does not have, or what can't be composed */
async function compiled(yaml: string, compile: Compile): Promise<Subgraph | undefined> {
  try {
    return await compile(yaml);
  } catch (error) {
    if (error instanceof DraftProblem) return undefined;
    throw error;
  }
}

/** The folders that are there and compile; what is wrong with the others is for `sluice check` to say. */
async function loadOthers(dir: string): Promise<readonly Subgraph[]> {
  if (!existsSync(dir)) return [];
  const { subgraphs } = await loadSubgraphs({ dir, env: anyEnvironment });
  await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
  return subgraphs;
}

/** Gives a prefix when names collide, and leaves out entities whose names still do: a prefix is not put before them. */
async function settleNames(
  guessed: Draft,
  others: readonly Subgraph[],
  compile: Compile,
): Promise<Draft & { collisions: string[] }> {
  const collisions: string[] = [];
  const own = prefixFor(guessed.written.name);
  let { written, subgraph } = guessed;
  for (const prefix of [own, `${own}Api`]) {
    const found = collisionsWith(others, subgraph);
    if (found.length === 0) break;
    collisions.push(...found.map(({ shared }) => shared));
    written = withPrefix(written, prefix, found);
    subgraph = await compile(subgraphYaml(written));
  }
  const left = collisionsWith(others, subgraph);
  if (left.length === 0) return { written, subgraph, collisions };
  const reasons = left.map(({ message }) => message).join('\n');
  throw new AddSubgraphError(`${written.name} does not fit the other folders:\n${reasons}`);
}

function collisionsWith(others: readonly Subgraph[], subgraph: Subgraph): NameCollision[] {
  const withOthers = others.flatMap((other) => nameCollisions([other, subgraph]));
  const ofHistory = historyCollisions([...others, subgraph]);
  return [...withOthers, ...ofHistory.filter(({ subgraphs }) => subgraphs[0] === subgraph.name)];
}

function withPrefix(
  subgraph: NewSubgraph,
  prefix: string,
  collisions: readonly NameCollision[],
): NewSubgraph {
  const taken = new Set(collisions.flatMap(({ names }) => names));
  const entities = subgraph.entities.filter(({ type }) => !taken.has(type));
  const webhooks = subgraph.webhooks.map((webhook) => {
    const { entity, ...rest } = webhook.config;
    const type = typeof entity === 'string' ? entity : entity?.type;
    return type !== undefined && taken.has(type) ? { ...webhook, config: rest } : webhook;
  });
  return { ...subgraph, prefix, entities, webhooks };
}

/**
 * All files of the folder but subgraph.yaml.
 * @throws AddSubgraphError when the document brings a file whose name is needed for another
 */
function filesOf(
  parts: ReadonlyMap<string, Buffer>,
  documentName: string,
  document: Buffer,
): Readonly<Record<string, Buffer>> {
  const taken = parts.has('subgraph.yaml') ? 'subgraph.yaml' : documentName;
  const part = parts.get(taken);
  if (part && !(taken === documentName && part.equals(document))) {
    throw new AddSubgraphError(
      `The document refers to a file ${taken}, which is the name of another file here`,
    );
  }
  return { ...Object.fromEntries(parts), [documentName]: document };
}

/** Variables of a subgraph.yaml that have no default. */
function variablesToSet(config: string): string[] {
  const active = config.replaceAll(/^\s*#.*$/gm, '');
  return [...new Set(Array.from(active.matchAll(/\$\{([A-Z0-9_]+)\}/g), ([, name]) => name ?? ''))];
}

/** Writes the files into a folder beside and gives it its name when all are there. */
async function writeFolder(folder: string, files: Readonly<Record<string, Buffer | string>>): Promise<void> {
  const parent = resolve(folder, '..');
  await mkdir(parent, { recursive: true });
  // The loader does not look at names that begin with a dot.
  const draft = await mkdtemp(join(parent, '.adding-'));
  try {
    await writeFiles(draft, files);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw new AddSubgraphError(`${folder} can not be written: ${(error as Error).message}`);
  }
}
