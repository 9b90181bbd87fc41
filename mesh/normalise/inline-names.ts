import { pascalCase } from 'change-case';
import type { JsonObject, OpenApiDocument } from '../document/openapi-document.ts';
import { forEachSchema, type SchemaPlace } from './schemas.ts';

/**
 * Names objects and enums after their own place in the document (`Order.status` -> `OrderStatus`). Mesh names
 * an inline type after the first operation that reaches it, which changes when an operation is added. A component
 * of the same name keeps it.
 * @param places where schemas stood before any was joined with others
 * @returns the names by JSON pointer, from where schemas stand and where they stood
 */
export function nameInlineSchemas(
  document: OpenApiDocument,
  places: ReadonlyMap<JsonObject, SchemaPlace>,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const components = new Set(Object.keys(document.components?.['schemas'] ?? {}));
  forEachSchema(document, (schema, now) => {
    const { words, pointer } = places.get(schema) ?? now;
    delete schema['title'];
    if (!isNamed(schema)) return;
    const place = pascalCase(words.join(' '));
    const own = words.length === 1 ? words[0] : undefined;
    const name = own ?? (components.has(place) ? `${place}Inline` : place);
    schema['title'] = name;
    for (const at of [now.pointer, pointer]) names.set(at, name);
  });
  return names;
}

function isNamed(schema: JsonObject): boolean {
  return (
    'properties' in schema || 'enum' in schema || 'allOf' in schema || 'oneOf' in schema || 'anyOf' in schema
  );
}
