import { Kind, type DocumentNode, type TypeDefinitionNode, type TypeNode } from 'graphql';
import { wireName } from '../annotations.ts';
import { isObject, type OpenApiDocument } from '../document/openapi-document.ts';
import { namedTypeOf, typeDefinitions } from '../schema-document.ts';
import {
  constantNames,
  constantsOf,
  isNoObject,
  mappedSchemas,
  scalarsOf,
  structureOf,
  valuesOf,
} from './schema-structure.ts';
import { placeSchema, viewSchema, type PlacedSchema, type SchemaView } from './schema-view.ts';
import {
  bestMember,
  choicesOf,
  fieldsByWire,
  isChoice,
  memberShapes,
  type Alternative,
  type MemberShape,
} from './union-members.ts';

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

interface Context {
  document: OpenApiDocument;
  typeNames: ReadonlyMap<string, string>;
  definitions: ReadonlyMap<string, TypeDefinitionNode>;
  shapes: ReadonlyMap<string, MemberShape>;
  losses: Map<string, Loss & { directions: Set<Direction> }>;
  constants: Map<string, Set<string>>;
  /** Schema to the types and directions that it was compared with. */
  seen: Map<unknown, Set<string>>;
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
  const context: Context = {
    document,
    typeNames,
    definitions: typeDefinitions(types),
    shapes: memberShapes(types),
    losses: new Map(),
    constants: new Map(),
    seen: new Map(),
  };
  return {
    compare: (value, pointer, type, direction) => {
      const place = placeSchema(document, value, pointer);
      if (place) comparePlace(context, place, type, direction);
    },
    result: () => ({
      losses: [...context.losses.values()].map(({ pointer, reason, directions }) => ({
        pointer,
        reason: `${reason} in ${[...directions].toSorted().join(' and ')}`,
      })),
      constants: context.constants,
    }),
  };
}

function lose({ losses }: Context, pointer: string, reason: string, direction: Direction): void {
  const key = `${pointer} ${reason}`;
  const loss = losses.get(key) ?? { pointer, reason, directions: new Set() };
  losses.set(key, loss);
  loss.directions.add(direction);
}

function alternativeOf(context: Context, view: SchemaView): Alternative {
  return {
    properties: view.properties.keys(),
    name: context.typeNames.get(view.at) ?? context.typeNames.get(view.pointer),
  };
}

function isSeen(context: Context, schema: unknown, key: string): boolean {
  const keys = context.seen.get(schema) ?? new Set();
  context.seen.set(schema, keys);
  if (keys.has(key)) return true;
  keys.add(key);
  return false;
}

function comparePlace(context: Context, place: PlacedSchema, type: TypeNode, direction: Direction): void {
  if (type.kind === Kind.NON_NULL_TYPE) return comparePlace(context, place, type.type, direction);
  const isList = type.kind === Kind.LIST_TYPE;
  if (isSeen(context, place.schema, `${direction} ${isList} ${namedTypeOf(type)}`)) return;
  const view = viewSchema(context.document, place);
  if (type.kind === Kind.LIST_TYPE) return compareList(context, view, type.type, direction);
  const definition = context.definitions.get(type.name.value);
  switch (definition?.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return compareObject(context, view, definition, direction);
    case Kind.INTERFACE_TYPE_DEFINITION:
      compareObject(context, view, definition, direction);
      return compareSubtypes(context, view, definition.name.value);
    case Kind.UNION_TYPE_DEFINITION:
      return compareUnion(
        context,
        view,
        (definition.types ?? []).map((member) => member.name.value),
      );
    case Kind.ENUM_TYPE_DEFINITION: {
      const known = new Set((definition.values ?? []).map(wireName));
      return compareValues(context, view, known, direction);
    }
    default:
      return compareScalar(context, view, type.name.value, direction);
  }
}

function compareList(context: Context, view: SchemaView, item: TypeNode, direction: Direction): void {
  if (view.items) return comparePlace(context, view.items, item, direction);
  for (const option of view.alternatives) {
    const { items } = viewSchema(context.document, option);
    if (items) comparePlace(context, items, item, direction);
    // One value is a list of one in an argument.
    else if (direction === 'requests') comparePlace(context, option, item, direction);
    else lose(context, option.at, 'is no list, but the schema has one', direction);
  }
}

function compareObject(
  context: Context,
  view: SchemaView,
  definition: TypeDefinitionNode,
  direction: Direction,
): void {
  const fields = fieldsByWire(definition);
  if (isChoice(definition)) return compareChoice(context, view, definition.name.value, direction);
  if (view.items) return lose(context, view.at, 'is a list, but the schema has an object', direction);
  for (const [name, places] of view.properties) {
    const field = fields.get(name);
    const own = places.filter(
      ({ schema }) => schema[direction === 'answers' ? 'writeOnly' : 'readOnly'] !== true,
    );
    if (field) places.forEach((place) => comparePlace(context, place, field.type, direction));
    else own.forEach(({ at }) => lose(context, at, 'has no field', direction));
  }
  // Other than of a union, each is a part of the whole here.
  for (const option of view.alternatives) {
    const other = viewSchema(context.document, option);
    if (other.properties.size > 0 || other.alternatives.length > 0) {
      if (!isSeen(context, option.schema, `${direction} part ${definition.name.value}`))
        compareObject(context, other, definition, direction);
    } else if (isNoObject(other)) lose(context, other.at, 'is no object, but the schema has one', direction);
  }
}

