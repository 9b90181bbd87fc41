import { isDeepStrictEqual } from 'node:util';
import {
  dereference,
  isObject,
  type JsonObject,
  type OpenApiDocument,
} from '../document/openapi-document.ts';
import { describes, viewSchema, type SchemaView } from '../losses/schema-view.ts';
import { joinParts } from './compositions.ts';
import { isNullable } from './nullable.ts';
import { forEachSchema } from './schemas.ts';

/**
 * Gives every schema with alternatives a form that Mesh makes one honest type of. Mesh drops alternatives that stand beside
 * properties, asks answers for the required properties of all of `anyOf`, and makes an object with a field per scalar of
 * alternatives that are not all objects. Here
 * - alternatives beside properties, or in parts of an `allOf`, become properties of the whole (Lithic);
 * - objects of an `anyOf` become one object, or a union where a constant tells them apart (OpenAI);
 * - lists become one list; what is left has no type in common and is any JSON (Resend).
 */
export function settleAlternatives(document: OpenApiDocument): void {
  forEachSchema(document, (schema, { pointer }) => {
    const view = viewSchema(document, { schema, pointer, at: pointer, given: schema });
    if (view.alternatives.length === 0) return dropConstraints(schema);
    const options = flatOptions(document, view);
    const kinds = new Set(options.map((option) => kindOf(option)));
    const [kind = 'any'] = kinds;
    if (view.properties.size > 0) settleBeside(document, schema, view, options);
    else if (isTextOrObject(kinds)) asOneOf(schema);
    else if (kinds.size > 1 || kind === 'free' || kind === 'any') toJson(document, schema);
    else if (kind === 'list') toList(document, schema, options);
    else if (kind === 'object') settleObjects(document, schema, view, options);
  });
}

type Kind = 'object' | 'free' | 'list' | 'scalar' | 'any';

function kindOf({ properties, items, types, values, mapValues }: SchemaView): Kind {
  if (types.size > 1) return 'any';
  if (items || types.has('array')) return 'list';
  if (properties.size > 0) return 'object';
  if (mapValues || types.has('object')) return 'free';
  return types.size > 0 || values ? 'scalar' : 'any';
}

/** The alternatives of a schema, where one is nothing but alternatives those. */
function flatOptions(
  document: OpenApiDocument,
  view: SchemaView,
  above: readonly JsonObject[] = [],
): readonly SchemaView[] {
  return view.alternatives.flatMap((place) => {
    if (place.schema === view.schema || above.includes(place.schema)) return [];
    const option = viewSchema(document, place);
    const isChoice = option.properties.size === 0 && option.alternatives.length > 0;
    return isChoice ? flatOptions(document, option, [...above, view.schema]) : [option];
  });
}

/** Alternatives of `required` alone allow nothing that is not described without them. */
function dropConstraints(schema: JsonObject): void {
  for (const keyword of ['oneOf', 'anyOf']) {
    const options = schema[keyword];
    if (Array.isArray(options) && options.length > 0 && options.every(isConstraint)) delete schema[keyword];
  }
}

function isConstraint(option: unknown): boolean {
  return isObject(option) && !('$ref' in option) && !describes(option);
}

function settleObjects(
  document: OpenApiDocument,
  schema: JsonObject,
  view: SchemaView,
  options: readonly SchemaView[],
): void {
  if (options.length < 2 && !('allOf' in schema)) return;
  if ('allOf' in schema || ('oneOf' in schema && 'anyOf' in schema))
    return fold(document, schema, view, options);
  if (!Array.isArray(schema['anyOf'])) return;
  const isBase = options.some((option) => 'discriminator' in option.schema);
  const isUnion = isBase || isToldApart(document, options) || !agree(document, view, options);
  if (!isUnion) return fold(document, schema, view, options);
  asOneOf(schema);
}

/** A choice in requests, and any JSON in answers: see mesh/wrap/scalar-alternatives.ts. */
function isTextOrObject(kinds: ReadonlySet<Kind>): boolean {
  return kinds.size === 2 && kinds.has('object') && kinds.has('scalar');
}

function asOneOf(schema: JsonObject): void {
  if (!Array.isArray(schema['anyOf'])) return;
  schema['oneOf'] = schema['anyOf'] as unknown[];
  delete schema['anyOf'];
}

/** Alternatives beside properties: a part of the whole where they agree, otherwise each is the whole with its own. */
function settleBeside(
  document: OpenApiDocument,
  schema: JsonObject,
  view: SchemaView,
  options: readonly SchemaView[],
): void {
  const own = ['oneOf', 'anyOf'].filter((keyword) => Array.isArray(schema[keyword]));
  const [keyword] = own;
  const isSplit = keyword !== undefined && own.length === 1 && !agree(document, view, options);
  if (!isSplit || !options.every((option) => option.properties.size > 0)) {
    return fold(document, schema, view, options);
  }
  const { oneOf: _, anyOf: __, description, nullable, ...base } = schema;
  const whole = structuredClone(base);
  for (const name of Object.keys(schema)) delete schema[name];
  Object.assign(schema, description !== undefined && { description }, nullable !== undefined && { nullable });
  schema['oneOf'] = options.map((option) => {
    const joined: JsonObject = { type: 'object', allOf: [{ ...whole }, option.given] };
    joinParts(document, joined);
    return joined;
  });
}

