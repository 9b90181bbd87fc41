import { isObject, pointerTo, type OpenApiDocument } from '../document/openapi-document.ts';
import { placeSchema, viewSchema, type PlacedSchema, type SchemaView } from './schema-view.ts';
import { subtypesOf } from '../normalise/subtypes.ts';

export function isNoObject({ types, items, values }: SchemaView): boolean {
  return items !== undefined || values !== undefined || (types.size > 0 && !types.has('object'));
}

/** What a schema describes beyond a scalar or a free-form object; undefined when nothing. */
export function structureOf(document: OpenApiDocument, view: SchemaView, depth = 0): string | undefined {
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
export function scalarsOf(document: OpenApiDocument, view: SchemaView, depth = 0): string | undefined {
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
export function mappedSchemas(
  document: OpenApiDocument,
  { schema, pointer }: SchemaView,
): ReadonlyMap<string, PlacedSchema> {
  const found = new Map<string, PlacedSchema>();
  const component = /^\/components\/schemas\/([^/]+)$/.exec(pointer)?.[1];
  for (const [value, name] of (component !== undefined && subtypesOf(document, component)) || []) {
    const place = placeSchema(
      document,
      document.components?.['schemas']?.[name],
      pointerTo('components', 'schemas', name),
    );
    if (place) found.set(value, place);
  }
  const { discriminator } = schema;
  const mapping = isObject(discriminator) ? discriminator['mapping'] : undefined;
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
export function valuesOf(
  mapped: ReadonlyMap<string, PlacedSchema>,
  { schema, pointer }: SchemaView,
): readonly string[] {
  const values = [...mapped].flatMap(([value, place]) => (place.schema === schema ? [value] : []));
  const component = /^\/components\/schemas\/([^/]+)$/.exec(pointer)?.[1];
  return values.length > 0 || component === undefined ? values : [component];
}

export function constantNames(document: OpenApiDocument, view: SchemaView): readonly string[] {
  return [...view.properties.keys()].filter((name) => constantsOf(document, view, name)?.length === 1);
}

/** The fewest values that any part gives a property. */
export function constantsOf(
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