/** A `@oneOf` input has a field for each alternative, and for alternatives of alternatives one below. */
function compareChoice(context: Context, view: SchemaView, name: string, direction: Direction): void {
  const choices = choicesOf(context.definitions, name);
  const candidates = [...choices.keys()].flatMap((type) => context.shapes.get(type) ?? []);
  const taken = new Set<MemberShape>();
  for (const option of flatAlternatives(context, view)) {
    const found = viewSchema(context.document, option);
    const member = bestMember(alternativeOf(context, found), candidates, taken);
    if (member) taken.add(member);
    const type = choices.get(member?.name ?? '');
    if (type && found.properties.size > 0) comparePlace(context, option, type, direction);
    else if (found.properties.size > 0) lose(context, option.at, 'has no field', direction);
  }
}

function compareUnion(context: Context, view: SchemaView, members: readonly string[]): void {
  const candidates = members.flatMap((name) => context.shapes.get(name) ?? []);
  const paired: (readonly [SchemaView, MemberShape])[] = [];
  for (const option of flatAlternatives(context, view)) {
    const found = viewSchema(context.document, option);
    const member = bestMember(
      alternativeOf(context, found),
      candidates,
      new Set(paired.map(([, shape]) => shape)),
    );
    if (found.properties.size === 0 || !member) lose(context, found.at, 'is not among the types', 'answers');
    else paired.push([found, member]);
  }
  pairMembers(context, view, paired);
}

/** The types in the mapping of a base, which stand for it in answers. */
function compareSubtypes(context: Context, view: SchemaView, name: string): void {
  const candidates = [...context.shapes.values()].filter(({ interfaces }) => interfaces.has(name));
  const paired: (readonly [SchemaView, MemberShape])[] = [];
  for (const place of mappedSchemas(context.document, view).values()) {
    const found = viewSchema(context.document, place);
    const member = bestMember(
      alternativeOf(context, found),
      candidates,
      new Set(paired.map(([, shape]) => shape)),
    );
    if (member) paired.push([found, member]);
    else lose(context, found.at, `is not among the types of ${name}`, 'answers');
  }
  pairMembers(context, view, paired);
}

function pairMembers(
  context: Context,
  view: SchemaView,
  paired: readonly (readonly [SchemaView, MemberShape])[],
): void {
  const mapped = mappedSchemas(context.document, view);
  const { discriminator } = view.schema;
  const property = isObject(discriminator) ? String(discriminator['propertyName']) : undefined;
  const telling = new Set(paired.flatMap(([found]) => constantNames(context.document, found)));
  if (property !== undefined) telling.add(property);
  for (const [found, member] of paired) {
    for (const name of telling) {
      const field = member.fields.get(name);
      const values = name === property ? valuesOf(mapped, found) : [];
      const all = values.length > 0 ? values : (constantsOf(context.document, found, name) ?? []);
      if (field === undefined || all.length === 0) continue;
      const key = `${member.name}.${field}`;
      context.constants.set(key, new Set([...(context.constants.get(key) ?? []), ...all]));
    }
    comparePlace(
      context,
      found,
      { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: member.name } },
      'answers',
    );
  }
}

function flatAlternatives(
  context: Context,
  view: SchemaView,
  above: readonly unknown[] = [],
): readonly PlacedSchema[] {
  const options = view.alternatives.length > 0 ? view.alternatives : [view];
  return options.flatMap((option) => {
    if (option.schema === view.schema || above.includes(option.schema)) return [option];
    const found = viewSchema(context.document, option);
    const isNested = found.properties.size === 0 && found.alternatives.length > 0;
    return isNested ? flatAlternatives(context, found, [...above, view.schema]) : [option];
  });
}

function compareValues(
  context: Context,
  view: SchemaView,
  known: ReadonlySet<string>,
  direction: Direction,
): void {
  (view.values ?? []).forEach((value, index) => {
    if (typeof value !== 'string' || known.has(value)) return;
    const place = 'enum' in view.schema ? `/enum/${index}` : '/const';
    lose(context, `${view.pointer}${place}`, `${JSON.stringify(value)} is no value of the enum`, direction);
  });
  for (const option of flatAlternatives(context, view)) {
    if (option.schema !== view.schema)
      compareValues(context, viewSchema(context.document, option), known, direction);
  }
}

function compareScalar(context: Context, view: SchemaView, name: string, direction: Direction): void {
  const what = name === 'JSON' ? 'any JSON' : name;
  const reason =
    structureOf(context.document, view) ?? (name === 'JSON' ? scalarsOf(context.document, view) : undefined);
  if (reason !== undefined) lose(context, view.at, `${reason}, but ${what}`, direction);
}