/** Whether what several alternatives call the same is of one type in all. */
function agree(document: OpenApiDocument, view: SchemaView, options: readonly SchemaView[]): boolean {
  const names = new Set(options.flatMap((option) => [...option.properties.keys()]));
  return [...names].every((name) => {
    const described = options.flatMap((option) => option.properties.get(name) ?? []);
    const all = [...(view.properties.get(name) ?? []), ...described];
    const merged = distinct(all.map((place) => place.given));
    if (merged.length === 1) return true;
    const views = all.map((place) => viewSchema(document, place));
    const types = new Set(views.flatMap((one) => (kindOf(one) === 'scalar' ? [...one.types] : ['other'])));
    return types.size <= 1 && !types.has('other');
  });
}

/** Whether a property has other values in each. */
function isToldApart(document: OpenApiDocument, options: readonly SchemaView[]): boolean {
  const [first, ...others] = options;
  return [...(first?.properties.keys() ?? [])].some((name) => {
    const seen = new Set<unknown>();
    return [first, ...others].every((option) => {
      const values = option && valuesOf(document, option, name);
      const isOwn = values !== undefined && values.every((value) => !seen.has(value));
      values?.forEach((value) => seen.add(value));
      return isOwn;
    });
  });
}

function valuesOf(document: OpenApiDocument, { properties }: SchemaView, name: string) {
  return properties
    .get(name)
    ?.map((place) => viewSchema(document, place).values)
    .find((values) => values !== undefined);
}

/** Makes one object of a schema and its alternatives. It requires of them what each of them requires. */
function fold(
  document: OpenApiDocument,
  schema: JsonObject,
  view: SchemaView,
  options: readonly SchemaView[],
): void {
  const objects = options
    .filter((option) => option.properties.size > 0)
    .map((option) => whole(document, option));
  const properties: JsonObject = isObject(schema['properties']) ? { ...schema['properties'] } : {};
  for (const name of new Set(objects.flatMap((option) => [...option.properties.keys()]))) {
    if (view.properties.has(name)) continue;
    const described = objects.flatMap((option) => option.properties.get(name) ?? []);
    properties[name] = oneOf(described.map((place) => place.given));
  }
  const [first, ...others] = objects.map((option) => requiredNames(document, option.schema));
  const shared = [...(first ?? [])].filter((name) => others.every((names) => names.has(name)));
  const required = new Set([...requiredNames(document, schema, false), ...shared]);
  const nullable = isNullable(document, schema);
  const rest = withoutAlternatives(document, schema);
  delete schema['allOf'];
  Object.assign(schema, rest, { type: 'object', properties }, nullable && { nullable });
  if (required.size > 0) schema['required'] = [...required];
  delete schema['oneOf'];
  delete schema['anyOf'];
}

/** An alternative with its own alternatives' properties. */
function whole(document: OpenApiDocument, view: SchemaView): SchemaView {
  const properties = new Map(view.properties);
  for (const option of flatOptions(document, view)) {
    for (const [name, places] of option.properties) {
      if (!view.properties.has(name)) properties.set(name, [...(properties.get(name) ?? []), ...places]);
    }
  }
  return { ...view, properties };
}

/** A schema, and the parts of its `allOf`, without their alternatives, which are in the whole by now. */
function withoutAlternatives(document: OpenApiDocument, schema: JsonObject): JsonObject {
  const { oneOf: _, anyOf: __, ...rest } = schema;
  if (!Array.isArray(rest['allOf'])) return rest;
  const parts = (rest['allOf'] as unknown[]).flatMap((part) => {
    const found = dereference(document, part);
    if (!found || !hasAlternatives(document, found)) return [part];
    const stripped = withoutAlternatives(document, found);
    return describes(stripped) ? [stripped] : [];
  });
  const { allOf: ___, ...alone } = rest;
  return parts.length > 0 ? { ...rest, allOf: parts } : alone;
}

function hasAlternatives(document: OpenApiDocument, schema: JsonObject): boolean {
  return viewSchema(document, { schema, pointer: '', at: '', given: schema }).alternatives.length > 0;
}

function requiredNames(document: OpenApiDocument, schema: JsonObject, deep = true): Set<string> {
  const { required, allOf } = schema;
  const own = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
  const parts = deep && Array.isArray(allOf) ? (allOf as unknown[]) : [];
  const inherited = parts.flatMap((part) => {
    const found = dereference(document, part);
    return found && found !== schema ? [...requiredNames(document, found)] : [];
  });
  return new Set([...own, ...inherited]);
}

/** One schema for what several describe; what is not the same in all becomes alternatives. */
function oneOf(schemas: readonly unknown[]): unknown {
  const different = distinct(schemas);
  return different.length === 1 ? different[0] : { anyOf: different };
}

function distinct(schemas: readonly unknown[]): readonly unknown[] {
  const different: unknown[] = [];
  for (const schema of schemas) {
    if (!different.some((other) => isDeepStrictEqual(other, schema))) different.push(schema);
  }
  return different;
}

function toList(document: OpenApiDocument, schema: JsonObject, options: readonly SchemaView[]): void {
  const items = oneOf(options.map((option) => option.items?.given ?? {}));
  replace(document, schema, { type: 'array', items });
}

function toJson(document: OpenApiDocument, schema: JsonObject): void {
  replace(document, schema, { type: 'object', additionalProperties: true });
}

const kept: ReadonlySet<string> = new Set(['description', 'deprecated', 'readOnly', 'writeOnly']);

function replace(document: OpenApiDocument, schema: JsonObject, other: JsonObject): void {
  const nullable = isNullable(document, schema);
  for (const keyword of Object.keys(schema)) if (!kept.has(keyword)) delete schema[keyword];
  Object.assign(schema, other, nullable && { nullable });
}
