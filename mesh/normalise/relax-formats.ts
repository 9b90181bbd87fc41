import type { JsonObject, OpenApiDocument } from '../document/openapi-document.ts';
import { forEachSchema } from './schemas.ts';

const ofNumbers = ['integer', 'number'];

/** Formats that have a scalar of their own, and the types of which they are one. */
const keptFormats: ReadonlyMap<unknown, readonly unknown[]> = new Map([
  ['date-time', ['string']],
  ['date', ['string']],
  ['uuid', ['string']],
  ['binary', ['string', 'file']],
  ['byte', ['string']],
  ['int32', ofNumbers],
  ['int64', ofNumbers],
  ['float', ofNumbers],
  ['double', ofNumbers],
]);

const constraints = [
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'example',
  'examples',
  'default',
];

/**
 * Takes out what would make a type of its own of every constrained string or number. A REST answer that breaks
 * its own pattern is data, not an error, and requests are validated by the service that receives them. Defaults are
 * the service's to apply: filled in here, a partial update would change what nobody mentioned.
 */
export function relaxFormats(document: OpenApiDocument): void {
  forEachSchema(document, (schema) => {
    for (const keyword of constraints) delete schema[keyword];
    if (!hasFormatOfItsType(schema)) delete schema['format'];
    relaxConstant(schema);
    relaxEnum(schema);
  });
}

/** Mesh goes by the format alone: it would send a number for `type: string, format: int64` (Google). */
function hasFormatOfItsType({ type, format }: JsonObject): boolean {
  const types = keptFormats.get(format);
  return types !== undefined && (type === undefined || types.includes(type));
}

/** Only strings can be told apart by GraphQL enum values; numbers stay numbers. */
function relaxEnum(schema: JsonObject): void {
  const values = schema['enum'];
  if (!Array.isArray(values)) return;
  const others = values.filter((value) => value !== null);
  if (others.length > 0 && others.every((value) => typeof value === 'string')) schema['enum'] = others;
  else delete schema['enum'];
}

/** A constant is a value like any other of its type, not an enum with one value. */
function relaxConstant(schema: JsonObject): void {
  const values = 'const' in schema ? [schema['const']] : schema['enum'];
  if (!Array.isArray(values) || values.length !== 1) return;
  delete schema['const'];
  delete schema['enum'];
  const [value] = values as unknown[];
  if (typeof value === 'number') schema['type'] ??= Number.isInteger(value) ? 'integer' : 'number';
  else if (typeof value === 'string' || typeof value === 'boolean') schema['type'] ??= typeof value;
}
