import { readConfig, subgraphEnvironment } from '../../gateway/config.ts';
import { openSubgraphs } from '../../gateway/subgraphs.ts';
import { composeSupergraph } from '../../mesh/compose.ts';

/** Compiles the subgraph folders and composes them; with names, compiles only those. @returns 1 when anything is wrong */
export async function check(names: readonly string[]): Promise<number> {
  const config = readConfig();
  const { subgraphs, problems } = await openSubgraphs({
    config,
    env: subgraphEnvironment(),
    ...(names.length > 0 && { only: names }),
  });
  const missing = names.filter((name) => ![...subgraphs, ...problems].some((found) => found.name === name));
  try {
    for (const { name, kind, rest, warnings } of subgraphs) {
      const events = rest ? `, ${rest.events.length} events` : '';
      print(`${name}: ${kind} subgraph${events}`);
      for (const warning of warnings) print(`  warning: ${warning}`);
    }
    for (const { name, message } of problems) print(`${name}: ${message}`);
    for (const name of missing) print(`${name}: there is no such folder in ${config.subgraphsDir}`);
    if (problems.length > 0 || missing.length > 0) return 1;
    if (names.length > 0) return 0;
    const { eventFields, hints, problems: misfits } = composeSupergraph(subgraphs);
    for (const { name, message } of misfits) print(`${name}: ${message}`);
    if (misfits.length > 0) return 1;
    for (const hint of hints) print(`hint: ${hint}`);
    print(
      `The ${subgraphs.length} subgraphs compose; subscriptions: ${eventFields.map(({ name }) => name).join(', ')}`,
    );
    return 0;
  } finally {
    for (const subgraph of subgraphs) await subgraph.close();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
