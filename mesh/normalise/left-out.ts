import {
  dereference,
  httpMethods,
  isObject,
  pointerTo,
  type JsonObject,
  type OpenApiDocument,
} from '../openapi-document.ts';

/**
 * Takes out operations that can't be called as the document has them, each with a warning, so that they don't take the
 * others with them: of a path that holds a query, and with a parameter or body that is not in the document.
 */
export function leaveOutOperations(document: OpenApiDocument, warnings: string[]): void {
  const { paths = {} } = document;
  for (const [path, item] of Object.entries(paths)) {
    if (path.startsWith('x-')) continue;
    const reason = reasonOfPath(document, path, item);
    const pathItem = dereference(document, item);
    if (reason !== undefined) {
      warnings.push(`${pointerTo('paths', path)}: ${reason}; left out`);
      delete paths[path];
    }
    if (reason !== undefined || !pathItem) continue;
    for (const method of httpMethods) {
      const operation = pathItem[method];
      const missing = isObject(operation) ? missingPart(document, operation) : undefined;
      if (missing === undefined) continue;
      warnings.push(
        `${pointerTo('paths', path, method)}${missing}: is not in the document; operation left out`,
      );
      delete pathItem[method];
    }
  }
}

function reasonOfPath(document: OpenApiDocument, path: string, item: unknown): string | undefined {
  if (/[?#]/.test(path)) return 'a path can not hold a query or a fragment';
  if (isMissing(document, item)) return 'its path item is not in the document';
  const missing = missingParameter(document, dereference(document, item) ?? {});
  return missing === undefined ? undefined : `${missing.slice(1)} is not in the document`;
}

/** JSON pointer, from the operation, to what it refers to in vain. */
function missingPart(document: OpenApiDocument, operation: JsonObject): string | undefined {
  const { requestBody } = operation;
  if (requestBody !== undefined && isMissing(document, requestBody)) return '/requestBody';
  return missingParameter(document, operation);
}

function missingParameter(document: OpenApiDocument, { parameters }: JsonObject): string | undefined {
  if (!Array.isArray(parameters)) return undefined;
  const index = parameters.findIndex((parameter) => isMissing(document, parameter));
  return index < 0 ? undefined : pointerTo('parameters', index);
}

/** References out of the document are refused later, for all of it. */
function isMissing(document: OpenApiDocument, value: unknown): boolean {
  const reference = isObject(value) ? value['$ref'] : undefined;
  if (typeof reference === 'string' && !reference.startsWith('#')) return false;
  return dereference(document, value) === undefined;
}
