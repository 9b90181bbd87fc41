import { pascalCase } from 'change-case';
import type { JsonObject, OpenApiDocument } from '../openapi-document.ts';
import { forEachSchema, type SchemaPlace } from './schemas.ts';

/**
 * Names objects and enums after their own place in the document (`Order.status` -> `OrderStatus`). Mesh names
 * an inline type after the first operation that reaches it, which changes when an operation is added. A component
 * of the same name keeps it.
 * @param places where schemas stood before any was joined with others
 */
export function nameInlineSchemas(
  document: OpenApiDocument,
  places: ReadonlyMap<JsonObject, SchemaPlace>,
): void {
  const components = new Set(Object.keys(document.components?.['schemas'] ?? {}));
  forEachSchema(document, (schema, now) => {
    const { words } = places.get(schema) ?? now;
    delete schema['title'];
    if (!isNamed(schema)) return;
    const place = pascalCase(words.join(' '));
    if (words.length === 1) schema['title'] = words[0];
    else schema['title'] = components.has(place) ? `${place}Inline` : place;
  });
}

function isNamed(schema: JsonObject): boolean {
  return (
    'properties' in schema || 'enum' in schema || 'allOf' in schema || 'oneOf' in schema || 'anyOf' in schema
  );
}
