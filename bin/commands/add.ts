import { readConfig } from '../../gateway/config.ts';
import { addSubgraph, type AddedSubgraph } from '../../mesh/add/add-subgraph.ts';
import { groupWarnings } from '../../mesh/warning-groups.ts';
import { UsageError, type CommandInput } from '../command.ts';
import { createTerminal, type Terminal } from '../terminal.ts';

/** Makes a subgraph folder from a document, and says what was found and what is left to do. */
export async function add({ positionals, values }: CommandInput): Promise<number> {
  const [name = '', source = ''] = positionals;
  const { endpoint } = values;
  if (
    typeof endpoint === 'string' &&
    !(/^https?:\/\/[^\s${}"'#?@]+$/.test(endpoint) && URL.canParse(endpoint))
  ) {
    throw new UsageError('--endpoint must be an http:// or https:// URL without a query');
  }
  const terminal = createTerminal();
  const dryRun = values['dry-run'] === true;
  const { subgraphsDir: dir } = readConfig();
  try {
    const added = await addSubgraph({
      name,
      source,
      dir,
      dryRun,
      progress: terminal.progress,
      ...(typeof endpoint === 'string' && { endpoint }),
    });
    terminal.done();
    if (dryRun) process.stdout.write(added.config);
    else printAdded(name, added, terminal);
    return 0;
  } finally {
    terminal.done();
  }
}

function printAdded(
  name: string,
  { folder, documentName, operations, written, variables, collisions, warnings }: AddedSubgraph,
  { print, styled }: Terminal,
): void {
  const { entities, webhooks, prefix, endpoint } = written;
  print(
    `${styled('bold', `${folder}/${documentName}`)}: ${operations} operations, ${webhooks.length} events`,
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
