import { isObject, type JsonObject, type OpenApiDocument } from '../document/openapi-document.ts';
import {
  describes,
  placeSchema,
  viewSchema,
  type PlacedSchema,
  type SchemaView,
} from '../losses/schema-view.ts';
import { forEachSchema } from './schemas.ts';

/**
 * Puts what an `allOf` joins into the schema itself. Mesh makes an object of scalars and enums that are joined, changes the
 * types of parts that describe the same property, and makes non-null what one of several alternatives in a part requires.
 */
export function joinCompositions(document: OpenApiDocument): void {
  forEachSchema(document, (schema, { words }) => {
    if (!Array.isArray(schema['allOf'])) return;
    const part = onlyPart(document, schema, schema['allOf']);
    // A component that extends another has a name of its own, and may be what a base is mapped to.
    const isNamed = words.length === 1 && part && viewSchema(document, part).properties.size > 0;
    if (part && !isNamed) unwrap(schema, part);
    else joinParts(document, schema);
  });
}

/** The one part that a schema consists of; undefined when there are others, or the schema adds to it. */
function onlyPart(
  document: OpenApiDocument,
  schema: JsonObject,
  allOf: readonly unknown[],
): PlacedSchema | undefined {
  const own = Object.keys(schema).filter((keyword) => keyword !== 'allOf' && keyword !== 'type');
  const parts = allOf.flatMap((part) => placeSchema(document, part, '') ?? []);
  const [part, ...others] = parts.filter((one) => describes(one.schema) || 'required' in one.schema);
  const adds =
    own.includes('required') || describes(Object.fromEntries(own.map((keyword) => [keyword, true])));
  return others.length === 0 && !adds ? part : undefined;
}

/** Joins the parts of one schema, in place. */
export function joinParts(document: OpenApiDocument, schema: JsonObject): void {
  const view = viewSchema(document, { schema, pointer: '', at: '', given: schema });
  delete schema['allOf'];
  if (view.properties.size === 0 && view.alternatives.length === 0) {
    const nearest = view.parts.toReversed().map((part) => part.schema);
    Object.assign(schema, ...nearest, { ...schema });
    delete schema['allOf'];
    const items = view.parts.flatMap(({ schema: part }) => (isObject(part['items']) ? [part['items']] : []));
    if (items.length > 1) schema['items'] = { allOf: items };
    return;
  }
  joinObjects(schema, view);
}

function joinObjects(schema: JsonObject, view: SchemaView): void {
  const required = new Set(view.parts.flatMap((part) => namesOf(part.schema['required'])));
  const properties = [...view.properties].map(([name, places]) => [name, joined(places)] as const);
  if (properties.length > 0) {
    schema['type'] = 'object';
    schema['properties'] = Object.fromEntries(properties);
  }
  if (required.size > 0) schema['required'] = [...required];
  for (const { schema: part } of view.parts) {
    if ('additionalProperties' in part) schema['additionalProperties'] ??= part['additionalProperties'];
    if (part['nullable'] === true && part !== schema && view.properties.size === 0) schema['nullable'] = true;
  }
  const groups = view.parts.flatMap(({ schema: part }) => alternativesOf(part));
  const [first, ...others] = groups;
  if (!first) return;
  delete schema['oneOf'];
  delete schema['anyOf'];
  schema[first.keyword] = first.options;
  // All of several groups hold, so what each requires of is not known: the two keywords together say so.
  if (others.length > 0) {
    schema[first.keyword === 'oneOf' ? 'anyOf' : 'oneOf'] = others.flatMap((group) => group.options);
  }
}

function alternativesOf(part: JsonObject): { keyword: 'oneOf' | 'anyOf'; options: readonly unknown[] }[] {
  return (['oneOf', 'anyOf'] as const).flatMap((keyword) => {
    const options = part[keyword];
    const isDescribing =
      Array.isArray(options) &&
      options.some((option) => isObject(option) && ('$ref' in option || describes(option)));
    return isDescribing ? [{ keyword, options: options as unknown[] }] : [];
  });
}

/**
 * One property as several parts describe it: objects are joined, and values that any of them names are values. Without
 * those, what stands nearest to the whole says enough.
 */
function joined(places: readonly PlacedSchema[]): unknown {
  const told = places.filter((place) => describes(place.schema));
  const structures = distinct(told.filter(({ schema }) => structural.some((keyword) => keyword in schema)));
  if (structures.length > 1) return { allOf: structures };
  const valued = distinct(told.filter(({ schema }) => 'enum' in schema || 'const' in schema));
  if (structures.length === 0 && valued.length > 1) return { anyOf: valued };
  return structures[0] ?? valued[0] ?? (told[0] ?? places[0])?.given ?? {};
}

const structural = ['properties', 'allOf', 'oneOf', 'anyOf', 'items'];

function distinct(places: readonly PlacedSchema[]): readonly unknown[] {
  return [...new Map(places.map((place) => [place.schema, place.given])).values()];
}

/** What stands beside a reference Mesh does not read, but it keeps what stands beside the only alternative to null. */
function unwrap(schema: JsonObject, { given, schema: part }: PlacedSchema): void {
  if (part === schema) return;
  delete schema['allOf'];
  delete schema['type'];
  const isReference = isObject(given) && '$ref' in given;
  if (!isReference) Object.assign(schema, { ...part, ...schema });
  else if (schema['nullable'] === true) schema['anyOf'] = [given, { type: 'null' }];
  else Object.assign(schema, given);
}

function namesOf(required: unknown): readonly string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}
