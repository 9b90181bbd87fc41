import type { DocumentNode } from 'graphql';
import { eventField } from './naming-style.ts';
import type { NormalisedDocument } from './normalise/normalise.ts';
import { dialectOf, type OpenApiDocument } from './openapi-document.ts';
import { rootField } from './schema-document.ts';
import type { SubgraphConfig } from './subgraph-config.ts';
import type { SubgraphEvent } from './subgraph.ts';

export interface SubgraphEventsOptions {
  /** As the service has it: payloads are validated against its schemas. */
  document: OpenApiDocument;
  config: SubgraphConfig;
  normalised: NormalisedDocument;
  /** The named document, with the root fields whose types are the payloads'. */
  complete: DocumentNode;
  /** Safe operationId to root field. */
  rootFields: ReadonlyMap<string, string>;
}

/**
 * The events of a document that subgraph.yaml lists, in its order.
 * @throws SubgraphConfigError when the document has no such event, or two would be one subscription field
 */
export function subgraphEvents(options: SubgraphEventsOptions): SubgraphEvent[] {
  const { config, normalised, complete, rootFields } = options;
  const owners = new Map<string, string>();
  return Object.entries(config.webhooks).map(([name, webhook]) => {
    const place = ['webhooks', name];
    const lifted = normalised.events.find((event) => event.name === name);
    if (!lifted) {
      const known = normalised.events.map((event) => event.name).join(', ') || 'none';
      throw config.problem(place, `the document has no such event; it has: ${known}`);
    }
    const field = eventField(name, config);
    const owner = owners.get(field);
    if (owner !== undefined) {
      throw config.problem(place, `${owner} and ${name} would both be the subscription field ${field}`);
    }
    owners.set(field, name);
    const payload = lifted.operationId && rootField(complete, rootFields.get(lifted.operationId) ?? '');
    return {
      name,
      field,
      description: lifted.description,
      webhook,
      payloadType: payload ? payload.type : undefined,
      schema: lifted.schema && { ...lifted.schema, components: options.document.components ?? {} },
      dialect: dialectOf(options.document),
      successStatus: lifted.successStatus,
      callback: lifted.callback,
    };
  });
}
