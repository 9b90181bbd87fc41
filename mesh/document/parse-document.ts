import { isObject, OpenApiDocumentError, type JsonObject, type OpenApiDocument } from './openapi-document.ts';
import { refersToFiles } from './bundle.ts';
import { parseDocumentText } from './document-text.ts';
import { settleLocalReferences } from './local-references.ts';
import { fromOpenApi32 } from './openapi-3-2.ts';
import { settleOutsideReferences } from './outside-references.ts';
import { fromSwagger } from './swagger.ts';

/**
 * Parses a document alone, YAML or JSON, as OpenAPI 3.0 or 3.1. What it refers to in other files is lost.
 * @param file its path, for messages
 * @param warnings what is lost on the way from another version is told here
 * @throws OpenApiDocumentError when it is neither, or of a version that is not known
 */
export function parseOpenApiDocument(text: string, file: string, warnings: string[] = []): OpenApiDocument {
  const document = checkedDocument(parseDocumentText(text, file, warnings), file);
  if (refersToFiles(document)) {
    settleOutsideReferences(document, () => 'it is another file, and this one is read alone', warnings);
  }
  return asOpenApi3(document, warnings);
}

/**
 * Makes sure that a parsed file is an OpenAPI document of a version that is known, and puts the version into `openapi`
 * or `swagger` as text: without quotes, YAML reads 2.0 as a number.
 * @throws OpenApiDocumentError
 */
export function checkedDocument(value: unknown, file: string): JsonObject {
  if (!isObject(value)) throw new OpenApiDocumentError(`${file}: not an OpenAPI document: ${noVersion}`);
  for (const keyword of ['openapi', 'swagger'] as const) {
    const version = versionText(value[keyword]);
    if (version === undefined) continue;
    const known = keyword === 'openapi' ? /^3\.[0-2](\.|$)/ : /^2\.0(\.|$)/;
    if (known.test(version)) return { ...value, [keyword]: version };
    throw new OpenApiDocumentError(
      `${file}: OpenAPI ${version} is not supported: Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are`,
    );
  }
  throw new OpenApiDocumentError(`${file}: not an OpenAPI document: ${noVersion}`);
}

/**
 * Swagger 2.0 becomes OpenAPI 3.0, and OpenAPI 3.2 becomes 3.1, as far as that can be.
 * @param document whose references are written in one form in place
 */
export function asOpenApi3(document: JsonObject, warnings: string[]): OpenApiDocument {
  settleLocalReferences(document);
  if (document['swagger'] !== undefined) return fromSwagger(document, warnings);
  const openApi = document as unknown as OpenApiDocument;
  return openApi.openapi.startsWith('3.2') ? fromOpenApi32(openApi, warnings) : openApi;
}

const noVersion = 'it has no "openapi" or "swagger" version';

function versionText(version: unknown): string | undefined {
  if (typeof version === 'number') return Number.isInteger(version) ? `${version}.0` : String(version);
  return typeof version === 'string' ? version.trim() : undefined;
}
