import type { DocumentNode } from 'graphql';
import { eventField } from './naming/naming-style.ts';
import type { CompiledDocument } from './wrap/compile-document.ts';
import { dialectOf, type OpenApiDocument } from './document/openapi-document.ts';
import { rootField } from './schema-document.ts';
import { createProblemList } from './config/problem-list.ts';
import type { SubgraphConfig } from './config/subgraph-config.ts';
import type { WebhookConfig } from './config/webhook-config.ts';
import type { SubgraphEvent } from './subgraph.ts';

export interface SubgraphEventsOptions {
  /** As the service has it: payloads are validated against its schemas. */
  document: OpenApiDocument;
  config: SubgraphConfig;
  normalised: CompiledDocument['normalised'];
  /** The named document, with the root fields whose types are the payloads'. */
  complete: DocumentNode;
  /** Safe operationId to root field. */
  rootFields: ReadonlyMap<string, string>;
}

/**
 * The events of a document that subgraph.yaml lists, in its order.
 * @throws SubgraphConfigError with every event that the document does not have, or that would be one subscription field with another
 */
export function subgraphEvents(options: SubgraphEventsOptions): SubgraphEvent[] {
  const problems = createProblemList();
  const owners = new Map<string, string>();
  const events = Object.entries(options.config.webhooks).flatMap(
    ([name, webhook]) => problems.attempt(() => subgraphEvent(options, owners, name, webhook)) ?? [],
  );
  problems.throwAny();
  return events;
}

/** @param owners subscription field to the event that has it, those before this one */
function subgraphEvent(
  { config, document, normalised, complete, rootFields }: SubgraphEventsOptions,
  owners: Map<string, string>,
  name: string,
  webhook: WebhookConfig,
): SubgraphEvent {
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
    schema: lifted.schema && { ...lifted.schema, components: document.components ?? {} },
    dialect: dialectOf(document),
    successStatus: lifted.successStatus,
    callback: lifted.callback,
  };
}
