import {
  Kind,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type NameNode,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { httpOperation, wireName } from '../annotations.ts';
import type { ConfigPath } from '../config/config-problem.ts';
import type { EntityConfig, SubgraphConfig } from '../config/subgraph-config.ts';

/** The keys of an entity, each with its place in the file; none for a type that is no entity of this service. */
export function entityKeys(
  { entities }: Pick<SubgraphConfig, 'entities'>,
  type: string,
): { entity: EntityConfig; place: ConfigPath }[] {
  const found = Object.hasOwn(entities, type) ? entities[type] : undefined;
  if (found === undefined) return [];
  if (!Array.isArray(found)) return [{ entity: found, place: ['entities', type] }];
  return found.map((entity, index) => ({ entity, place: ['entities', type, index] }));
}

/** Tells how to find what a reference names: by the first key of which it has every field. */
export function waysTo(
  config: Pick<SubgraphConfig, 'entities'>,
  type: string,
): (reference: Readonly<Record<string, unknown>> | undefined) => EntityConfig | undefined {
  const ways = entityKeys(config, type).map(({ entity }) => ({ entity, fields: entity.key.split(' ') }));
  const [only, ...others] = ways;
  const [field, ...otherFields] = only?.fields ?? [];
  if (field !== undefined && others.length === 0 && otherFields.length === 0) {
    return (reference) => (isThere(reference?.[field]) ? only?.entity : undefined);
  }
  return (reference) => ways.find(({ fields }) => fields.every((name) => isThere(reference?.[name])))?.entity;
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Whether a text and a set of fields are the same key, in whatever order. */
export function isKey(key: string, fields: readonly string[]): boolean {
  return key.split(' ').toSorted().join(' ') === fields.toSorted().join(' ');
}

/** The key by which an event refers to an entity: the first. */
export function eventKey(config: Pick<SubgraphConfig, 'entities'>, type: string): string[] {
  return entityKeys(config, type)[0]?.entity.key.split(' ') ?? [];
}

export interface EntityKey {
  /** The entity. */
  type: string;
  /** Its key fields. */
  keys: readonly string[];
  /** Root field that answers for a key. */
  resolver: FieldDefinitionNode;
  /** Arguments of it that take the key. */
  takesKey: readonly string[];
}

/**
 * Marks an entity with `@key` and gives its key one type everywhere: ID. That is the key fields, the arguments of the
 * operation that resolves it, and the same part of the path in every other operation: where the key is taken at
 * `/events/{eventId}`, `eventId` is an ID in each operation below `/events/{eventId}`. So one variable of a client
 * serves to read, change and delete.
 */
export function withEntityKey(document: DocumentNode, key: EntityKey): DocumentNode {
  const places = keyPlaces(key);
  return visit(document, {
    ObjectTypeDefinition: (node) => {
      if (node.name.value === key.type) return withKey(node, key.keys);
      if (node.name.value !== 'Query' && node.name.value !== 'Mutation') return undefined;
      return { ...node, fields: (node.fields ?? []).map((field) => withIdArguments(field, key, places)) };
    },
  });
}

/** The paths up to and with a part that takes the key, such as `/events/{args.eventId}`. */
function keyPlaces({ resolver, takesKey }: EntityKey): string[] {
  const path = httpOperation(resolver)?.path ?? '';
  return (resolver.arguments ?? [])
    .filter((argument) => takesKey.includes(argument.name.value))
    .map((argument) => upTo(argument, path))
    .filter((place) => place !== '');
}

/** The path up to and with the part that an argument fills; empty when it fills none. */
function upTo(argument: InputValueDefinitionNode, path: string): string {
  const part = `{args.${wireName(argument)}}`;
  const start = path.indexOf(part);
  return start < 0 ? '' : path.slice(0, start + part.length);
}

function withIdArguments(
  field: FieldDefinitionNode,
  { resolver, takesKey }: EntityKey,
  places: readonly string[],
): FieldDefinitionNode {
  const isResolver = field.name.value === resolver.name.value;
  const path = httpOperation(field)?.path ?? '';
  const args = (field.arguments ?? []).map((argument) => {
    const isKey = isResolver ? takesKey.includes(argument.name.value) : places.includes(upTo(argument, path));
    return isKey ? { ...argument, type: asId(argument.type) } : argument;
  });
  return { ...field, arguments: args };
}

function withKey(node: ObjectTypeDefinitionNode, keys: readonly string[]): ObjectTypeDefinitionNode {
  return {
    ...node,
    directives: [...(node.directives ?? []), keyDirective(keys.join(' '))],
    fields: (node.fields ?? []).map((field) =>
      keys.includes(field.name.value) ? { ...field, type: asId(field.type) } : field,
    ),
  };
}

function asId(type: TypeNode): TypeNode {
  if (type.kind === Kind.NAMED_TYPE) return { ...type, name: nameNode('ID') };
  if (type.kind === Kind.LIST_TYPE) return { ...type, type: asId(type.type) };
  const inner = asId(type.type);
  return inner.kind === Kind.NON_NULL_TYPE ? inner : { kind: Kind.NON_NULL_TYPE, type: inner };
}

function nameNode(value: string): NameNode {
  return { kind: Kind.NAME, value };
}

function keyDirective(fields: string): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: nameNode('key'),
    arguments: [
      { kind: Kind.ARGUMENT, name: nameNode('fields'), value: { kind: Kind.STRING, value: fields } },
    ],
  };
}
