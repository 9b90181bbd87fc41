import { isObject, type OpenApiDocument } from '../document/openapi-document.ts';
import { forEachSchema } from './schemas.ts';

/**
 * Makes any JSON of the values of maps: GraphQL has no type with names that nobody knows, so a map is JSON anyway. Mesh would
 * make a second type of what the values are, which takes the name of the first.
 */
export function settleMaps(document: OpenApiDocument): void {
  forEachSchema(document, (schema) => {
    if (isObject(schema['additionalProperties'])) schema['additionalProperties'] = true;
  });
}
