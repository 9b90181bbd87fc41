import { Kind, print, type DocumentNode, type FieldDefinitionNode, type TypeNode } from 'graphql';
import { eventKey, isKey } from './entity-key.ts';
import { printProvided, providedFields, type ProvidedField } from './provides.ts';
import { addResolver, referenceResolver, wireResolvers, type ResolverMap } from '../resolvers.ts';
import { fieldOf, namedTypeOf, objectType, typeDefinitions } from '../schema-document.ts';
import type { ConfigPath } from '../config/config-problem.ts';
import type { ReferenceLink } from '../config/subgraph-config.ts';
import type { RestSubgraphParts } from '../subgraph.ts';

/** The types that payloads are made of. Each stands once, whatever number of events use it. */
export interface EventTypes {
  objects: Map<string, CollectedType>;
  /** Scalars, enums and unions, printed. */
  leaves: Map<string, string>;
  links: Map<string, { parent: string; field: string; link: ReferenceLink; document: DocumentNode }>;
  /** Subgraph to `Type.field` that payloads answer too, and that must be shareable there. */
  shared: Map<string, Set<string>>;
}

interface CollectedType {
  /** Where it was copied whole from; two services with a type of one name can't both put it in their payloads. */
  copiedFrom: string | undefined;
  /** Of an entity. */
  keys?: readonly string[];
  head: string;
  fields: Map<string, string>;
}

/** The service whose payload is being typed. */
export interface PayloadOwner {
  source: string;
  rest: RestSubgraphParts;
  /** Where the webhook stands in subgraph.yaml, for messages. */
  place: ConfigPath;
}

/** A field's type in the events subgraph, and the selection set for its `@provides`; empty for none. */
export interface EventType {
  type: string;
  provides: string;
}

/** No types yet. */
export function createEventTypes(): EventTypes {
  return { objects: new Map(), leaves: new Map(), links: new Map(), shared: new Map() };
}

/** Adds the type of a payload that no document describes. */
export function addUntypedPayload(types: EventTypes): EventType {
  addScalar(types, 'JSON');
  return { type: 'JSON', provides: '' };
}

/** Adds a scalar that payloads may use too. */
export function addScalar(types: EventTypes, name: string): void {
  if (!types.leaves.has(name)) types.leaves.set(name, `scalar ${name}`);
}

/**
 * Adds a payload that is no entity: its own type, copied whole, with links to the entities it names.
 * @throws SubgraphConfigError when another service has a type of the same name, or a link calls an operation
 */
export function addPayload(types: EventTypes, owner: PayloadOwner, type: TypeNode): EventType {
  copyType(types, owner, namedTypeOf(type));
  return { type: print(type), provides: '' };
}

/** Adds an entity with the fields that a payload of `payloadType` answers. */
export function addEntity(
  types: EventTypes,
  owner: PayloadOwner,
  entityType: string,
  payloadType: string,
): EventType {
  const { document, config } = owner.rest;
  const definition = objectType(document, entityType);
  const keys = eventKey(config, entityType);
  const entity = addStub(types, entityType, keys);
  for (const key of keys) {
    const field = definition && fieldOf(definition, key);
    if (field) entity.fields.set(key, `${key}: ${print(field.type)} ${printWire(field)}`);
  }
  const fields = withKnownLinks(types, providedFields({ document, config, payloadType, entityType }));
  addProvided(types, owner, entityType, entity, fields, '@external');
  return { type: entityType, provides: printProvided(fields) };
}

/** The types as SDL, as the events subgraph defines them. */
export function printEventTypes(types: EventTypes): string {
  const objects = [...types.objects.values()].map(
    ({ head, fields }) => `${head} {\n  ${[...fields.values()].join('\n  ')}\n}`,
  );
  return [...types.leaves.values(), ...objects].join('\n\n');
}

/** Resolvers that read the payload as it came over the wire. */
export function eventTypeResolvers(types: EventTypes, annotated: DocumentNode): ResolverMap {
  const resolvers = wireResolvers(annotated);
  for (const { parent, field, link, document } of types.links.values()) {
    addResolver(resolvers, parent, field, referenceResolver(document, parent, link));
  }
  return resolvers;
}

/** An entity known by its key alone; other fields are added to it as payloads answer them. */
function addStub(types: EventTypes, name: string, keys: readonly string[]): CollectedType {
  const found = types.objects.get(name);
  if (found) return found;
  const head = `type ${name} @key(fields: ${JSON.stringify(keys.join(' '))}, resolvable: false)`;
  const fields = new Map(keys.map((key) => [key, `${key}: ID!`]));
  const stub = { copiedFrom: undefined, keys, head, fields };
  types.objects.set(name, stub);
  return stub;
}

/** Whether events refer to an entity by the key of a link: they know each by one, that of the first link. */
function isKnownBy(types: EventTypes, { entity, key }: ReferenceLink): boolean {
  const { keys = [] } = addStub(types, entity, Object.keys(key));
  return isKey(keys.join(' '), Object.keys(key));
}

