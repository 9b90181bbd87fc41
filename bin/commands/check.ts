import { checkSubgraphs, supergraphFile, type CheckReport } from '../../gateway/check.ts';
import { readConfig, subgraphEnvironment } from '../../gateway/config.ts';
import { groupWarnings } from '../../mesh/check/warning-groups.ts';
import type { CommandInput } from '../command.ts';
import { counted, createTerminal, type Terminal } from '../terminal.ts';

/** Compiles the subgraph folders, composes them and reports. @returns 1 when anything is wrong */
export async function check({ positionals: names, values }: CommandInput): Promise<number> {
  const config = readConfig();
  const terminal = createTerminal();
  const { operations } = values;
  const report = await checkSubgraphs({
    config,
    env: subgraphEnvironment(),
    names,
    operations: typeof operations === 'string' ? operations : undefined,
    allowBreaking: values['allow-breaking'] === true,
    progress: terminal.progress,
  });
  terminal.done();
  if (values['json'] === true) terminal.print(JSON.stringify(report, null, 2));
  else {
    const [all, isComposed] = [values['verbose'] === true, names.length === 0];
    printReport(report, terminal, { all, isComposed, file: supergraphFile(config) });
  }
  return report.ok ? 0 : 1;
}

function printReport(
  { subgraphs, problems, warnings, hints, subscriptions, changes }: CheckReport,
  { print, styled }: Terminal,
  { all, isComposed, file }: { all: boolean; isComposed: boolean; file: string },
): void {
  for (const { name, kind, events } of subgraphs) {
    print(
      `${styled('bold', name)}: ${kind} subgraph${kind === 'rest' ? `, ${counted(events, 'event')}` : ''}`,
    );
    const own = warnings.filter(({ subgraph }) => subgraph === name).map(({ message }) => message);
    for (const line of all ? own : groupWarnings(own)) print(`  ${styled('yellow', 'warning')}: ${line}`);
  }
  for (const { subgraph, message } of problems) {
    for (const line of message.split('\n')) print(`${styled('red', subgraph ?? 'supergraph')}: ${line}`);
  }
  for (const hint of hints) print(`hint: ${hint}`);
  const told = changes.filter(({ level }) => all || level !== 'safe');
  for (const { level, message } of told) {
    print(`${styled(level === 'breaking' ? 'red' : 'yellow', level)}: ${message}`);
  }
  const safe = changes.length - told.length;
  if (safe > 0) print(`and ${counted(safe, 'safe change')} against ${file}`);
  if (changes.some(({ level }) => level === 'breaking')) {
    print(`Clients may use what is gone. If that is meant: sluice compose --write, and commit ${file}`);
  }
  if (isComposed && problems.length === 0) {
    const fields = subscriptions.length > 0 ? subscriptions.join(', ') : 'none';
    print(`The ${counted(subgraphs.length, 'subgraph')} compose; subscriptions: ${fields}`);
  }
}
