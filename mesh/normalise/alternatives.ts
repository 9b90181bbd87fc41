import {
  dereference,
  isObject,
  type JsonObject,
  type OpenApiDocument,
} from '../document/openapi-document.ts';
import { forEachSchema, partsOf } from './schemas.ts';

/** What a value always has, by property. */
export type Constants = Readonly<Record<string, unknown>>;

/** Schemas with alternatives, to each alternative and what it always has. */
export type Alternatives = ReadonlyMap<JsonObject, ReadonlyMap<JsonObject, Constants>>;

/**
 * Reads what tells the alternatives of a oneOf apart: constants of their properties, and the values that a discriminator
 * has for them (OpenAPI 3.1.1, section 4.8.25). An alternative for which a mapping has several values gets none of them.
 * Read before other passes take both away.
 */
export function readAlternatives(document: OpenApiDocument): Alternatives {
  const alternatives = new Map<JsonObject, ReadonlyMap<JsonObject, Constants>>();
  forEachSchema(document, (schema) => {
    const options = schema['oneOf'];
    if (!Array.isArray(options)) return;
    const own = new Map<JsonObject, Constants>();
    for (const option of options as unknown[]) {
      const alternative = dereference(document, option);
      if (!alternative) continue;
      own.set(alternative, {
        ...discriminatorValue(document, schema, option, alternative),
        ...constantProperties(document, alternative),
      });
    }
    alternatives.set(schema, own);
  });
  return alternatives;
}

function constantProperties(document: OpenApiDocument, alternative: JsonObject): Constants {
  const constants: Record<string, unknown> = {};
  for (const { properties } of [alternative, ...partsOf(document, alternative)]) {
    if (!isObject(properties)) continue;
    for (const [name, property] of Object.entries(properties)) {
      const schema = dereference(document, property);
      const values = schema && 'const' in schema ? [schema['const']] : schema?.['enum'];
      if (!Array.isArray(values) || values.length !== 1) continue;
      const [value] = values as unknown[];
      if (value !== null && typeof value !== 'object') constants[name] = value;
    }
  }
  return constants;
}

function discriminatorValue(
  document: OpenApiDocument,
  { discriminator }: JsonObject,
  option: unknown,
  alternative: JsonObject,
): Constants {
  if (!isObject(discriminator) || typeof discriminator['propertyName'] !== 'string') return {};
  const mapping = isObject(discriminator['mapping']) ? Object.entries(discriminator['mapping']) : [];
  const values = mapping
    .filter(([, target]) => dereference(document, { $ref: pointerOf(target) }) === alternative)
    .map(([value]) => value);
  const reference = isObject(option) ? option['$ref'] : undefined;
  // Without a mapping, it is the name of the component.
  if (values.length === 0 && typeof reference === 'string') values.push(reference.split('/').at(-1) ?? '');
  const [value, ...others] = values;
  return value === undefined || others.length > 0 ? {} : { [discriminator['propertyName']]: value };
}

function pointerOf(target: unknown): string {
  const text = String(target);
  return text.startsWith('#') ? text : `#/components/schemas/${text}`;
}

/**
 * Makes any JSON of alternatives of which some are lists and some are not: Mesh makes a list of all of them, and a single
 * one could neither be sent nor read (OpenAI: `oneOf: [{ type: string }, { type: array }]`).
 */
export function settleMixedAlternatives(document: OpenApiDocument, warnings: string[]): void {
  forEachSchema(document, (schema, { pointer }) => {
    for (const keyword of ['oneOf', 'anyOf'] as const) {
      const options = schema[keyword];
      if (!Array.isArray(options)) continue;
      const kinds = (options as unknown[])
        .map((option) => dereference(document, option))
        .filter((option) => option?.['type'] !== 'null');
      const lists = kinds.filter((option) => option?.['type'] === 'array');
      const isMixed = kinds.some(isScalar) && kinds.some((option) => option?.['properties'] !== undefined);
      if (lists.length === 0 && isMixed) {
        warnings.push(`${pointer}/${keyword}: a scalar is among the alternatives; answers are any JSON`);
      }
      if (lists.length === 0 || lists.length === kinds.length) continue;
      for (const key of ['type', 'oneOf', 'anyOf', 'items', 'discriminator']) delete schema[key];
      warnings.push(`${pointer}/${keyword}: a list is among the alternatives; any JSON`);
    }
  });
}

function isScalar(option: JsonObject | undefined): boolean {
  return ['string', 'number', 'integer', 'boolean'].includes(option?.['type'] as string);
}
