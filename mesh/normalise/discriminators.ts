import type { OpenApiDocument } from '../document/openapi-document.ts';
import { forEachSchema } from './schemas.ts';

/**
 * Takes out discriminators: bases.ts has read those of bases, and the others tell which of several types an answer has,
 * which the schema of the whole document is asked for. Mesh fails on one of a list (OpenAI) and on a mapping that leads
 * from alternatives back to where they stand.
 */
export function dropDiscriminators(document: OpenApiDocument): void {
  forEachSchema(document, (schema) => {
    delete schema['discriminator'];
  });
}
