import type { JsonSchemaObject } from './source.ts';

/**
 * Rewrites an OpenAPI schema as JSON Schema 2020-12 with the same meaning, leaving the given one as it is.
 *
 * 3.0 (OpenAPI 3.0.3, "Schema Object"): only the keywords that 3.0 knows count; siblings of `$ref` are ignored;
 * `exclusiveMinimum` and `exclusiveMaximum` are booleans; `nullable: true` lets null through. The last is read
 * as 3.0.0 words it ("allows sending a null value"), wherever it stands: 3.0.3 narrowed it for `enum`, `allOf`
 * and `$ref`, but documents are written the old way, and a null let through does less harm than an event refused.
 *
 * 3.1: already 2020-12, but for the boolean limits that some documents kept from 3.0. What says nothing about
 * validity is left out all the same, because an example may hold a property called `$id` that would be taken for a
 * schema's.
 */
export function toJsonSchema2020(schema: JsonSchemaObject, dialect: '3.0' | '3.1'): JsonSchemaObject {
  return mapSchemas(schema, dialect === '3.0' ? keywordsOf30 : keywordsOf31);
}

/** Makes one schema of one schema; `pointer` is where the given one stands (RFC 6901). */
export type SchemaChange = (schema: JsonSchemaObject, pointer: string) => JsonSchemaObject;

const schemaIn = new Set(
  'additionalProperties items not if then else contains propertyNames unevaluatedItems unevaluatedProperties contentSchema'.split(
    ' ',
  ),
);
const schemaListIn = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const schemaMapIn = new Set(['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions']);

const knownTo30 = new Set(
  (
    'type format enum multipleOf minimum exclusiveMinimum maximum exclusiveMaximum minLength maxLength pattern ' +
    'items minItems maxItems uniqueItems properties additionalProperties required minProperties maxProperties ' +
    'allOf anyOf oneOf not'
  ).split(' '),
);
const containers = new Set(['components', '$defs', 'definitions']);
const saysNothing = new Set([
  '$schema',
  'nullable',
  'example',
  'examples',
  'default',
  'externalDocs',
  'xml',
  'discriminator',
]);

/** Changes a schema and then, in what came out, every schema within it; a new one, the given one stays as it is. */
export function mapSchemas(schema: JsonSchemaObject, change: SchemaChange, pointer = ''): JsonSchemaObject {
  const within = (value: unknown, at: string) => (isRecord(value) ? mapSchemas(value, change, at) : value);
  const map = (values: JsonSchemaObject, at: string) =>
    mapValues(values, (value, key) => within(value, `${at}/${escaped(key)}`));
  return mapValues(change(schema, pointer), (value, keyword) => {
    const at = `${pointer}/${escaped(keyword)}`;
    if (schemaIn.has(keyword)) return within(value, at);
    if (schemaListIn.has(keyword) && Array.isArray(value))
      return value.map((item, index) => within(item, `${at}/${index}`));
    if (schemaMapIn.has(keyword) && isRecord(value)) return map(value, at);
    if (keyword === 'components' && isRecord(value) && isRecord(value['schemas']))
      return { schemas: map(value['schemas'], `${at}/schemas`) };
    return value;
  });
}

const keywordsOf31: SchemaChange = (schema) =>
  withNumericLimits(pick(schema, (keyword) => !saysNothing.has(keyword) && !keyword.startsWith('x-')));

const keywordsOf30: SchemaChange = (schema) => {
  const held = pick(schema, (keyword) => containers.has(keyword));
  const said =
    typeof schema['$ref'] === 'string'
      ? { $ref: schema['$ref'] }
      : withNumericLimits(pick(schema, (keyword) => knownTo30.has(keyword)));
  return { ...held, ...(schema['nullable'] === true ? orNull(said) : said) };
};

/** Draft 4 marks a limit as exclusive; 2020-12 gives the exclusive limit itself. */
function withNumericLimits(schema: JsonSchemaObject): JsonSchemaObject {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, ...rest } = schema;
  return {
    ...rest,
    ...limit('minimum', 'exclusiveMinimum', minimum, exclusiveMinimum),
    ...limit('maximum', 'exclusiveMaximum', maximum, exclusiveMaximum),
  };
}

function limit(inclusive: string, exclusive: string, value: unknown, isExclusive: unknown): JsonSchemaObject {
  if (typeof isExclusive === 'number') {
    return { [exclusive]: isExclusive, ...(value !== undefined && { [inclusive]: value }) };
  }
  return value === undefined ? {} : { [isExclusive === true ? exclusive : inclusive]: value };
}

/** The short form where it means the same, because its errors read better. */
function orNull(schema: JsonSchemaObject): JsonSchemaObject {
  const isPlain =
    typeof schema['type'] === 'string' &&
    !['enum', 'allOf', 'anyOf', 'oneOf', 'not'].some((k) => k in schema);
  return isPlain ? { ...schema, type: [schema['type'], 'null'] } : { anyOf: [{ type: 'null' }, schema] };
}

/** One token of an RFC 6901 pointer. */
export function escaped(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

export function isRecord(value: unknown): value is JsonSchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pick(schema: JsonSchemaObject, isWanted: (keyword: string) => boolean): JsonSchemaObject {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => isWanted(keyword)));
}

function mapValues(
  record: JsonSchemaObject,
  change: (value: unknown, key: string) => unknown,
): JsonSchemaObject {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
