import { buildASTSchema, isScalarType, parse, type GraphQLSchema } from 'graphql';
import { bigIntScalar } from '../../mesh/exact-integers.ts';
import { uploadScalar } from '../../mesh/uploads.ts';

/**
 * Makes the schema that clients see of its SDL. Composition keeps only the names of scalars: with ours in it, it refuses
 * what subgraphs would refuse.
 * @param sdl as the planner printed it, and so valid
 */
export function apiSchemaOf(sdl: string): GraphQLSchema {
  const schema = plannedSchemaOf(sdl);
  for (const { name, parseValue, parseLiteral } of [bigIntScalar, uploadScalar]) {
    const type = schema.getType(name);
    if (isScalarType(type)) Object.assign(type, { parseValue, parseLiteral });
  }
  return schema;
}

/** Makes a schema of SDL that composition or the planner wrote: it is known to be valid. */
export function plannedSchemaOf(sdl: string): GraphQLSchema {
  const document = parse(sdl, { noLocation: true });
  return buildASTSchema(document, { assumeValid: true, assumeValidSDL: true });
}
