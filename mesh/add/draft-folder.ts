import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { eventsProblem } from '../federation/events-subgraph.ts';
import { loadSubgraphs } from '../load-subgraphs.ts';
import type { Environment } from '../config/subgraph-config.ts';
import type { Subgraph } from '../subgraph.ts';

/** A subgraph folder on trial: nobody serves it, and what it says is compiled as the gateway would. */
export interface DraftFolder {
  /**
   * @param yaml text of its subgraph.yaml
   * @throws DraftProblem
   */
  compile: (yaml: string) => Promise<Subgraph>;
  remove(): Promise<void>;
}

/** The folder can't be a subgraph as it is. */
export class DraftProblem extends Error {
  override readonly name = 'DraftProblem';
}

/** Sets every variable to something that is a URL as well as a secret. */
export const anyEnvironment: Environment = new Proxy<Record<string, string>>(
  {},
  { get: () => 'http://not.set.invalid' },
);

/**
 * @param options.place path that messages name in the place of the draft's own
 * @param options.files content by path, without subgraph.yaml
 */
export async function createDraftFolder(options: {
  name: string;
  place: string;
  files: Readonly<Record<string, Buffer>>;
}): Promise<DraftFolder> {
  const { name, place, files } = options;
  const dir = await mkdtemp(join(tmpdir(), 'sluice-add-'));
  const folder = join(dir, name);
  await mkdir(folder);
  // Only subgraph.yaml changes from one try to the next.
  const compiledDir = join(dir, '.compiled');
  await writeFiles(folder, files);
  return {
    compile: async (yaml) => {
      await writeFile(join(folder, 'subgraph.yaml'), yaml);
      const { subgraphs, problems } = await loadSubgraphs({ dir, env: anyEnvironment, compiledDir });
      const [subgraph] = subgraphs;
      await subgraph?.close();
      const problem = problems[0]?.message ?? (subgraph && eventsProblem(subgraph));
      if (subgraph && problem === undefined) return inPlace(subgraph, folder, place);
      throw new DraftProblem((problem ?? '').replaceAll(relative('.', folder), place));
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** Writes files by their paths in a folder. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, Buffer | string>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

function inPlace(subgraph: Subgraph, folder: string, place: string): Subgraph {
  const { file, rest } = subgraph;
  const moved = (path: string) => path.replace(relative('.', folder), place);
  const config = rest && { ...rest.config, file: moved(rest.config.file) };
  return { ...subgraph, file: moved(file), ...(rest && config && { rest: { ...rest, config } }) };
}
