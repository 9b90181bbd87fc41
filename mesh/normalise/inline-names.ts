import { pascalCase } from 'change-case';
import type { JsonObject, OpenApiDocument } from '../openapi-document.ts';
import { forEachSchema } from './schemas.ts';

/**
 * Names objects and enums after their own place in the document (`Order.status` -> `OrderStatus`). Mesh names
 * an inline type after the first operation that reaches it, which changes when an operation is added.
 */
export function nameInlineSchemas(document: OpenApiDocument): void {
  forEachSchema(document, (schema, words) => {
    delete schema['title'];
    if (isNamed(schema)) schema['title'] = words.length === 1 ? words[0] : pascalCase(words.join(' '));
  });
}

function isNamed(schema: JsonObject): boolean {
  return (
    'properties' in schema || 'enum' in schema || 'allOf' in schema || 'oneOf' in schema || 'anyOf' in schema
  );
}
