import { readConfig } from '../../gateway/config.ts';
import { addSubgraph, type AddedSubgraph } from '../../mesh/add/add-subgraph.ts';
import { groupWarnings } from '../../mesh/check/warning-groups.ts';
import type { CommandInput } from '../command.ts';
import { counted, createTerminal, type Terminal } from '../terminal.ts';
import { urlOption } from '../url-option.ts';

/** Makes a subgraph folder from a document, and says what was found and what is left to do. */
export async function add(input: CommandInput): Promise<number> {
  const { positionals, values } = input;
  const [name = '', source = ''] = positionals;
  const endpoint = urlOption(input, 'endpoint');
  const terminal = createTerminal();
  const dryRun = values['dry-run'] === true;
  const { subgraphsDir: dir } = readConfig();
  const { progress, done } = terminal;
  const adding = addSubgraph({
    name,
    source,
    dir,
    dryRun,
    progress,
    ...(endpoint !== undefined && { endpoint }),
  });
  const added = await adding.finally(done);
  if (dryRun) process.stdout.write(added.config);
  else printAdded(name, added, terminal);
  return 0;
}

function printAdded(
  name: string,
  { folder, documentName, operations, written, variables, collisions, warnings }: AddedSubgraph,
  { print, styled }: Terminal,
): void {
  const { entities, webhooks, prefix, endpoint, isCalled } = written;
  print(
    `${styled('bold', `${folder}/${documentName}`)}: ${counted(operations, 'operation')}, ${counted(webhooks.length, 'event')}`,
  );
  print(`${styled('bold', `${folder}/subgraph.yaml`)}:`);
  print(
    `  endpoint: ${isCalled ? (endpoint ?? 'not in the document') : 'none, as the document has no operations'}`,
  );
  for (const { type, config, isBatched } of entities) {
    print(
      `  entity ${type} by ${config.key}: ${config.resolve.operation}${isBatched ? '' : ', one call for each key'}`,
    );
  }
  if (webhooks.length > 0) print(`  webhooks: ${webhooks.map((webhook) => webhook.name).join(', ')}`);
  if (prefix !== '') print(`  prefix ${prefix}: ${collisions.join('; ')}`);
  for (const line of groupWarnings(warnings)) print(`  ${styled('yellow', 'warning')}: ${line}`);
  if (variables.length > 0) print(`Set in the environment: ${variables.join(', ')}`);
  print(`Next: npx sluice check ${name}`);
}
