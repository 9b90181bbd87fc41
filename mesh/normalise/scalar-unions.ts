import { dereference, type JsonObject, type OpenApiDocument } from '../document/openapi-document.ts';
import { forEachSchema } from './schemas.ts';

/**
 * Makes one scalar of alternatives that are all scalars: their enum where each is one of strings, their common type,
 * or else any JSON. Mesh would make an object with a field per scalar, which no answer has, and fails where
 * two such objects meet (OpenAI: `anyOf: [VoiceIds, { type: string }]`).
 */
export function mergeScalarUnions(document: OpenApiDocument): void {
  forEachSchema(document, (schema) => {
    const scalars = scalarsOf(document, schema, new Set());
    if (!scalars || scalars.length < 2) return;
    delete schema['oneOf'];
    delete schema['anyOf'];
    Object.assign(schema, merged(scalars));
  });
}

type Scalar = { type: string; enum?: unknown[]; format?: unknown };

/** The alternatives without null, those of alternatives included; undefined when one is no scalar. */
function scalarsOf(
  document: OpenApiDocument,
  schema: JsonObject,
  seen: Set<JsonObject>,
): readonly Scalar[] | undefined {
  const options = 'oneOf' in schema && 'anyOf' in schema ? undefined : (schema['oneOf'] ?? schema['anyOf']);
  if (!Array.isArray(options) || 'properties' in schema || 'allOf' in schema || seen.has(schema))
    return undefined;
  seen.add(schema);
  const scalars: Scalar[] = [];
  for (const value of options as unknown[]) {
    const option = dereference(document, value);
    const own = option && (scalarOf(option) ?? scalarsOf(document, option, new Set(seen)));
    if (!own) return undefined;
    scalars.push(...own);
  }
  return scalars;
}

/** Nothing for null, one scalar for each of a list of types. */
function scalarOf(option: JsonObject): readonly Scalar[] | undefined {
  if ('oneOf' in option || 'anyOf' in option || 'allOf' in option) return undefined;
  const { type, enum: values, const: constant, format } = option;
  const list = Array.isArray(values) ? (values as unknown[]) : 'const' in option ? [constant] : undefined;
  const types = type === undefined ? typesOf(list ?? []) : ([type].flat() as unknown[]);
  if (types.length === 0 || !types.every(isScalarType)) return undefined;
  const own = { ...(list && { enum: list }), ...(format !== undefined && { format }) };
  return types.filter((name) => name !== 'null').map((name) => ({ type: name, ...own }));
}

function isScalarType(type: unknown): type is string {
  return ['string', 'number', 'integer', 'boolean', 'null'].includes(type as string);
}

function typesOf(values: readonly unknown[]): readonly string[] {
  return [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))];
}

function merged(scalars: readonly Scalar[]): JsonObject {
  const types = new Set(scalars.map(({ type }) => type));
  if (types.has('number')) types.delete('integer');
  const [type, ...others] = types;
  if (others.length > 0) return {};
  const formats = new Set(scalars.map(({ format }) => format));
  const [format] = formats;
  const lists = scalars.map((scalar) => scalar.enum);
  const values = lists.every((list) => list !== undefined) ? [...new Set(lists.flat())] : undefined;
  return {
    type,
    ...(formats.size === 1 && format !== undefined && { format }),
    ...(values && { enum: values }),
  };
}
