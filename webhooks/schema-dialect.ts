import type { JsonSchemaObject } from './source.ts';

/**
 * Rewrites an OpenAPI schema as JSON Schema 2020-12 with the same meaning, leaving the given one as it is.
 *
 * 3.0 (OpenAPI 3.0.3, "Schema Object"): only the keywords that 3.0 knows count; siblings of `$ref` are ignored;
 * `exclusiveMinimum` and `exclusiveMaximum` are booleans; `nullable: true` lets null through. The last is read
 * as 3.0.0 words it ("allows sending a null value"), wherever it stands: 3.0.3 narrowed it for `enum`, `allOf`
 * and `$ref`, but documents are written the old way, and a null let through does less harm than an event refused.
 *
 * 3.1: already 2020-12, but for the boolean limits that some documents kept from 3.0. What says nothing about validity is left out all the same, because an example may hold
 * a property called `$id` that would be taken for a schema's.
 */
export function toJsonSchema2020(schema: JsonSchemaObject, dialect: '3.0' | '3.1'): JsonSchemaObject {
  return translateRecord(schema, dialect === '3.0' ? keywordsOf30 : keywordsOf31);
}

type KeywordsOf = (schema: JsonSchemaObject) => JsonSchemaObject;

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

function translate(schema: unknown, keywordsOf: KeywordsOf): unknown {
  return isRecord(schema) ? translateRecord(schema, keywordsOf) : schema;
}

function translateRecord(schema: JsonSchemaObject, keywordsOf: KeywordsOf): JsonSchemaObject {
  return mapValues(keywordsOf(schema), (value, keyword) => {
    if (schemaIn.has(keyword)) return translate(value, keywordsOf);
    if (schemaListIn.has(keyword) && Array.isArray(value))
      return value.map((item) => translate(item, keywordsOf));
    if (schemaMapIn.has(keyword) && isRecord(value))
      return mapValues(value, (item) => translate(item, keywordsOf));
    if (keyword === 'components' && isRecord(value) && isRecord(value['schemas'])) {
      return { schemas: mapValues(value['schemas'], (item) => translate(item, keywordsOf)) };
    }
    return value;
  });
}

const keywordsOf31: KeywordsOf = (schema) =>
  withNumericLimits(pick(schema, (keyword) => !saysNothing.has(keyword) && !keyword.startsWith('x-')));

const keywordsOf30: KeywordsOf = (schema) => {
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

function isRecord(value: unknown): value is JsonSchemaObject {
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
