import { Kind, print, type DocumentNode, type FieldDefinitionNode, type TypeNode } from 'graphql';
import { printProvided, providedFields, type ProvidedField } from './provides.ts';
import { addResolver, referenceResolver, wireResolvers, type ResolverMap } from './resolvers.ts';
import { namedTypeOf, objectType, typeDefinitions } from './schema-document.ts';
import { SubgraphConfigError, type ReferenceLink } from './subgraph-config.ts';
import type { RestSubgraphParts } from './subgraph.ts';

/** A field's type in the events subgraph, and what its payload answers below it. */
export interface EventType {
  type: string;
  /** Selection set for `@provides`; empty when there is nothing to provide. */
  provides: string;
}

/** Collects the types that payloads are made of; each stands once, whatever number of events use it. */
export interface EventTypes {
  addScalar(name: string): void;
  /** Adds a payload that is no entity: its own type, copied whole, with links to the entities it names. */
  addPayload(source: string, rest: RestSubgraphParts, type: TypeNode, place: string): EventType;
  /** Adds an entity with the fields that a payload of `payloadType` answers. */
  addEntity(source: string, rest: RestSubgraphParts, entityType: string, payloadType: string): EventType;
  print(): string;
  resolvers(annotated: DocumentNode): ResolverMap;
  /** Subgraph to `Type.field` that must be shareable there. */
  readonly shared: ReadonlyMap<string, ReadonlySet<string>>;
}

interface CollectedType {
  /** Where it came from; two services with a type of the same name can't both put it in their payloads. */
  source: string;
  head: string;
  fields: Map<string, string>;
}

