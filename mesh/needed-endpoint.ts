import type { DocumentNode } from 'graphql';
import { httpOperation } from './annotations.ts';
import type { SubgraphConfig } from './config/subgraph-config.ts';
import { objectType } from './schema-document.ts';

export interface NeededEndpointOptions {
  config: SubgraphConfig;
  /** The named document, with hidden root fields. */
  complete: DocumentNode;
  /** Root fields that are not served. */
  hidden: ReadonlySet<string>;
}

/**
 * A folder of which nothing but deliveries is wanted needs no endpoint.
 * @throws SubgraphConfigError when there is none and something calls the service
 */
export function requireEndpoint(options: NeededEndpointOptions): void {
  const { config } = options;
  if (config.endpoint !== undefined) return;
  const callers = callersOf(options);
  const [first] = callers;
  if (first === undefined) return;
  const more = callers.length > 1 ? ` and ${callers.length - 1} more of this folder` : '';
  throw config.problem(
    ['endpoint'],
    `is missing, and needed by ${first}${more}: where the service is called`,
  );
}

/** What calls the service: served fields first, then places in subgraph.yaml that name operations. */
function callersOf({ config, complete, hidden }: NeededEndpointOptions): string[] {
  const fields = ['Query', 'Mutation'].flatMap((root) =>
    (objectType(complete, root)?.fields ?? [])
      .filter((field) => httpOperation(field) && !hidden.has(field.name.value))
      .map((field) => `${root}.${field.name.value}`),
  );
  const entities = Object.keys(config.entities).map((type) => `entities.${type}`);
  const links = Object.entries(config.links).flatMap(([field, link]) =>
    'operation' in link ? [`links.${field}`] : [],
  );
  const registered = Object.entries(config.webhooks).flatMap(([event, { register }]) =>
    register ? [`webhooks.${event}.register`] : [],
  );
  return [...fields, ...entities, ...links, ...registered];
}
