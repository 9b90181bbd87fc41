import { entityKeys } from '../federation/entity-key.ts';
import { isListType, rootField } from '../schema-document.ts';
import type { Subgraph } from '../subgraph.ts';

/** Entities that cost one call for each key, because the operation that resolves them answers one object. */
export function unbatchedEntities({ rest }: Subgraph): string[] {
  if (!rest) return [];
  const { config, document, rootFieldOf } = rest;
  return Object.keys(config.entities).flatMap((type) =>
    entityKeys(config, type).flatMap(({ entity: { resolve }, place }) => {
      const field = rootField(document, rootFieldOf(resolve.operation) ?? '');
      if (!field || isListType(field.type) || resolve.items !== undefined) return [];
      const what = `"${resolve.operation}" answers one: a list of these makes one call for each key; an operation that takes many keys makes one call`;
      return [config.problem(place, what).message];
    }),
  );
}