/** Leaves links by another key to the service. */
function withKnownLinks(types: EventTypes, fields: readonly ProvidedField[]): ProvidedField[] {
  return fields
    .filter(({ link }) => !link || isKnownBy(types, link))
    .map((field) => ({ ...field, selections: withKnownLinks(types, field.selections) }));
}

function addProvided(
  types: EventTypes,
  owner: PayloadOwner,
  typeName: string,
  type: CollectedType,
  fields: readonly ProvidedField[],
  directive: '@external' | '@shareable',
): void {
  for (const { field, selections, link } of fields) {
    const name = field.name.value;
    const target = namedTypeOf(field.type);
    type.fields.set(name, `${name}: ${print(field.type)} ${printWire(field)} ${directive}`);
    share(types, owner.source, typeName, name);
    if (link) addLink(types, owner, typeName, name, link);
    else if (selections.length === 0) addLeaf(types, owner.rest.document, target);
    else addProvided(types, owner, target, valueType(types, target), selections, '@shareable');
  }
}

function valueType(types: EventTypes, name: string): CollectedType {
  const found = types.objects.get(name);
  if (found) return found;
  const type = { copiedFrom: undefined, head: `type ${name}`, fields: new Map<string, string>() };
  types.objects.set(name, type);
  return type;
}

function copyType(types: EventTypes, owner: PayloadOwner, name: string): void {
  const { source, rest, place } = owner;
  const definition = objectType(rest.document, name);
  if (!definition) return copyLeaf(types, owner, name);
  const known = types.objects.get(name);
  if (known?.copiedFrom === source) return;
  if (known?.copiedFrom !== undefined) {
    throw rest.config.problem(
      place,
      `${known.copiedFrom} has a payload type ${name} too; give one of the services a prefix`,
    );
  }
  const type: CollectedType = { copiedFrom: source, head: `type ${name}`, fields: new Map() };
  types.objects.set(name, type);
  for (const field of definition.fields ?? []) {
    type.fields.set(field.name.value, copyField(types, owner, field));
    share(types, source, name, field.name.value);
  }
  for (const [linkPlace, link] of Object.entries(rest.config.links)) {
    const [parent = '', field = ''] = linkPlace.split('.');
    if (parent !== name) continue;
    if (!('entity' in link)) {
      throw rest.config.problem(['links', linkPlace], 'a payload can link to entities only');
    }
    if (!isKnownBy(types, link)) {
      throw rest.config.problem(
        ['links', linkPlace, 'key'],
        `events know ${link.entity} by another key already`,
      );
    }
    type.fields.set(field, `${field}: ${link.entity} @shareable`);
    share(types, source, name, field);
    addLink(types, owner, name, field, link);
  }
}

function copyField(types: EventTypes, owner: PayloadOwner, field: FieldDefinitionNode): string {
  const target = namedTypeOf(field.type);
  const isEntity = Object.hasOwn(owner.rest.config.entities, target);
  const provides = isEntity ? addEntity(types, owner, target, target).provides : '';
  if (!isEntity) copyType(types, owner, target);
  const description = field.description ? `${JSON.stringify(field.description.value)} ` : '';
  const directive = provides === '' ? '' : ` @provides(fields: ${JSON.stringify(provides)})`;
  return `${description}${field.name.value}: ${print(field.type)} ${printWire(field)}${directive} @shareable`;
}

function copyLeaf(types: EventTypes, owner: PayloadOwner, name: string): void {
  if (types.leaves.has(name)) return;
  const definition = addLeaf(types, owner.rest.document, name);
  if (definition?.kind !== Kind.UNION_TYPE_DEFINITION) return;
  for (const member of definition.types ?? []) copyType(types, owner, member.name.value);
}

function addLeaf(types: EventTypes, document: DocumentNode, name: string) {
  const definition = typeDefinitions(document).get(name);
  if (definition) types.leaves.set(name, print(definition));
  return definition;
}

function addLink(
  types: EventTypes,
  owner: PayloadOwner,
  parent: string,
  field: string,
  link: ReferenceLink,
): void {
  addStub(types, link.entity, Object.keys(link.key));
  types.links.set(`${parent}.${field}`, { parent, field, link, document: owner.rest.document });
}

function share(types: EventTypes, source: string, type: string, field: string): void {
  const fields = types.shared.get(source) ?? new Set<string>();
  types.shared.set(source, fields.add(`${type}.${field}`));
}

/** What resolvers read. */
const annotations: ReadonlySet<string> = new Set(['wire', 'values']);

function printWire(field: FieldDefinitionNode): string {
  return (field.directives ?? [])
    .filter((directive) => annotations.has(directive.name.value))
    .map((directive) => print(directive))
    .join(' ');
}
