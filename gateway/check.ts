import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { composeSupergraph, CompositionError, type Composition } from '../mesh/federation/compose.ts';
import { eventsProblem } from '../mesh/federation/events-subgraph.ts';
import { clientSchema, schemaChanges, type SchemaChange } from '../mesh/check/schema-changes.ts';
import { checkStoredOperations } from '../mesh/check/stored-operations.ts';
import type { Environment } from '../mesh/config/subgraph-config.ts';
import type { Subgraph } from '../mesh/subgraph.ts';
import { unbatchedEntities } from '../mesh/check/unbatched-entities.ts';
import type { GatewayConfig } from './config.ts';
import { openSubgraphs } from './subgraphs.ts';

export interface CheckOptions {
  config: Pick<GatewayConfig, 'subgraphsDir' | 'compiledDir' | 'host' | 'publicUrl'>;
  /** Values for `${NAME}` in subgraph.yaml. */
  env: Environment;
  /** Only these folders, each alone; all of them together when empty. */
  names?: readonly string[];
  /** Glob of files with operations of clients. */
  operations?: string | undefined;
  /** Whether a breaking change is no reason to fail. @default false */
  allowBreaking?: boolean;
  /** Told what is going on, for people who wait. */
  progress?: (step: string) => void;
}

/** What `sluice check --json` prints. Fields are only ever added. */
export interface CheckReport {
  /** Whether the folders can be served, and nothing breaks that was not allowed to. */
  ok: boolean;
  subgraphs: { name: string; kind: string; events: number }[];
  /** What keeps a folder from being served; `subgraph` is null when it is about all of them. */
  problems: { subgraph: string | null; message: string }[];
  /** What was lost in translation, and what costs more than it has to. */
  warnings: { subgraph: string; message: string }[];
  /** What composition and this command want people to know. */
  hints: string[];
  /** Subscriptions of the supergraph; empty when only some folders were looked at. */
  subscriptions: string[];
  /** Against the committed supergraph. */
  changes: SchemaChange[];
}

/** File beside the folder of subgraphs that `sluice compose --write` writes, for changes to be compared with. */
export function supergraphFile({ subgraphsDir }: Pick<GatewayConfig, 'subgraphsDir'>): string {
  const file = join(dirname(resolve(subgraphsDir)), 'supergraph.graphql');
  return relative('.', file) || file;
}

/**
 * Compiles the folders, composes them as the gateway would, and compares the result with the committed supergraph.
 * Whatever is wrong is in the report.
 * @throws ConfigError when the folder that holds them can't be read
 */
export async function checkSubgraphs(options: CheckOptions): Promise<CheckReport> {
  const { config, env, names = [], progress = () => undefined } = options;
  progress('Compiling the folders');
  const opened = await openSubgraphs({ config, env, ...(names.length > 0 && { only: names }) });
  const { subgraphs } = opened;
  await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
  const problems = opened.problems.map(({ name, message }) => ({ subgraph: name, message }));
  const report: CheckReport = {
    ok: false,
    subgraphs: subgraphs.map(({ name, kind, rest }) => ({ name, kind, events: rest?.events.length ?? 0 })),
    problems,
    warnings: subgraphs.flatMap((subgraph) =>
      [...subgraph.warnings, ...unbatchedEntities(subgraph)].map((message) => ({
        subgraph: subgraph.name,
        message,
      })),
    ),
    hints: subgraphs.flatMap(unlistedEvents),
    subscriptions: [],
    changes: [],
  };
  if (names.length > 0) checkAlone(names, subgraphs, config, report);
  else await checkTogether(subgraphs, options, report, progress);
  const breaks = report.changes.some(({ level }) => level === 'breaking');
  report.ok = problems.length === 0 && (!breaks || options.allowBreaking === true);
  return report;
}

/** Events that nobody subscribes to because subgraph.yaml does not say how they are verified. */
function unlistedEvents({ name, rest }: Subgraph): string[] {
  const listed = new Set(rest?.events.map((event) => event.name));
  const names = (rest?.describedEvents ?? []).flatMap((event) =>
    listed.has(event.name) ? [] : [event.name],
  );
  return names.length === 0
    ? []
    : [`${name}: the document has events that webhooks does not list: ${names.join(', ')}`];
}

function checkAlone(
  names: readonly string[],
  subgraphs: readonly Subgraph[],
  { subgraphsDir }: CheckOptions['config'],
  { problems }: CheckReport,
): void {
  for (const subgraph of subgraphs) {
    const message = eventsProblem(subgraph);
    if (message !== undefined) problems.push({ subgraph: subgraph.name, message });
  }
  const found = new Set([...subgraphs.map(({ name }) => name), ...problems.map(({ subgraph }) => subgraph)]);
  for (const name of names) {
    if (found.has(name)) continue;
    problems.push({ subgraph: name, message: `there is no such folder in ${subgraphsDir}` });
  }
}

async function checkTogether(
  subgraphs: readonly Subgraph[],
  { config, operations }: CheckOptions,
  report: CheckReport,
  progress: (step: string) => void,
): Promise<void> {
  progress('Composing');
  const composed = compose(subgraphs, report);
  if (!composed) return;
  report.problems.push(...composed.problems.map(({ name, message }) => ({ subgraph: name, message })));
  report.hints.push(...composed.hints);
  report.subscriptions.push(...composed.eventFields.map(({ name }) => name));
  // What is left out would look like a removal.
  if (report.problems.length > 0) return;
  const schema = clientSchema(composed.sdl);
  const file = supergraphFile(config);
  if (existsSync(file)) {
    progress(`Comparing with ${file}`);
    report.changes.push(...(await schemaChanges(clientSchema(await readFile(file, 'utf8')), schema)));
  } else {
    report.hints.push(`There is no ${file} to compare with: sluice compose --write writes it`);
  }
  if (operations === undefined) return;
  const stored = await checkStoredOperations(schema, operations);
  if (stored.files === 0) report.hints.push(`No file matches ${operations}`);
  report.problems.push(
    ...stored.problems.map((problem) => ({ subgraph: null, message: `${problem.file}: ${problem.message}` })),
  );
}

function compose(subgraphs: readonly Subgraph[], report: CheckReport): Composition | undefined {
  try {
    return composeSupergraph(subgraphs);
  } catch (error) {
    if (!(error instanceof CompositionError)) throw error;
    const known = new Set(report.problems.map(({ message }) => message));
    for (const message of error.reasons)
      if (!known.has(message)) report.problems.push({ subgraph: null, message });
    return undefined;
  }
}

/** Writes the supergraph for later checks to compare with, whole or not at all. @returns the path of the file */
export async function writeSupergraph(
  config: Pick<GatewayConfig, 'subgraphsDir'>,
  sdl: string,
): Promise<string> {
  const file = supergraphFile(config);
  const draft = `${file}.${process.pid}.draft`;
  await writeFile(draft, `${sdl}\n`);
  await rename(draft, file);
  return file;
}
