import { Kind } from 'graphql';
import { argumentsOf } from '../annotations.ts';
import { entityKeys } from './entity-key.ts';
import type { SubgraphProblem } from '../load-subgraphs.ts';
import type { Subgraph } from '../subgraph.ts';

/**
 * Links by a key that the owners of the entity can't be asked with. Composition finds them too, but says it of every
 * field that can't be reached, and of the owner as much as of the one that links.
 */
export function foreignKeyProblems(subgraphs: readonly Subgraph[]): SubgraphProblem[] {
  const problems: SubgraphProblem[] = [];
  for (const { name, rest } of subgraphs) {
    for (const [place, link] of Object.entries(rest?.config.links ?? {})) {
      if (!rest || !('entity' in link) || Object.hasOwn(rest.config.entities, link.entity)) continue;
      const keys = subgraphs.flatMap((subgraph) => keysOf(subgraph, link.entity));
      if (keys.length === 0 || keys.includes(keyOf(Object.keys(link.key)))) continue;
      const what = `the key of ${link.entity} is "${keys.join('" or "')}"`;
      problems.push({ name, message: rest.config.problem(['links', place, 'key'], what).message });
    }
  }
  return problems;
}

/** The keys by which a subgraph answers for an entity; none when it only refers to it. */
function keysOf({ rest, typeDefs }: Subgraph, entity: string): string[] {
  if (rest) {
    return entityKeys(rest.config, entity).map((own) => keyOf(own.entity.key.split(' ')));
  }
  const keys: string[] = [];
  for (const node of typeDefs.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    if (node.name.value !== entity) continue;
    for (const directive of node.directives ?? []) {
      const key = argumentsOf({ name: node.name, directives: [directive] }, 'key');
      if (key && key['resolvable'] !== false) keys.push(keyOf(String(key['fields']).split(' ')));
    }
  }
  return keys;
}

function keyOf(fields: readonly string[]): string {
  return fields.toSorted().join(' ');
}
