import {
  Kind,
  print,
  type DefinitionNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
} from 'graphql';
import { argumentsOf } from '../annotations.ts';
import { namedTypeOf, pruneUnreachable } from '../schema-document.ts';
import type { RestSubgraphParts, Subgraph } from '../subgraph.ts';

/** A type of one subgraph, as far as it matters whether another may have one of its name. */
export interface DefinedType {
  /** An entity is known by its key, and several subgraphs may add fields to it. */
  isEntity: boolean;
  /** Fields that only one subgraph may answer. */
  owned: ReadonlySet<string>;
  fields: ReadonlySet<string>;
  /** Two types of one shape are defined alike. */
  shape: string;
  kind: 'object' | 'scalar' | 'enum' | 'input' | 'union' | 'interface';
}

/** What a subgraph gives names to. */
export interface DefinedNames {
  types: ReadonlyMap<string, DefinedType>;
  /** Root fields that are its own: `Query.status`, `Subscription.orderCreated`. */
  rootFields: ReadonlySet<string>;
}

const rootTypes: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

/** Reads the names of a subgraph, those of its payloads included. */
export function definedNames({ typeDefs, rest }: Pick<Subgraph, 'typeDefs' | 'rest'>): DefinedNames {
  const nodes = new Map<string, DefinitionNode[]>();
  for (const node of [...typeDefs.definitions, ...(rest ? payloadTypes(rest) : [])]) {
    if (!('name' in node) || !node.name || node.kind === Kind.DIRECTIVE_DEFINITION) continue;
    nodes.set(node.name.value, [...(nodes.get(node.name.value) ?? []), node]);
  }
  const types = new Map<string, DefinedType>();
  const rootFields = new Set((rest?.events ?? []).map(({ field }) => `Subscription.${field}`));
  for (const [name, definitions] of nodes) {
    const type = definedType(definitions);
    if (!rootTypes.has(name)) types.set(name, type);
    else for (const field of type.owned) rootFields.add(`${name}.${field}`);
  }
  return { types, rootFields };
}

/** The types of payloads that are no entity; no root field has to reach them. */
function payloadTypes({ document, events }: RestSubgraphParts): readonly DefinitionNode[] {
  const payloads = events.flatMap(({ payloadType, webhook }) =>
    payloadType && webhook.entity === undefined ? [namedTypeOf(payloadType)] : [],
  );
  const definitions = document.definitions.filter(
    (node) => !('name' in node && node.name && rootTypes.has(node.name.value)),
  );
  return pruneUnreachable({ ...document, definitions }, payloads).definitions;
}

const kinds: Readonly<Partial<Record<Kind, DefinedType['kind']>>> = {
  [Kind.SCALAR_TYPE_DEFINITION]: 'scalar',
  [Kind.ENUM_TYPE_DEFINITION]: 'enum',
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'input',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
};

function definedType(definitions: readonly DefinitionNode[]): DefinedType {
  const [first] = definitions;
  const kind = (first && kinds[first.kind]) ?? 'object';
  const fields = new Set<string>();
  const owned = new Set<string>();
  const keys = new Set(definitions.flatMap(isObjectNode).flatMap(keyFieldsOf));
  for (const node of definitions.flatMap(isObjectNode)) {
    const isShared = argumentsOf(node, 'shareable') !== undefined;
    for (const field of node.fields ?? []) {
      if (argumentsOf(field, 'external')) continue;
      fields.add(field.name.value);
      if (isShared || argumentsOf(field, 'shareable') || keys.has(field.name.value)) continue;
      owned.add(field.name.value);
    }
  }
  return { isEntity: keys.size > 0, owned, fields, shape: shapeOf(first), kind };
}

function isObjectNode(node: DefinitionNode): (ObjectTypeDefinitionNode | ObjectTypeExtensionNode)[] {
  const isObject = node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION;
  return isObject ? [node] : [];
}

function keyFieldsOf(node: ObjectTypeDefinitionNode | ObjectTypeExtensionNode): string[] {
  return (node.directives ?? [])
    .filter((directive) => directive.name.value === 'key')
    .flatMap((directive) => {
      const fields = argumentsOf({ name: node.name, directives: [directive] }, 'key')?.['fields'];
      return String(fields).split(' ');
    });
}

/** The members of a type in the order of their names; descriptions and directives say nothing about it. */
function shapeOf(node: DefinitionNode | undefined): string {
  if (!node) return '';
  const members: string[] = [];
  if ('fields' in node) for (const field of node.fields ?? []) members.push(memberOf(field));
  if ('values' in node) for (const value of node.values ?? []) members.push(value.name.value);
  if ('types' in node) for (const type of node.types ?? []) members.push(type.name.value);
  return members.toSorted().join('\n');
}

function memberOf(field: Pick<FieldDefinitionNode, 'name' | 'type'>): string {
  return `${field.name.value}: ${print(field.type)}`;
}
