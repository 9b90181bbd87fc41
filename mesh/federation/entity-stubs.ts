import { visit, type DocumentNode, type FieldDefinitionNode } from 'graphql';
import { isKey } from './entity-key.ts';
import { fieldOf, objectType } from '../schema-document.ts';
import type { SubgraphConfig } from '../config/subgraph-config.ts';

/** An entity of another service as this one knows it: by the fields that its links take from it or put into it. */
export interface EntityStub {
  fields: ReadonlySet<string>;
  /**
   * Whether links refer to it by different keys. Then each link provides its own, and the fields are no key of the
   * type: the planner would take the other key from here, where it is not.
   */
  hasSeveralKeys: boolean;
}

/**
 * The entities of other services that the links of a service name.
 * @throws SubgraphConfigError when a link refers to one by another key than its links need that start there
 */
export function entityStubs(document: DocumentNode, config: SubgraphConfig): ReadonlyMap<string, EntityStub> {
  const parents = new Map<string, { place: string; fields: Set<string> }>();
  const references = new Map<string, { place: string; keys: readonly string[] }[]>();
  for (const [place, link] of Object.entries(config.links)) {
    const [parent = ''] = place.split('.');
    if (!objectType(document, parent)) {
      const known = parents.get(parent) ?? { place, fields: new Set() };
      for (const source of Object.values('entity' in link ? link.key : link.arguments))
        known.fields.add(source);
      parents.set(parent, known);
    }
    if ('entity' in link && !objectType(document, link.entity)) {
      const known = references.get(link.entity) ?? [];
      references.set(link.entity, [...known, { place, keys: Object.keys(link.key) }]);
    }
  }
  const stubs = new Map<string, EntityStub>();
  for (const type of new Set([...parents.keys(), ...references.keys()])) {
    const parent = parents.get(type);
    const all = references.get(type) ?? [];
    const fields = new Set([...(parent?.fields ?? []), ...all.flatMap(({ keys }) => keys)]);
    const other = all.find(({ keys }) => !isKey([...fields].join(' '), keys));
    if (parent && other) {
      const needed = [...parent.fields].join(' ');
      const message = `must be "${needed}", because ${parent.place} of this service starts from it`;
      throw config.problem(['links', other.place, 'key'], message);
    }
    stubs.set(type, { fields, hasSeveralKeys: other !== undefined });
  }
  return stubs;
}

/** Its definition. */
export function printStub(type: string, { fields, hasSeveralKeys }: EntityStub): string {
  // Whether it may be null is the owner's to say: see withOwnersTypes.
  const fieldType = hasSeveralKeys ? 'ID @external' : 'ID!';
  const key = hasSeveralKeys ? '' : ` @key(fields: "${[...fields].join(' ')}")`;
  return `type ${type}${key} { ${[...fields].map((field) => `${field}: ${fieldType}`).join(' ')} }`;
}

/**
 * Gives the external fields of a stub the types that their owner has: composition wants them to be the same, and only
 * there are both known.
 * @param others type definitions of the other subgraphs
 */
export function withOwnersTypes(stubs: DocumentNode, others: readonly DocumentNode[]): DocumentNode {
  return visit(stubs, {
    ObjectTypeDefinition: (node) => {
      if (!node.fields?.some(isExternal)) return false;
      const fields = node.fields.map((field) => {
        const owned = isExternal(field) ? ownersField(others, node.name.value, field.name.value) : undefined;
        return owned ? { ...field, type: owned.type } : field;
      });
      return { ...node, fields };
    },
  });
}

function ownersField(others: readonly DocumentNode[], type: string, field: string) {
  for (const document of others) {
    const definition = objectType(document, type);
    const found = definition && fieldOf(definition, field);
    if (found && !isExternal(found)) return found;
  }
  return undefined;
}

function isExternal({ directives = [] }: FieldDefinitionNode): boolean {
  return directives.some(({ name }) => name.value === 'external');
}
