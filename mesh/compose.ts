import { composeServices } from '@apollo/composition';
import { Kind, print, visit, type ConstDirectiveNode, type DocumentNode, type GraphQLSchema } from 'graphql';
import { createEventsSubgraph, eventsSubgraphName, type EventField } from './events-subgraph.ts';
import type { Subgraph } from './subgraph.ts';

/** All subgraphs as one: what the gateway plans with and executes on. */
export interface ComposedSupergraph {
  /** Supergraph SDL (Apollo Federation 2). */
  sdl: string;
  /** Executable schema of every subgraph, the generated events subgraph included. */
  services: ReadonlyMap<string, GraphQLSchema>;
  eventFields: readonly EventField[];
  /** What composition wants people to know. */
  hints: readonly string[];
}

/** The subgraphs do not fit together. */
export class CompositionError extends Error {
  override readonly name = 'CompositionError';
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(`The subgraphs do not compose:\n${reasons.map((reason) => `  - ${reason}`).join('\n')}`);
    this.reasons = reasons;
  }
}

/**
 * Generates the events subgraph and composes it with the others.
 * @throws CompositionError with every reason that composition gives
 * @throws SubgraphConfigError for a webhook that can't be typed
 */
export function composeSupergraph(subgraphs: readonly Subgraph[]): ComposedSupergraph {
  const events = createEventsSubgraph(subgraphs);
  const services = new Map(subgraphs.map(({ name, schema }) => [name, schema]));
  const definitions = subgraphs.map(({ name, typeDefs }) => ({
    name,
    url: `sluice:${name}`,
    typeDefs: withShareable(typeDefs, events?.shared.get(name) ?? new Set()),
  }));
  if (events) {
    services.set(eventsSubgraphName, events.schema);
    definitions.push({
      name: eventsSubgraphName,
      url: `sluice:${eventsSubgraphName}`,
      typeDefs: events.typeDefs,
    });
  }
  const result = composeServices(definitions);
  if (result.errors) {
    throw new CompositionError([
      ...sharedTypeNames(subgraphs),
      ...result.errors.map((error) => error.message),
    ]);
  }
  return {
    sdl: result.supergraphSdl,
    services,
    eventFields: events?.fields ?? [],
    hints: result.hints.map((hint) => hint.message),
  };
}

/** Types that several subgraphs have without being one entity: the usual cause of errors that do not say so. */
function sharedTypeNames(subgraphs: readonly Subgraph[]): string[] {
  const owners = new Map<string, string[]>();
  for (const { name, typeDefs } of subgraphs) {
    for (const node of typeDefs.definitions) {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || rootTypes.has(node.name.value)) continue;
      if (node.directives?.some((directive) => directive.name.value === 'key')) continue;
      owners.set(node.name.value, [...(owners.get(node.name.value) ?? []), name]);
    }
  }
  return [...owners]
    .filter(([, names]) => names.length > 1)
    .map(([type, names]) => `${names.join(' and ')} each have a type ${type}: give one of them a prefix`);
}

const rootTypes: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

const shareable: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'shareable' },
};

/** Marks the fields that payloads answer too. */
function withShareable(typeDefs: DocumentNode, fields: ReadonlySet<string>): DocumentNode {
  if (fields.size === 0) return typeDefs;
  let typeName = '';
  return visit(typeDefs, {
    ObjectTypeDefinition: (node) => void (typeName = node.name.value),
    ObjectTypeExtension: (node) => void (typeName = node.name.value),
    FieldDefinition: (node) =>
      fields.has(`${typeName}.${node.name.value}`)
        ? { ...node, directives: [...(node.directives ?? []), shareable] }
        : undefined,
  });
}

/** The SDL of one subgraph as composition sees it, for people. */
export function printSubgraph(subgraph: Subgraph): string {
  return print(subgraph.typeDefs);
}
