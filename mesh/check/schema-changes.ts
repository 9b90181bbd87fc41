import fi from '@apollo/federation-internals';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import type { GraphQLSchema } from 'graphql';

/** One difference between two schemas, as clients see it. */
export interface SchemaChange {
  /** breaking: operations stop working. dangerous: they work, and may answer what a client does not expect. */
  level: 'breaking' | 'dangerous' | 'safe';
  /** `Order.total`; empty when it has no place. */
  path: string;
  message: string;
}

const levels = {
  [CriticalityLevel.Breaking]: 'breaking',
  [CriticalityLevel.Dangerous]: 'dangerous',
  [CriticalityLevel.NonBreaking]: 'safe',
} as const;

const order = ['breaking', 'dangerous', 'safe'];

/**
 * What clients see of a supergraph.
 * @param sdl supergraph SDL
 * @throws Error when it is none
 */
export function clientSchema(sdl: string): GraphQLSchema {
  return fi.Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();
}

/** The differences that clients can notice, the worst first. */
export async function schemaChanges(before: GraphQLSchema, after: GraphQLSchema): Promise<SchemaChange[]> {
  const changes = await diff(before, after);
  return changes
    .map(({ criticality, path, message }) => ({
      level: levels[criticality.level],
      path: path ?? '',
      message,
    }))
    .toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
}
