import { dereference, isObject, type OpenApiDocument } from '../document/openapi-document.ts';
import { forEachSchema, partsOf } from './schemas.ts';

/**
 * Takes properties that may be null out of `required`: Mesh makes everything required non-null, and a null that the
 * document allows would then take its parent with it. A list of types loses its "null" and gets
 * `nullable` of 3.0 instead. `nullable: false` goes: it is the default and says nothing of what may be absent (OpenAPI
 * 3.0.4, section 4.7.24.2), but Mesh makes it non-null (Docker, Box).
 */
export function markNullable(document: OpenApiDocument): void {
  forEachSchema(document, (schema) => {
    const { required } = schema;
    if (!Array.isArray(required)) return;
    const described = [schema, ...partsOf(document, schema)]
      .map(({ properties }) => properties)
      .filter(isObject);
    schema['required'] = required.filter(
      (name) => !described.some((properties) => isNullable(document, properties[String(name)])),
    );
  });
  forEachSchema(document, (schema) => {
    if (schema['nullable'] === false) delete schema['nullable'];
    if (!Array.isArray(schema['type'])) return;
    const types = schema['type'].filter((type) => type !== 'null') as unknown[];
    if (types.length !== 1) return;
    if (types.length < schema['type'].length) schema['nullable'] = true;
    schema['type'] = types[0];
  });
}

/** Whether a schema allows null, itself or by an alternative. */
export function isNullable(document: OpenApiDocument, value: unknown): boolean {
  const schema = dereference(document, value);
  if (!schema) return false;
  if (schema['nullable'] === true || schema['type'] === 'null') return true;
  if (Array.isArray(schema['type']) && schema['type'].includes('null')) return true;
  return [schema['oneOf'], schema['anyOf']]
    .filter(Array.isArray)
    .some((options: unknown[]) => options.some((option) => isNullable(document, option)));
}
