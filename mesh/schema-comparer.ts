import {
  Kind,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { wireName } from './annotations.ts';
import { isObject, pointerTo, type OpenApiDocument } from './openapi-document.ts';
import { placeSchema, viewSchema, type PlacedSchema, type SchemaView } from './schema-view.ts';
import { bestMember, memberShapes, type Alternative, type MemberShape } from './union-members.ts';

/** Which way a value goes; a schema may be expressed in one and lost in the other. */
export type Direction = 'answers' | 'requests';

/** Something that a document describes and the schema does not have. */
export interface Loss {
  /** JSON pointer to it. */
  pointer: string;
  reason: string;
}

/** What can be read off a schema that stands beside its types. */
export interface SchemaComparison {
  losses: readonly Loss[];
  /** `Type.field` to the values that it has wherever an object is of that type: what tells members of a union apart. */
  constants: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface SchemaComparer {
  compare(value: unknown, pointer: string, type: TypeNode, direction: Direction): void;
  result(): SchemaComparison;
}

/**
 * Walks schemas of a document beside the GraphQL types that were made of them. It knows nothing of how they were made,
 * so what any pass, or Mesh, drops on the way is found.
 * @param document as the service has it
 * @param types named, with `@wire`
 * @param typeNames JSON pointer of a schema to what Mesh was told to call it, for telling types of one shape apart
 */
export function createSchemaComparer(
  document: OpenApiDocument,
  types: DocumentNode,
  typeNames: ReadonlyMap<string, string>,
): SchemaComparer {
  const definitions = new Map<string, TypeDefinitionNode>();
  for (const node of types.definitions) {
    if (node.kind.endsWith('TypeDefinition') && 'name' in node && node.name) {
      definitions.set(node.name.value, node as TypeDefinitionNode);
    }
  }
  const shapes = memberShapes(types);
  const losses = new Map<string, Omit<Loss, 'reason'> & { reason: string; directions: Set<Direction> }>();
  const constants = new Map<string, Set<string>>();
  const seen = new Map<unknown, Set<string>>();
  const lose = (pointer: string, reason: string, direction: Direction): void => {
    const key = `${pointer} ${reason}`;
    const loss = losses.get(key) ?? { pointer, reason, directions: new Set() };
    losses.set(key, loss);
    loss.directions.add(direction);
  };

  const alternativeOf = (view: SchemaView): Alternative => ({
    properties: view.properties.keys(),
    name: typeNames.get(view.at) ?? typeNames.get(view.pointer),
  });

  const isSeen = (schema: unknown, key: string): boolean => {
    const keys = seen.get(schema) ?? new Set();
    seen.set(schema, keys);
    if (keys.has(key)) return true;
    keys.add(key);
    return false;
  };

  const comparePlace = (place: PlacedSchema, type: TypeNode, direction: Direction): void => {
    if (type.kind === Kind.NON_NULL_TYPE) return comparePlace(place, type.type, direction);
    const isList = type.kind === Kind.LIST_TYPE;
    if (isSeen(place.schema, `${direction} ${isList} ${nameOf(type)}`)) return;
    const view = viewSchema(document, place);
    if (type.kind === Kind.LIST_TYPE) return compareList(view, type.type, direction);
    const definition = definitions.get(type.name.value);
    switch (definition?.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        return compareObject(view, definition, direction);
      case Kind.INTERFACE_TYPE_DEFINITION:
        compareObject(view, definition, direction);
        return compareSubtypes(view, definition.name.value);
      case Kind.UNION_TYPE_DEFINITION:
        return compareUnion(
          view,
          (definition.types ?? []).map((member) => member.name.value),
        );
      case Kind.ENUM_TYPE_DEFINITION: {
        const known = new Set((definition.values ?? []).map(wireName));
        return compareValues(view, known, direction);
      }
      default:
        return compareScalar(view, type.name.value, direction);
    }
  };

  const compareList = (view: SchemaView, item: TypeNode, direction: Direction): void => {
    if (view.items) return comparePlace(view.items, item, direction);
    for (const option of view.alternatives) {
      const { items } = viewSchema(document, option);
      if (items) comparePlace(items, item, direction);
      // One value is a list of one in an argument.
      else if (direction === 'requests') comparePlace(option, item, direction);
      else lose(option.at, 'is no list, but the schema has one', direction);
    }
  };

  const compareObject = (view: SchemaView, definition: TypeDefinitionNode, direction: Direction): void => {
    const fields = fieldsByWire(definition);
    if (isChoice(definition)) return compareChoice(view, definition.name.value, direction);
    if (view.items) return lose(view.at, 'is a list, but the schema has an object', direction);
    for (const [name, places] of view.properties) {
      const field = fields.get(name);
      const own = places.filter(
        ({ schema }) => schema[direction === 'answers' ? 'writeOnly' : 'readOnly'] !== true,
      );
      if (field) places.forEach((place) => comparePlace(place, field.type, direction));
      else own.forEach(({ at }) => lose(at, 'has no field', direction));
    }
    // Other than of a union, each is a part of the whole here.
    for (const option of view.alternatives) {
      const other = viewSchema(document, option);
      if (other.properties.size > 0 || other.alternatives.length > 0) {
        if (!isSeen(option.schema, `${direction} part ${definition.name.value}`))
          compareObject(other, definition, direction);
      } else if (isNoObject(other)) lose(other.at, 'is no object, but the schema has one', direction);
    }
  };

  /** A `@oneOf` input has a field for each alternative, and for alternatives of alternatives one below. */
  const compareChoice = (view: SchemaView, name: string, direction: Direction): void => {
    const choices = choicesOf(definitions, name);
    const candidates = [...choices.keys()].flatMap((type) => shapes.get(type) ?? []);
    const taken = new Set<MemberShape>();
    for (const option of flatAlternatives(view)) {
      const found = viewSchema(document, option);
      const member = bestMember(alternativeOf(found), candidates, taken);
      if (member) taken.add(member);
      const type = choices.get(member?.name ?? '');
      if (type && found.properties.size > 0) comparePlace(option, type, direction);
      else if (found.properties.size > 0) lose(option.at, 'has no field', direction);
    }
  };

  const compareUnion = (view: SchemaView, members: readonly string[]): void => {
    const candidates = members.flatMap((name) => shapes.get(name) ?? []);
    const paired: (readonly [SchemaView, MemberShape])[] = [];
    for (const option of flatAlternatives(view)) {
      const found = viewSchema(document, option);
      const member = bestMember(alternativeOf(found), candidates, new Set(paired.map(([, shape]) => shape)));
      if (found.properties.size === 0 || !member) lose(found.at, 'is not among the types', 'answers');
      else paired.push([found, member]);
    }
    pairMembers(view, paired);
  };

  /** The types in the mapping of a base, which stand for it in answers. */
  const compareSubtypes = (view: SchemaView, name: string): void => {
    const candidates = [...shapes.values()].filter(({ interfaces }) => interfaces.has(name));
    const paired: (readonly [SchemaView, MemberShape])[] = [];
    for (const place of mappedSchemas(document, view).values()) {
      if (place.schema === view.schema) continue;
      const found = viewSchema(document, place);
      const member = bestMember(alternativeOf(found), candidates, new Set(paired.map(([, shape]) => shape)));
      if (member) paired.push([found, member]);
      else lose(found.at, `is not among the types of ${name}`, 'answers');
    }
    pairMembers(view, paired);
  };

  const pairMembers = (view: SchemaView, paired: readonly (readonly [SchemaView, MemberShape])[]): void => {
    const mapped = mappedSchemas(document, view);
    const { discriminator } = view.schema;
    const property = isObject(discriminator) ? String(discriminator['propertyName']) : undefined;
    const telling = new Set(paired.flatMap(([found]) => constantNames(document, found)));
    if (property !== undefined) telling.add(property);
    for (const [found, member] of paired) {
      for (const name of telling) {
        const field = member.fields.get(name);
        const values = name === property ? valuesOf(mapped, found) : [];
        const all = values.length > 0 ? values : (constantsOf(document, found, name) ?? []);
        if (field === undefined || all.length === 0) continue;
        const key = `${member.name}.${field}`;
        constants.set(key, new Set([...(constants.get(key) ?? []), ...all]));
      }
      comparePlace(
        found,
        { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: member.name } },
        'answers',
      );
    }
  };

  const flatAlternatives = (view: SchemaView, above: readonly unknown[] = []): readonly PlacedSchema[] => {
    const options = view.alternatives.length > 0 ? view.alternatives : [view];
    return options.flatMap((option) => {
      if (option.schema === view.schema || above.includes(option.schema)) return [option];
      const found = viewSchema(document, option);
      const isNested = found.properties.size === 0 && found.alternatives.length > 0;
      return isNested ? flatAlternatives(found, [...above, view.schema]) : [option];
    });
  };

  const compareValues = (view: SchemaView, known: ReadonlySet<string>, direction: Direction): void => {
    (view.values ?? []).forEach((value, index) => {
      if (typeof value !== 'string' || known.has(value)) return;
      const place = 'enum' in view.schema ? `/enum/${index}` : '/const';
      lose(`${view.pointer}${place}`, `${JSON.stringify(value)} is no value of the enum`, direction);
    });
    for (const option of flatAlternatives(view)) {
      if (option.schema !== view.schema) compareValues(viewSchema(document, option), known, direction);
    }
  };

  const compareScalar = (view: SchemaView, name: string, direction: Direction): void => {
    const what = name === 'JSON' ? 'any JSON' : name;
    const reason = structureOf(document, view) ?? (name === 'JSON' ? scalarsOf(document, view) : undefined);
    if (reason !== undefined) lose(view.at, `${reason}, but ${what}`, direction);
  };

  return {
    compare: (value, pointer, type, direction) => {
      const place = placeSchema(document, value, pointer);
      if (place) comparePlace(place, type, direction);
    },
    result: () => ({
      losses: [...losses.values()].map(({ pointer, reason, directions }) => ({
        pointer,
        reason: `${reason} in ${[...directions].toSorted().join(' and ')}`,
      })),
      constants,
    }),
  };
}

/** The types that stand for one alternative each in a `@oneOf` input, with the type of the field. */
function choicesOf(
  definitions: ReadonlyMap<string, TypeDefinitionNode>,
  name: string,
  found = new Map<string, TypeNode>(),
): ReadonlyMap<string, TypeNode> {
  const definition = definitions.get(name);
  if (definition?.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION) return found;
  for (const { type } of definition.fields ?? []) {
    const target = nameOf(type);
    if (found.has(target)) continue;
    found.set(target, type);
    if (isChoice(definitions.get(target))) choicesOf(definitions, target, found);
  }
  return found;
}

function isChoice(definition: TypeDefinitionNode | undefined): boolean {
  return definition?.directives?.some((directive) => directive.name.value === 'oneOf') ?? false;
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}

function fieldsByWire(
  definition: TypeDefinitionNode,
): ReadonlyMap<string, FieldDefinitionNode | InputValueDefinitionNode> {
  const fields = 'fields' in definition ? (definition.fields ?? []) : [];
  return new Map(fields.map((field) => [wireName(field), field]));
}

function isNoObject({ types, items, values }: SchemaView): boolean {
  return items !== undefined || values !== undefined || (types.size > 0 && !types.has('object'));
}

/** What a schema describes beyond a scalar or a free-form object; undefined when nothing. */
function structureOf(document: OpenApiDocument, view: SchemaView, depth = 0): string | undefined {
  if (view.properties.size > 0) return 'is an object with properties';
  if (depth > 8) return undefined;
  const { items, mapValues, alternatives } = view;
  const itemStructure = items && structureOf(document, viewSchema(document, items), depth + 1);
  if (itemStructure !== undefined) return `is a list of what ${itemStructure}`;
  const valueStructure = mapValues && structureOf(document, viewSchema(document, mapValues), depth + 1);
  if (valueStructure !== undefined) return `is a map of what ${valueStructure}`;
  const views = alternatives.map((option) => viewSchema(document, option));
  if (views.some((other) => structureOf(document, other, depth + 1) !== undefined))
    return 'has alternatives that are more than scalars';
  return undefined;
}

/** The scalars that a schema allows, for where it became any JSON; undefined when it allows no particular ones. */
function scalarsOf(document: OpenApiDocument, view: SchemaView, depth = 0): string | undefined {
  const types = new Set(view.types);
  const views = depth > 8 ? [] : view.alternatives.map((option) => viewSchema(document, option));
  if (views.some(isAnything)) return undefined;
  for (const other of views) {
    for (const type of scalarsOf(document, other, depth + 1)
      ?.replace('is ', '')
      .split(' or ') ?? [])
      types.add(type);
  }
  const names = [...types].toSorted();
  return names.length === 0 || names.join() === 'object' ? undefined : `is ${names.join(' or ')}`;
}

function isAnything({ types, properties, items, alternatives, values }: SchemaView): boolean {
  return types.size === 0 && properties.size === 0 && !items && alternatives.length === 0 && !values;
}

/** The value of a discriminator to the schema that it stands for, of a schema that has a mapping. */
function mappedSchemas(
  document: OpenApiDocument,
  { schema, pointer }: SchemaView,
): ReadonlyMap<string, PlacedSchema> {
  const { discriminator } = schema;
  const mapping = isObject(discriminator) ? discriminator['mapping'] : undefined;
  const found = new Map<string, PlacedSchema>();
  for (const [value, target] of Object.entries(isObject(mapping) ? mapping : {})) {
    const text = String(target);
    const reference = text.startsWith('#/') ? text : `#/components/schemas/${text}`;
    const place = placeSchema(
      document,
      { $ref: reference },
      `${pointer}/discriminator/mapping${pointerTo(value)}`,
    );
    if (place) found.set(value, place);
  }
  return found;
}

/** What the discriminator says of a schema: the keys of the mapping, or the name of the component (OpenAPI 3.1.1, 4.8.25). */
function valuesOf(
  mapped: ReadonlyMap<string, PlacedSchema>,
  { schema, pointer }: SchemaView,
): readonly string[] {
  const values = [...mapped].flatMap(([value, place]) => (place.schema === schema ? [value] : []));
  const component = /^\/components\/schemas\/([^/]+)$/.exec(pointer)?.[1];
  return values.length > 0 || component === undefined ? values : [component];
}

function constantNames(document: OpenApiDocument, view: SchemaView): readonly string[] {
  return [...view.properties.keys()].filter((name) => constantsOf(document, view, name)?.length === 1);
}

/** The fewest values that any part gives a property. */
function constantsOf(
  document: OpenApiDocument,
  { properties }: SchemaView,
  name: string,
): readonly string[] | undefined {
  const [fewest] = (properties.get(name) ?? [])
    .flatMap((place) => [viewSchema(document, place).values ?? []])
    .filter((values) => values.length > 0 && values.every((value) => typeof value === 'string'))
    .toSorted((a, b) => a.length - b.length);
  return fewest as readonly string[] | undefined;
}
