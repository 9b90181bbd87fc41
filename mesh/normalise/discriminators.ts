import { isObject, type OpenApiDocument } from '../openapi-document.ts';
import { forEachSchema, partsOf } from './schemas.ts';

/**
 * Leaves a discriminator only to an object that has its property: Mesh makes an interface of that, which the subtypes in
 * the mapping implement. Elsewhere it adds nothing, because which of several types an answer has is told by its shape,
 * and Mesh fails on one of a list (OpenAI) and on a mapping that leads from alternatives back to where they stand.
 */
export function settleDiscriminators(document: OpenApiDocument): void {
  forEachSchema(document, (schema) => {
    const { discriminator } = schema;
    const propertyName = isObject(discriminator) ? discriminator['propertyName'] : undefined;
    const isBase = [schema, ...partsOf(document, schema)].some(
      ({ properties }) => isObject(properties) && Object.hasOwn(properties, String(propertyName)),
    );
    if (!isBase || 'oneOf' in schema || 'anyOf' in schema) delete schema['discriminator'];
  });
}
