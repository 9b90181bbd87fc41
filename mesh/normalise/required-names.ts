import {
  dereference,
  isObject,
  type JsonObject,
  type OpenApiDocument,
} from '../document/openapi-document.ts';
import { forEachSchema, partsOf } from './schemas.ts';

/**
 * Leaves in `required` only names of properties that the schema describes, itself or in parts of its allOf: Mesh looks
 * for the field of each and gives up the whole document when there is none (OpenAI). A part that requires what only
 * its siblings describe hands the name to the schema that joins them. Comes before these are joined.
 */
export function settleRequiredNames(document: OpenApiDocument, warnings: string[]): void {
  const places = new Map<JsonObject, string>();
  forEachSchema(document, (schema, { pointer }) => places.set(schema, pointer));
  const undescribed = new Map<JsonObject, readonly string[]>();
  for (const schema of places.keys()) {
    const described = namesIn([schema, ...partsOf(document, schema)]);
    const names = requiredNames(schema).filter((name) => !described.has(name));
    if (names.length > 0) undescribed.set(schema, names);
  }
  const settled = settleInOwners(document, [...places.keys()], undescribed);
  for (const [schema, pointer] of places) {
    // Without properties it only constrains what another schema describes.
    if (!isObject(schema['properties']) && !('allOf' in schema)) continue;
    const names = requiredNames(schema);
    const lost = (undescribed.get(schema) ?? []).filter((name) => !settled.get(schema)?.has(name));
    const optional = namesIn(optionsOf(document, schema));
    for (const name of lost.filter((candidate) => !optional.has(candidate)))
      warnings.push(`${pointer}/required: "${name}" is required but not described; lost`);
    const described = namesIn([schema, ...partsOf(document, schema), ...optionsOf(document, schema)]);
    if (names.length > 0) schema['required'] = names.filter((name) => described.has(name));
  }
}

/** Takes out what joining and choosing left in `required` without a property, as in one of several alternatives. */
export function dropUndescribedNames(document: OpenApiDocument): void {
  forEachSchema(document, (schema) => {
    const { required, properties } = schema;
    if (!Array.isArray(required) || !isObject(properties)) return;
    schema['required'] = required.filter((name) => Object.hasOwn(properties, String(name)));
  });
}

/**
 * Makes schemas require what parts of their allOf require and only the whole describes.
 * @returns names that a part or an alternative requires and its owner describes
 */
function settleInOwners(
  document: OpenApiDocument,
  owners: readonly JsonObject[],
  undescribed: ReadonlyMap<JsonObject, readonly string[]>,
): ReadonlyMap<JsonObject, ReadonlySet<string>> {
  const settled = new Map<JsonObject, Set<string>>();
  for (const owner of owners) {
    const parts = partsOf(document, owner);
    const described = namesIn([owner, ...parts]);
    const settle = (schema: JsonObject): readonly string[] => {
      const names = (undescribed.get(schema) ?? []).filter((name) => described.has(name));
      if (names.length > 0) settled.set(schema, new Set([...(settled.get(schema) ?? []), ...names]));
      return names;
    };
    optionsOf(document, owner).forEach(settle);
    const handed = [...parts].flatMap(settle);
    if (handed.length > 0 && Array.isArray(owner['allOf'])) {
      // Mesh would make JSON of what a part only requires (Lithic).
      const rest = owner['allOf'].filter((part) => !onlyRequires(part)) as unknown[];
      if (rest.length > 0) owner['allOf'] = rest;
    }
    if (handed.length > 0) owner['required'] = [...new Set([...requiredNames(owner), ...handed])];
  }
  return settled;
}

function onlyRequires(part: unknown): boolean {
  return isObject(part) && Object.keys(part).join() === 'required';
}

function requiredNames({ required }: JsonObject): string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}

function namesIn(schemas: readonly JsonObject[]): ReadonlySet<string> {
  return new Set(schemas.flatMap(({ properties }) => (isObject(properties) ? Object.keys(properties) : [])));
}

/** The alternatives of a schema and of the parts of its allOf, with their own parts. */
export function optionsOf(document: OpenApiDocument, schema: JsonObject): readonly JsonObject[] {
  return [schema, ...partsOf(document, schema)]
    .flatMap(({ oneOf, anyOf }) => [oneOf, anyOf])
    .filter(Array.isArray)
    .flat()
    .map((option) => dereference(document, option))
    .filter((option) => option !== undefined)
    .flatMap((option) => [option, ...partsOf(document, option)]);
}
