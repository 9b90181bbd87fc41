import {
  dereference,
  isObject,
  type JsonObject,
  type OpenApiDocument,
} from '../document/openapi-document.ts';
import { viewSchema } from '../losses/schema-view.ts';

/** Value of a discriminator to the name of the component that it stands for. */
export type Subtypes = ReadonlyMap<string, string>;

/**
 * The components that may stand for a component with a discriminator: those of its mapping, or else itself and those
 * that extend it by `allOf`, which their names stand for (OpenAPI 3.1.1, section 4.8.25).
 * @returns undefined when it is no base: it does not have the property, chooses by `oneOf`, or nothing extends it
 */
export function subtypesOf(document: OpenApiDocument, name: string): Subtypes | undefined {
  const schemas = document.components?.['schemas'] ?? {};
  const schema = schemas[name];
  if (!isObject(schema) || 'oneOf' in schema || 'anyOf' in schema) return undefined;
  const { discriminator } = schema;
  if (!isObject(discriminator)) return undefined;
  const view = viewSchema(document, { schema, pointer: '', at: '', given: schema });
  if (!view.properties.has(String(discriminator['propertyName']))) return undefined;
  const subtypes = isObject(discriminator['mapping'])
    ? mappedNames(document, discriminator['mapping'])
    : new Map([name, ...extenders(document, schema)].map((one) => [one, one]));
  return [...subtypes.values()].some((subtype) => subtype !== name) ? subtypes : undefined;
}

function mappedNames(document: OpenApiDocument, mapping: JsonObject): Map<string, string> {
  const names = new Map<string, string>();
  for (const [value, target] of Object.entries(mapping)) {
    const name = String(target)
      .replace('#/components/schemas/', '')
      .replaceAll('~1', '/')
      .replaceAll('~0', '~');
    if (isObject(document.components?.['schemas']?.[name])) names.set(value, name);
  }
  return names;
}

function extenders(document: OpenApiDocument, base: JsonObject): readonly string[] {
  return Object.entries(document.components?.['schemas'] ?? {}).flatMap(([name, schema]) => {
    const parts = isObject(schema) && Array.isArray(schema['allOf']) ? (schema['allOf'] as unknown[]) : [];
    return parts.some((part) => dereference(document, part) === base) ? [name] : [];
  });
}
