import { sanitizeNameForGraphQL } from '@graphql-mesh/utils';
import type { JsonObject, OpenApiDocument } from '../document/openapi-document.ts';
import { forEachSchema } from '../normalise/schemas.ts';

const inputSuffix = '_Input';

/**
 * The schemas of a normalised document by the name that Mesh gives their type. Mesh counts types of one title (`Line`,
 * `Line2`); such a type stands for all schemas of the title.
 */
export interface SchemaTypes {
  /** @param type an object or input type */
  schemasOf(type: string): readonly JsonObject[];
}

/** Read before Mesh, which changes the document. */
export function schemaTypes(document: OpenApiDocument): SchemaTypes {
  const byTitle = new Map<string, JsonObject[]>();
  forEachSchema(document, (schema) => {
    if (typeof schema['title'] !== 'string') return;
    const name = sanitizeNameForGraphQL(schema['title']);
    byTitle.set(name, [...(byTitle.get(name) ?? []), schema]);
  });
  return {
    schemasOf(type) {
      const [name, counted] = [type, type.replace(/\d+$/, '')].map(outputName);
      return byTitle.get(name ?? '') ?? byTitle.get(counted ?? '') ?? [];
    },
  };
}

/** The output type of the schema that an input type is made of. */
export function outputName(type: string): string {
  return type.endsWith(inputSuffix) ? type.slice(0, -inputSuffix.length) : type;
}

/** The input type of the schema that an output type is made of. */
export function inputName(type: string): string {
  return type + inputSuffix;
}
