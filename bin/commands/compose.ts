import { readConfig, subgraphEnvironment } from '../../gateway/config.ts';
import { openSubgraphs } from '../../gateway/subgraphs.ts';
import { composeSupergraph } from '../../mesh/compose.ts';
import type { SubgraphProblem } from '../../mesh/load-subgraphs.ts';

/** Prints the supergraph SDL of all folders. @returns 1 when a folder is left out; the reasons go to standard error */
export async function compose(): Promise<number> {
  const { subgraphs, problems } = await openSubgraphs({ config: readConfig(), env: subgraphEnvironment() });
  try {
    report(problems);
    if (problems.length > 0) return 1;
    const { sdl, problems: misfits } = composeSupergraph(subgraphs);
    report(misfits);
    if (misfits.length > 0) return 1;
    process.stdout.write(`${sdl}\n`);
    return 0;
  } finally {
    for (const subgraph of subgraphs) await subgraph.close();
  }
}

function report(problems: readonly SubgraphProblem[]): void {
  for (const { name, message } of problems) process.stderr.write(`${name}: ${message}\n`);
}
