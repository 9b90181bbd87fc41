import { dereference, isObject, type JsonObject, type OpenApiDocument } from '../openapi-document.ts';
import { viewSchema } from '../schema-view.ts';
import { forEachSchema } from './schemas.ts';

/**
 * Makes `allOf` of one schema, which documents of 3.0 need to describe a reference, that schema: Mesh makes a type of its
 * own of an object, and of a scalar or an enum an object that no answer is (Museum). A component that extends another
 * stays a type of its own. An `allOf` that joins objects is an object, which Mesh has to be told.
 */
export function unwrapSchemas(document: OpenApiDocument): void {
  forEachSchema(document, (schema, { words, pointer }) => {
    const { allOf } = schema;
    if (!Array.isArray(allOf)) return;
    const view = viewSchema(document, { schema, pointer, at: pointer, given: schema });
    const isObjectType = view.properties.size > 0;
    if (isObjectType) schema['type'] = 'object';
    const [part] = allOf as unknown[];
    const found = dereference(document, part);
    if (allOf.length > 1 || !found || found === schema || !isBare(schema)) return;
    // A component of one part is a name of its own, and may be what a base is mapped to.
    if (isObjectType && words.length === 1) return;
    unwrap(schema, part, found);
  });
}

function isBare(schema: JsonObject): boolean {
  const own = ['properties', 'required', 'oneOf', 'anyOf', 'items', 'enum', 'const', 'additionalProperties'];
  return own.every((keyword) => !(keyword in schema));
}

function unwrap(schema: JsonObject, part: unknown, found: JsonObject): void {
  const isNullable = schema['nullable'] === true;
  const isReference = isObject(part) && '$ref' in part;
  delete schema['allOf'];
  delete schema['type'];
  if (!isReference) Object.assign(schema, { ...found, ...schema });
  // Beside a reference Mesh reads nothing, but it keeps what stands beside one alternative of null.
  else if (isNullable) schema['anyOf'] = [part, { type: 'null' }];
  else Object.assign(schema, part);
}
