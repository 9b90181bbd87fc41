import {
  Kind,
  type DocumentNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { eventKey } from './entity-key.ts';
import { fieldOf, isListType, namedTypeOf, objectType } from '../schema-document.ts';
import type { ReferenceLink, SubgraphConfig } from '../config/subgraph-config.ts';

/** A field that a payload answers, with what it answers below it. */
export interface ProvidedField {
  field: FieldDefinitionNode;
  selections: readonly ProvidedField[];
  /** Set when the field is a link: the payload names the entity by its key. */
  link?: ReferenceLink;
}

export interface ProvidesOptions {
  document: DocumentNode;
  config: SubgraphConfig;
  /** Type of the payload, or of the part of it that is the entity. */
  payloadType: string;
  /** The entity that it is. */
  entityType: string;
}

/**
 * What a payload answers of an entity: the fields it must have by its schema, and the links whose keys are among
 * them. An absent optional property is not a null, so optional ones are left to the service. In a list, a value
 * type is provided whole or not at all: its items could not be matched with those of a later answer.
 */
export function providedFields(options: ProvidesOptions): ProvidedField[] {
  const payload = objectType(options.document, options.payloadType);
  const entity = objectType(options.document, options.entityType);
  return payload && entity ? provided(payload, entity, options, []) : [];
}

/** The selection set that `@provides(fields:)` takes. */
export function printProvided(fields: readonly ProvidedField[]): string {
  return fields
    .map(({ field, selections, link }) => {
      if (link) return `${field.name.value} { ${Object.keys(link.key).join(' ')} }`;
      const below = printProvided(selections);
      return below === '' ? field.name.value : `${field.name.value} { ${below} }`;
    })
    .join(' ');
}

function provided(
  payload: ObjectTypeDefinitionNode,
  target: ObjectTypeDefinitionNode,
  options: ProvidesOptions,
  path: readonly string[],
): ProvidedField[] {
  const { document, config } = options;
  const result: ProvidedField[] = [];
  const isKey = (name: string) => eventKey(config, target.name.value).includes(name);
  for (const field of target.fields ?? []) {
    const source = fieldOf(payload, field.name.value);
    if (!source || source.type.kind !== Kind.NON_NULL_TYPE || isKey(field.name.value)) continue;
    if (!isAsStrict(source.type, field.type) || (field.arguments ?? []).length > 0) continue;
    const sourceType = objectType(document, namedTypeOf(source.type));
    const targetType = objectType(document, namedTypeOf(field.type));
    if (!sourceType && !targetType && isLeaf(document, field, source)) result.push({ field, selections: [] });
    if (!sourceType || !targetType || path.includes(targetType.name.value)) continue;
    if (Object.hasOwn(config.entities, targetType.name.value)) continue;
    const selections = provided(sourceType, targetType, options, [...path, target.name.value]);
    const own = selections.filter(({ link }) => !link).length;
    const isWhole = own === (targetType.fields ?? []).length;
    if (own > 0 && (isWhole || !isListType(field.type))) result.push({ field, selections });
  }
  return [...result, ...providedLinks(payload, target.name.value, options)];
}

/** Lists of the same depth, whose items are null in the payload only where they may be in the entity. */
function isAsStrict(source: TypeNode, target: TypeNode): boolean {
  if (source.kind === Kind.NON_NULL_TYPE) {
    return isAsStrict(source.type, target.kind === Kind.NON_NULL_TYPE ? target.type : target);
  }
  if (target.kind === Kind.NON_NULL_TYPE) return false;
  if (source.kind !== Kind.LIST_TYPE) return target.kind === Kind.NAMED_TYPE;
  return target.kind === Kind.LIST_TYPE && isAsStrict(source.type, target.type);
}

function isLeaf(document: DocumentNode, target: FieldDefinitionNode, source: FieldDefinitionNode): boolean {
  const type = namedTypeOf(target.type);
  const isAbstract = document.definitions.some(
    (node) =>
      (node.kind === Kind.UNION_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION) &&
      node.name.value === type,
  );
  return !isAbstract && type === namedTypeOf(source.type);
}

function providedLinks(
  payload: ObjectTypeDefinitionNode,
  type: string,
  { config }: ProvidesOptions,
): ProvidedField[] {
  const links: ProvidedField[] = [];
  for (const [place, link] of Object.entries(config.links)) {
    const [parent = '', name = ''] = place.split('.');
    if (parent !== type || !('entity' in link)) continue;
    const isComplete = Object.values(link.key).every(
      (source) => fieldOf(payload, source)?.type.kind === Kind.NON_NULL_TYPE,
    );
    if (isComplete) links.push({ field: linkField(name, link.entity), selections: [], link });
  }
  return links;
}

function linkField(name: string, entity: string): FieldDefinitionNode {
  return {
    kind: Kind.FIELD_DEFINITION,
    name: { kind: Kind.NAME, value: name },
    type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: entity } },
  };
}
