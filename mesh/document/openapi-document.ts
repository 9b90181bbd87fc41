/** A parsed OpenAPI 3.0 or 3.1 document. Only what Sluice reads of it is typed. */
export interface OpenApiDocument {
  openapi: string;
  info?: { title?: string };
  paths?: Record<string, PathItem>;
  /** Of 3.1, but many documents of 3.0 have it too. */
  webhooks?: Record<string, PathItem>;
  /** The same in a document of 3.0, by convention (Clerk). */
  'x-webhooks'?: Record<string, PathItem>;
  components?: Record<string, Record<string, unknown>>;
}

export type JsonObject = Record<string, unknown>;
export type PathItem = JsonObject;

export interface Operation extends JsonObject {
  operationId?: string;
  summary?: string;
  description?: string;
  parameters?: unknown[];
  requestBody?: unknown;
  responses?: Record<string, unknown>;
  callbacks?: Record<string, unknown>;
}

export const httpMethods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

/** The document can't be read as OpenAPI. */
export class OpenApiDocumentError extends Error {
  override readonly name = 'OpenApiDocumentError';
}

/** Which JSON Schema semantics the schemas of a document have. */
export function dialectOf(document: OpenApiDocument): '3.0' | '3.1' {
  return document.openapi.startsWith('3.0') ? '3.0' : '3.1';
}

export function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/**
 * Follows local references (`#/…`) until something that is none.
 * @returns undefined when a reference leads nowhere, in a circle or out of the document
 */
export function dereference(document: OpenApiDocument, value: unknown): JsonObject | undefined {
  let current = value;
  for (let steps = 0; steps < 50; steps++) {
    if (!isObject(current)) return undefined;
    const reference = current['$ref'];
    if (typeof reference !== 'string') return current;
    current = resolvePointer(document, reference);
  }
  return undefined;
}

/** A JSON pointer (RFC 6901) from the names and indices that lead to a place. */
export function pointerTo(...path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/**
 * Follows one local reference, and those that stand on its way: tools that bundle write pointers through them
 * (DigitalOcean).
 * @returns undefined when it leads nowhere, in a circle or out of the document
 */
export function resolvePointer(document: OpenApiDocument, reference: string, depth = 0): unknown {
  if (!reference.startsWith('#/') || depth > 50) return undefined;
  let current: unknown = document;
  for (const part of reference.slice(2).split('/')) {
    const key = pointerPart(part);
    if (isObject(current) && typeof current['$ref'] === 'string' && !Object.hasOwn(current, key)) {
      current = resolvePointer(document, current['$ref'], depth + 1);
    }
    if (current === null || typeof current !== 'object' || !Object.hasOwn(current, key)) return undefined;
    current = (current as JsonObject)[key];
  }
  return current;
}

/** One part of a pointer in a reference, decoded. One that is no percent-encoding is taken as it is. */
export function pointerPart(part: string): string {
  let text = part;
  try {
    text = decodeURIComponent(part);
  } catch {
    // Some names hold a percent sign, and some tools write it so.
  }
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** A body of one media type. */
export interface MediaContent {
  mediaType: string;
  schema: JsonObject;
}

/** The schema of the first JSON media type of a request body or response, with that media type. */
export function jsonContent(document: OpenApiDocument, holder: unknown): MediaContent | undefined {
  return contentOf(document, holder, /^(application\/json|[^;]+\+json|\*\/\*)\b/i);
}

/** The schema of a request body that is a form, with its media type. */
export function formContent(document: OpenApiDocument, holder: unknown): MediaContent | undefined {
  return contentOf(document, holder, /^application\/x-www-form-urlencoded\b/i);
}

function contentOf(document: OpenApiDocument, holder: unknown, wanted: RegExp): MediaContent | undefined {
  const content = dereference(document, holder)?.['content'];
  if (!isObject(content)) return undefined;
  for (const [mediaType, media] of Object.entries(content)) {
    if (!wanted.test(mediaType) || !isObject(media)) continue;
    if (isObject(media['schema'])) return { mediaType, schema: media['schema'] };
  }
  return undefined;
}

/** Calls `visit` with every operation under `paths`. */
export function forEachOperation(
  document: OpenApiDocument,
  visit: (operation: Operation, path: string, method: string) => void,
): void {
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    const pathItem = dereference(document, item);
    if (!pathItem) continue;
    for (const method of httpMethods) {
      const operation = pathItem[method];
      if (isObject(operation)) visit(operation, path, method);
    }
  }
}

/** How many operations a document has under `paths`. */
export function countOperations(document: OpenApiDocument): number {
  let count = 0;
  forEachOperation(document, () => (count += 1));
  return count;
}

/** Calls `visit` with every webhook, those of 3.1 first. */
export function forEachWebhook(
  document: OpenApiDocument,
  visit: (name: string, item: unknown, pointer: string) => void,
): void {
  for (const keyword of ['webhooks', 'x-webhooks'] as const) {
    const items: unknown = document[keyword];
    if (!isObject(items)) continue;
    for (const [name, item] of Object.entries(items)) visit(name, item, pointerTo(keyword, name));
  }
}
