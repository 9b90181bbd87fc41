import { readConfig, subgraphEnvironment } from '../../gateway/config.ts';
import { writeSupergraph } from '../../gateway/check.ts';
import { openSubgraphs } from '../../gateway/subgraphs.ts';
import { composeSupergraph } from '../../mesh/federation/compose.ts';
import type { SubgraphProblem } from '../../mesh/load-subgraphs.ts';
import type { CommandInput } from '../command.ts';

/**
 * Prints the supergraph SDL of all folders, or writes it.
 * @returns 1 when a folder is left out; the reasons go to standard error, and nothing is written
 */
export async function compose({ values }: CommandInput): Promise<number> {
  const config = readConfig();
  const { subgraphs, problems } = await openSubgraphs({ config, env: subgraphEnvironment() });
  await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
  report(problems);
  if (problems.length > 0) return 1;
  const { sdl, problems: misfits } = composeSupergraph(subgraphs);
  report(misfits);
  if (misfits.length > 0) return 1;
  process.stdout.write(
    values['write'] === true ? `${await writeSupergraph(config, sdl)}: written\n` : `${sdl}\n`,
  );
  return 0;
}

function report(problems: readonly SubgraphProblem[]): void {
  for (const { name, message } of problems) {
    for (const line of message.split('\n')) process.stderr.write(`${name}: ${line}\n`);
  }
}
