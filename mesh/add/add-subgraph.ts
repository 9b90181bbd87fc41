import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventsProblem } from '../events-subgraph.ts';
import { compileDocument, loadSubgraphs, refuseName } from '../load-subgraphs.ts';
import { nameCollisions, prefixFor, type NameCollision } from '../name-collisions.ts';
import { forEachOperation, parseOpenApiDocument, type OpenApiDocument } from '../openapi-document.ts';
import { parseSubgraphConfig, SubgraphConfigError, type Environment } from '../subgraph-config.ts';
import type { Subgraph } from '../subgraph.ts';
import { documentCredentials, documentEndpoint } from './document-facts.ts';
import { readDocumentSource } from './document-source.ts';
import { guessEntities } from './guess-entities.ts';
import { guessWebhooks } from './guess-webhooks.ts';
import { subgraphYaml, type NewSubgraph } from './subgraph-yaml.ts';
import { documentEvents } from './document-events.ts';

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
 * Makes a subgraph folder from an OpenAPI document, which is copied byte for byte, and a subgraph.yaml with what can be
 * guessed. The folder appears whole or not at all, and nothing is overwritten. It has been compiled beside the folders
 * that are there, so it fits them once its variables are set.
 * @throws AddSubgraphError, DocumentSourceError, OpenApiDocumentError
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
  const { bytes, url } = await readDocumentSource({ source });
  const text = bytes.toString('utf8');
  const document = parseOpenApiDocument(text, source);
  const documentName = /^\s*\{/.test(text) ? 'openapi.json' : 'openapi.yaml';
  progress(`Compiling ${document.info?.title ?? name}`);
  const compile = (yaml: string) => compileFolder({ name, place, documentName, document, yaml });
  const base: NewSubgraph = {
    name,
    endpoint: options.endpoint ?? documentEndpoint(document, url),
    prefix: '',
    entities: [],
    webhooks: documentEvents(document, name),
    credentials: documentCredentials(document),
    schemaPath: relative(folder, fileURLToPath(new URL('../../docs/subgraph.schema.json', import.meta.url))),
  };
  const guessed = await guess(base, document, compile);
  progress('Comparing names with the other folders');
  const others = await loadOthers(dir);
  const { written, collisions, subgraph } = await settleNames(guessed, others, compile);
  const config = subgraphYaml(written);
  const added: AddedSubgraph = {
    folder: place,
    documentName,
    config,
    written,
    operations: countOperations(document),
    variables: variablesToSet(config),
    collisions,
    warnings: subgraph.warnings,
  };
  if (!dryRun) await writeFolder(folder, { [documentName]: bytes, 'subgraph.yaml': config });
  return added;
}

type Compile = (yaml: string) => Promise<Subgraph>;

/** Compiles the folder as it would be, with something in the place of variables that are not set. */
async function compileFolder(folder: {
  name: string;
  place: string;
  documentName: string;
  document: OpenApiDocument;
  yaml: string;
}): Promise<Subgraph> {
  const { name, place, documentName, document, yaml } = folder;
  const config = parseSubgraphConfig(yaml, join(place, 'subgraph.yaml'), anyEnvironment);
  const file = join(place, documentName);
  const subgraph = await compileDocument({ name, file, document, config });
  await subgraph.close();
  const problem = eventsProblem(subgraph);
  if (problem !== undefined) throw new SubgraphConfigError(problem);
  return subgraph;
}

/** Every variable is set to something that is a URL and a secret. */
const anyEnvironment: Environment = new Proxy<Record<string, string>>(
  {},
  { get: () => 'http://not.set.invalid' },
);

/** A subgraph.yaml, and what it compiles to. */
interface Draft {
  written: NewSubgraph;
  subgraph: Subgraph;
}

/** Adds entities and what payloads are about. A guess that does not compile is not made. */
async function guess(base: NewSubgraph, document: OpenApiDocument, compile: Compile): Promise<Draft> {
  const plain = { written: base, subgraph: await compile(subgraphYaml(base)) };
  const { rest } = plain.subgraph;
  if (!rest) return plain;
  const entities = guessEntities(document, rest);
  const guesses = [
    { entities, webhooks: guessWebhooks(document, rest, entities) },
    { entities, webhooks: guessWebhooks(document, rest, []) },
    { entities: [], webhooks: guessWebhooks(document, rest, []) },
  ];
  for (const found of guesses) {
    const written = { ...base, ...found };
    const subgraph = await compiled(subgraphYaml(written), compile);
    if (subgraph) return { written, subgraph };
  }
  return plain;
}

/** @returns undefined when it says what the document does not have */
async function compiled(yaml: string, compile: Compile): Promise<Subgraph | undefined> {
  try {
    return await compile(yaml);
  } catch (error) {
    if (error instanceof SubgraphConfigError) return undefined;
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
  return others.flatMap((other) => nameCollisions([other, subgraph]));
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

function countOperations(document: OpenApiDocument): number {
  let count = 0;
  forEachOperation(document, () => (count += 1));
  return count;
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
    for (const [name, content] of Object.entries(files)) await writeFile(join(draft, name), content);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw new AddSubgraphError(`${folder} can not be written: ${(error as Error).message}`);
  }
}
