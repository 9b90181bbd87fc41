import {
  dereference,
  httpMethods,
  isObject,
  pointerTo,
  type JsonObject,
  type OpenApiDocument,
} from '../document/openapi-document.ts';

/**
 * Takes out what can't be called because something that it refers to is not in the document, each with a warning, so
 * that it doesn't take the others with it: a path whose item is not there, an operation whose body is not, and of the
 * others the parameters that are not. A part of a path that no parameter describes becomes a string, because without it
 * there is no path.
 */
export function leaveOutOperations(document: OpenApiDocument, warnings: string[]): void {
  const { paths = {} } = document;
  for (const [path, item] of Object.entries(paths)) {
    if (path.startsWith('x-')) continue;
    const pathItem = dereference(document, item);
    const pointer = pointerTo('paths', path);
    if (!pathItem) {
      warnings.push(`${pointer}: its path item is not in the document; left out`);
      delete paths[path];
      continue;
    }
    leaveOutParameters(document, pathItem, pointer, warnings);
    for (const method of httpMethods) {
      const operation = pathItem[method];
      if (operation === undefined) continue;
      const place = pointer + pointerTo(method);
      const reason = reasonOf(document, operation);
      if (reason !== undefined) {
        warnings.push(`${place}${reason}; operation left out`);
        delete pathItem[method];
      } else if (isObject(operation)) {
        leaveOutParameters(document, operation, place, warnings);
        describePath(document, path, pathItem, operation, place, warnings);
      }
    }
  }
}

function reasonOf(document: OpenApiDocument, operation: unknown): string | undefined {
  if (!isObject(operation)) return ': is no operation';
  const { requestBody } = operation;
  if (requestBody === undefined || dereference(document, requestBody)) return undefined;
  return '/requestBody: is not in the document';
}

function leaveOutParameters(
  document: OpenApiDocument,
  holder: JsonObject,
  pointer: string,
  warnings: string[],
): void {
  const { parameters } = holder;
  if (parameters === undefined) return;
  const list = Array.isArray(parameters) ? (parameters as unknown[]) : [];
  holder['parameters'] = list.filter((parameter, index) => {
    const found = dereference(document, parameter);
    if (typeof found?.['name'] === 'string') {
      if (canBeSent(found['name'], found['in'])) return true;
      warnings.push(
        `${pointer}/parameters/${index}: can not be sent, it has no name that a ${String(found['in'])} can have ("${found['name']}"); left out`,
      );
      return false;
    }
    const what = isObject(parameter) ? (parameter['$ref'] ?? parameter['name']) : undefined;
    const name = typeof what === 'string' ? ` ("${what}")` : '';
    warnings.push(
      `${pointer}/parameters/${index}: is not in the document${name}; left out, so it can not be sent`,
    );
    return false;
  });
}

/** Names of headers are tokens (RFC 9110, sections 5.1 and 5.6.2); nothing can be sent without a name. */
function canBeSent(name: string, place: unknown): boolean {
  return place === 'header' ? /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) : name !== '';
}

function describePath(
  document: OpenApiDocument,
  path: string,
  pathItem: JsonObject,
  operation: JsonObject,
  pointer: string,
  warnings: string[],
): void {
  const described = [pathItem, operation].flatMap(({ parameters }) =>
    (Array.isArray(parameters) ? (parameters as unknown[]) : [])
      .map((parameter) => dereference(document, parameter))
      .filter((parameter) => parameter?.['in'] === 'path')
      .map((parameter) => parameter?.['name']),
  );
  const [template = ''] = path.split(/[?#]/, 1);
  for (const [, name = ''] of template.matchAll(/\{([^{}]+)\}/g)) {
    if (described.includes(name)) continue;
    warnings.push(`${pointer}: "${name}" of the path is not described; it is taken for a string`);
    described.push(name);
    const own = Array.isArray(operation['parameters']) ? (operation['parameters'] as unknown[]) : [];
    operation['parameters'] = [...own, { name, in: 'path', required: true, schema: { type: 'string' } }];
  }
}
