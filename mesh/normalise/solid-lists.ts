import {
  dereference,
  isObject,
  type JsonObject,
  type OpenApiDocument,
} from '../document/openapi-document.ts';
import { isNullable } from './nullable.ts';
import { forEachSchema } from './schemas.ts';

const keyword = 'x-sluice-solid';

/**
 * Marks the lists whose items are never null. Mesh makes all items nullable, and the passes that follow take null out
 * of types; mesh/wrap/document-notes.ts puts the knowledge back.
 */
export function markSolidLists(document: OpenApiDocument): void {
  forEachSchema(document, (schema) => {
    const items = dereference(document, schema['items']);
    if (items && isTyped(items) && !isNullable(document, items)) schema[keyword] = true;
  });
}

export function isSolidList(schema: JsonObject): boolean {
  return schema[keyword] === true;
}

/** Whether a schema says what a value is: anything else may be null. */
function isTyped(schema: JsonObject): boolean {
  const values = schema['enum'];
  if (Array.isArray(values)) return !values.includes(null);
  if (schema['const'] === null) return false;
  return (
    'type' in schema ||
    isObject(schema['properties']) ||
    'allOf' in schema ||
    'oneOf' in schema ||
    'anyOf' in schema
  );
}
