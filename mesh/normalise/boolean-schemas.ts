import { isObject, type JsonObject, type OpenApiDocument } from '../document/openapi-document.ts';
import { forEachSchema } from './schemas.ts';

const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];

/** Takes out what `false` says can never be there (JSON Schema 2020-12, section 4.3.2): Mesh fails on it (Vercel). */
export function dropImpossible(document: OpenApiDocument): void {
  forEachSchema(document, (schema) => {
    const { properties } = schema;
    if (isObject(properties)) dropFalse(schema, properties);
    for (const keyword of lists) {
      const parts = schema[keyword];
      if (Array.isArray(parts)) schema[keyword] = (parts as unknown[]).filter((part) => part !== false);
    }
    if (schema['items'] === false) delete schema['items'];
  });
}

function dropFalse(schema: JsonObject, properties: JsonObject): void {
  for (const [name, property] of Object.entries(properties)) {
    if (property !== false) continue;
    delete properties[name];
    if (Array.isArray(schema['required']))
      schema['required'] = schema['required'].filter((one) => one !== name);
  }
}
