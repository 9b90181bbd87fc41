import { readConfig } from '../../gateway/config.ts';
import { addSubgraph, type AddedSubgraph } from '../../mesh/add/add-subgraph.ts';
import { callableUrl } from '../../mesh/add/document-facts.ts';
import { groupWarnings } from '../../mesh/check/warning-groups.ts';
import { UsageError, type CommandInput } from '../command.ts';
import { counted, createTerminal, type Terminal } from '../terminal.ts';

/** Makes a subgraph folder from a document, and says what was found and what is left to do. */
export async function add({ positionals, values }: CommandInput): Promise<number> {
  const [name = '', source = ''] = positionals;
  const endpoint = endpointOf(values['endpoint']);
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

/** @throws UsageError */
function endpointOf(text: string | boolean | undefined): string | undefined {
  if (typeof text !== 'string') return undefined;
  const endpoint = callableUrl(text);
  if (endpoint === undefined)
    throw new UsageError('--endpoint must be an http:// or https:// URL without a query');
  return endpoint;
}

function printAdded(
  name: string,
  { folder, documentName, operations, written, variables, collisions, warnings }: AddedSubgraph,
  { print, styled }: Terminal,
): void {
  const { entities, webhooks, prefix, endpoint } = written;
  print(
    `${styled('bold', `${folder}/${documentName}`)}: ${counted(operations, 'operation')}, ${counted(webhooks.length, 'event')}`,
  );
  print(`${styled('bold', `${folder}/subgraph.yaml`)}:`);
  print(`  endpoint: ${endpoint ?? 'not in the document'}`);
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
