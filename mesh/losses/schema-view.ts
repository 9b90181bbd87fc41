import {
  isObject,
  pointerTo,
  resolvePointer,
  type JsonObject,
  type OpenApiDocument,
} from '../document/openapi-document.ts';

/** A schema and where it stands. */
export interface PlacedSchema {
  schema: JsonObject;
  /** JSON pointer to the schema itself, references followed. */
  pointer: string;
  /** JSON pointer to the reference that led there, or to the schema when none did. */
  at: string;
  /** What stands there: the reference, or the schema. */
  given: unknown;
}

/** What a schema describes, with everything that its `allOf` joins. */
export interface SchemaView extends PlacedSchema {
  /** Itself, the parts of its `allOf` and theirs. */
  parts: readonly PlacedSchema[];
  /** Each by its name, from every part that describes it. */
  properties: ReadonlyMap<string, readonly PlacedSchema[]>;
  /** Of `oneOf` and `anyOf`, without null and those that only constrain. */
  alternatives: readonly PlacedSchema[];
  items: PlacedSchema | undefined;
  /** What a map of things holds: the schema of `additionalProperties`. */
  mapValues: PlacedSchema | undefined;
  /** Without "null". */
  types: ReadonlySet<string>;
  /** `enum` or `const`; undefined when any value may stand there. */
  values: readonly unknown[] | undefined;
}

/** Follows references to the schema itself. @returns undefined when there is none, as with `true` */
export function placeSchema(
  document: OpenApiDocument,
  value: unknown,
  pointer: string,
): PlacedSchema | undefined {
  let place = { value, pointer };
  for (let steps = 0; steps < 50; steps++) {
    if (!isObject(place.value)) return undefined;
    const reference = place.value['$ref'];
    if (typeof reference !== 'string')
      return { schema: place.value, pointer: place.pointer, at: pointer, given: value };
    place = { value: resolvePointer(document, reference), pointer: reference.slice(1) };
  }
  return undefined;
}

interface Collected extends PlacedSchema {
  parts: PlacedSchema[];
  properties: Map<string, PlacedSchema[]>;
  alternatives: PlacedSchema[];
  items: PlacedSchema | undefined;
  mapValues: PlacedSchema | undefined;
  types: Set<string>;
  values: readonly unknown[] | undefined;
}

/** Reads what a schema describes. It is made anew at every call. */
export function viewSchema(document: OpenApiDocument, place: PlacedSchema): SchemaView {
  const view: Collected = {
    ...place,
    parts: [],
    properties: new Map(),
    alternatives: [],
    items: undefined,
    mapValues: undefined,
    types: new Set(),
    values: undefined,
  };
  const seen = new Set<JsonObject>();
  const collect = (part: PlacedSchema): void => {
    if (seen.has(part.schema)) return;
    seen.add(part.schema);
    view.parts.push(part);
    addPart(document, part, view);
    for (const child of placeAll(document, part, 'allOf')) collect(child);
  };
  collect(place);
  // Beside another type, items say nothing.
  if (view.types.size > 0 && !view.types.has('array')) view.items = undefined;
  return view;
}

function addPart(document: OpenApiDocument, part: PlacedSchema, view: Collected): void {
  const { schema, pointer } = part;
  const { properties, type } = schema;
  for (const [name, value] of Object.entries(isObject(properties) ? properties : {})) {
    if (value === false) continue;
    const at = `${pointer}/properties${pointerTo(name)}`;
    // `true` and what leads nowhere describe nothing, but the property is there.
    const found = placeSchema(document, value, at) ?? { schema: {}, pointer: at, at, given: value };
    view.properties.set(name, [...(view.properties.get(name) ?? []), found]);
  }
  for (const keyword of ['oneOf', 'anyOf']) {
    const options = placeAll(document, part, keyword);
    view.alternatives.push(...options.filter((option) => !isNull(option.schema) && describes(option.schema)));
  }
  view.items ??= placeSchema(document, schema['items'], `${pointer}/items`);
  view.mapValues ??= placeSchema(document, schema['additionalProperties'], `${pointer}/additionalProperties`);
  for (const name of [type].flat()) {
    if (typeof name === 'string' && name !== 'null') view.types.add(name);
  }
  if ('const' in schema) view.values ??= [schema['const']];
  if (Array.isArray(schema['enum'])) view.values ??= schema['enum'] as unknown[];
}

function placeAll(
  document: OpenApiDocument,
  { schema, pointer }: PlacedSchema,
  keyword: string,
): readonly PlacedSchema[] {
  const parts = schema[keyword];
  if (!Array.isArray(parts)) return [];
  return (parts as unknown[]).flatMap((part, index) => {
    const found = placeSchema(document, part, `${pointer}/${keyword}/${index}`);
    return found ? [found] : [];
  });
}

/** Whether a schema allows null and nothing else. */
export function isNull({ type, enum: values, ...schema }: JsonObject): boolean {
  if (type === 'null' || ('const' in schema && schema['const'] === null)) return true;
  return Array.isArray(values) && values.length > 0 && values.every((value) => value === null);
}

const describing = [
  'type',
  'properties',
  'items',
  'allOf',
  'oneOf',
  'anyOf',
  'enum',
  'const',
  'additionalProperties',
];

/** Whether a schema says what stands there; others only constrain what another schema describes. */
export function describes(schema: JsonObject): boolean {
  return describing.some((keyword) => keyword in schema);
}