export function createEventTypes(): EventTypes {
  const objects = new Map<string, CollectedType>();
  const others = new Map<string, string>();
  const shared = new Map<string, Set<string>>();
  const links: { parent: string; field: string; link: ReferenceLink; document: DocumentNode }[] = [];

  const share = (source: string, type: string, field: string) => {
    const fields = shared.get(source) ?? new Set<string>();
    shared.set(source, fields.add(`${type}.${field}`));
  };

  const entityStub = (name: string, keys: readonly (readonly [string, string])[]): CollectedType => {
    const found = objects.get(name);
    if (found) return found;
    const fields = new Map(keys.map(([key, type]) => [key, `${key}: ${type}`]));
    const head = `type ${name} @key(fields: "${keys.map(([key]) => key).join(' ')}", resolvable: false)`;
    const stub = { source: '', head, fields };
    objects.set(name, stub);
    return stub;
  };

  const addLink = (parent: string, field: string, link: ReferenceLink, rest: RestSubgraphParts) => {
    entityStub(
      link.entity,
      Object.keys(link.key).map((key) => [key, 'ID!'] as const),
    );
    if (!links.some((known) => known.parent === parent && known.field === field)) {
      links.push({ parent, field, link, document: rest.document });
    }
  };

  const addProvided = (
    source: string,
    rest: RestSubgraphParts,
    type: CollectedType,
    typeName: string,
    fields: readonly ProvidedField[],
    external: boolean,
  ): void => {
    for (const { field, selections, link } of fields) {
      const name = field.name.value;
      const directive = external ? ' @external' : ' @shareable';
      type.fields.set(name, `${name}: ${print(field.type)} ${printWire(field)}${directive}`);
      share(source, typeName, name);
      if (link) addLink(typeName, name, link, rest);
      else if (selections.length > 0) addValueType(source, rest, namedTypeOf(field.type), selections);
      else addLeaf(rest.document, namedTypeOf(field.type));
    }
  };

  const addValueType = (
    source: string,
    rest: RestSubgraphParts,
    name: string,
    selections: readonly ProvidedField[],
  ): void => {
    const type = objects.get(name) ?? { source, head: `type ${name}`, fields: new Map<string, string>() };
    objects.set(name, type);
    addProvided(source, rest, type, name, selections, false);
  };

  const addLeaf = (document: DocumentNode, name: string): void => {
    const definition = typeDefinitions(document).get(name);
    if (definition) others.set(name, print(definition));
  };

  const copy = (source: string, rest: RestSubgraphParts, name: string, place: string): void => {
    const known = objects.get(name);
    if (known?.source === source) return;
    const definition = objectType(rest.document, name);
    if (!definition) return copyOther(source, rest, name, place);
    if (known) {
      throw new SubgraphConfigError(
        `${place}: another service has a type ${name}; give one of them a prefix`,
      );
    }
    const type: CollectedType = { source, head: `type ${name}`, fields: new Map() };
    objects.set(name, type);
    for (const field of definition.fields ?? []) {
      const target = namedTypeOf(field.type);
      const isEntity = Object.hasOwn(rest.config.entities, target);
      const provides = isEntity ? addEntity(source, rest, target, target).provides : '';
      if (!isEntity) copy(source, rest, target, place);
      const directive = provides === '' ? '' : ` @provides(fields: ${JSON.stringify(provides)})`;
      const description = field.description ? `${JSON.stringify(field.description.value)} ` : '';
      type.fields.set(
        field.name.value,
        `${description}${field.name.value}: ${print(field.type)} ${printWire(field)}${directive} @shareable`,
      );
      share(source, name, field.name.value);
    }
    copyLinks(source, rest, name, type, place);
  };

  const copyOther = (source: string, rest: RestSubgraphParts, name: string, place: string): void => {
    if (others.has(name)) return;
    const definition = typeDefinitions(rest.document).get(name);
    if (!definition) return;
    others.set(name, print(definition));
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const member of definition.types ?? []) copy(source, rest, member.name.value, place);
    }
  };

  const copyLinks = (
    source: string,
    rest: RestSubgraphParts,
    name: string,
    type: CollectedType,
    place: string,
  ): void => {
    for (const [linkPlace, link] of Object.entries(rest.config.links)) {
      const [parent = '', field = ''] = linkPlace.split('.');
      if (parent !== name) continue;
      if (!('entity' in link)) {
        throw new SubgraphConfigError(`${place}: links.${linkPlace}: a payload can link to entities only`);
      }
      type.fields.set(field, `${field}: ${link.entity} @shareable`);
      share(source, name, field);
      addLink(name, field, link, rest);
    }
  };

  const addEntity: EventTypes['addEntity'] = (source, rest, entityType, payloadType) => {
    const definition = objectType(rest.document, entityType);
    const keys = (rest.config.entities[entityType]?.key ?? '').split(' ');
    const typeOf = (key: string) => definition?.fields?.find((field) => field.name.value === key);
    const stub = entityStub(
      entityType,
      keys.map((key) => [key, print(typeOf(key)?.type ?? { kind: Kind.NAMED_TYPE, name: idName })] as const),
    );
    for (const key of keys) {
      const field = typeOf(key);
      if (field) stub.fields.set(key, `${key}: ${print(field.type)} ${printWire(field)}`);
    }
    const fields = providedFields({ document: rest.document, config: rest.config, payloadType, entityType });
    addProvided(source, rest, stub, entityType, fields, true);
    return { type: entityType, provides: printProvided(fields) };
  };

  return {
    addScalar: (name) => void others.set(name, `scalar ${name}`),
    addPayload(source, rest, type, place) {
      copy(source, rest, namedTypeOf(type), place);
      return { type: print(type), provides: '' };
    },
    addEntity,
    print: () => [...others.values(), ...[...objects.values()].map(printObject)].join('\n\n'),
    resolvers(annotated) {
      const resolvers = wireResolvers(annotated);
      for (const { parent, field, link, document } of links) {
        addResolver(resolvers, parent, field, referenceResolver(document, parent, link));
      }
      return resolvers;
    },
    shared,
  };
}

const idName = { kind: Kind.NAME, value: 'ID' } as const;

function printObject({ head, fields }: CollectedType): string {
  return `${head} {\n  ${[...fields.values()].join('\n  ')}\n}`;
}

function printWire(field: FieldDefinitionNode): string {
  return (field.directives ?? [])
    .filter((directive) => directive.name.value === 'wire')
    .map((directive) => print(directive))
    .join(' ');
}
