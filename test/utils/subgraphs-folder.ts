import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkout } from './child-process.ts';

/** A folder of subgraph folders of the test's own. */
export interface SubgraphsFolder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

export interface SubgraphsFolderOptions {
  /** Folders of `subgraphs/` that it has too. @default none */
  readonly of?: readonly string[];
  /** Content by path: `museum/subgraph.yaml`. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
}

export async function makeSubgraphsFolder(options: SubgraphsFolderOptions): Promise<SubgraphsFolder> {
  const { of = [], files = {} } = options;
  const path = await mkdtemp(join(tmpdir(), 'sluice-subgraphs-'));
  for (const name of of) await symlink(join(checkout, 'subgraphs', name), join(path, name));
  for (const [file, content] of Object.entries(files)) {
    await mkdir(join(path, dirname(file)), { recursive: true });
    await writeFile(join(path, file), content);
  }
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
