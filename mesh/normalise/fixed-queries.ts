import {
  dereference,
  httpMethods,
  isObject,
  pointerTo,
  type JsonObject,
  type OpenApiDocument,
} from '../document/openapi-document.ts';

/**
 * Settles paths that hold a query or a fragment, which OpenAPI does not have but people write (`/assistants?beta=true` of
 * OpenAI, `/#Action=AddTags` of AWS). What is fixed in the query stays in the path and is sent with every call
 * (mesh/rest/rest-call.ts); a part like `ids={ids}` becomes a parameter. A fragment tells operations apart and is never
 * sent (RFC 9110, section 7.1).
 */
export function settleFixedQueries(document: OpenApiDocument, warnings: string[]): void {
  const { paths = {} } = document;
  for (const [path, value] of Object.entries(paths)) {
    const item = dereference(document, value);
    if (!/[?#]/.test(path) || path.startsWith('x-') || !item) continue;
    const pointer = pointerTo('paths', path);
    const [target = '', fragment] = path.split('#', 2);
    if (fragment !== undefined) warnings.push(`${pointer}: what follows "#" is never sent to a service`);
    const [location = '', query = ''] = splitOnce(target, '?');
    const fixed: string[] = [];
    const own = structuredClone(item);
    for (const part of query.split('&').filter((text) => text !== '')) {
      const [name = '', text = ''] = splitOnce(part, '=').map(decoded);
      const placeholder = /^\{([^{}]+)\}$/.exec(text)?.[1];
      if (placeholder !== undefined) describe(document, own, { name, placeholder });
      else {
        fixed.push(part);
        leaveOutParameter(document, own, name, pointer, warnings);
      }
    }
    delete paths[path];
    paths[freePath(paths, location, fixed, fragment)] = own;
  }
}

/** Paths that would become the same are told apart by a fragment. */
function freePath(
  paths: JsonObject,
  location: string,
  fixed: readonly string[],
  fragment: string | undefined,
): string {
  const base = fixed.length === 0 ? location : `${location}?${fixed.join('&')}`;
  let path = fragment === undefined ? base : `${base}#${fragment}`;
  for (let count = 2; Object.hasOwn(paths, path); count++) path = `${base}#${fragment ?? ''}${count}`;
  return path;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface QueryPart {
  /** In the query. */
  name: string;
  /** What stands for the value. */
  placeholder: string;
}

/** Sees to it that each operation has a query parameter for a placeholder, which some describe as one of the path. */
function describe(document: OpenApiDocument, item: JsonObject, { name, placeholder }: QueryPart): void {
  const shared = parametersOf(item);
  for (const method of httpMethods) {
    const operation = item[method];
    if (!isObject(operation)) continue;
    const own = parametersOf(operation);
    const found = [...own, ...shared]
      .map((parameter) => dereference(document, parameter))
      .filter((parameter) => parameter?.['in'] === 'path' || parameter?.['in'] === 'query');
    if (found.some((parameter) => parameter?.['in'] === 'query' && parameter['name'] === name)) continue;
    const described = found.find((parameter) => parameter?.['name'] === placeholder);
    const others = own.filter((parameter) => dereference(document, parameter)?.['name'] !== placeholder);
    const fallback = { required: true, schema: { type: 'string' } };
    operation['parameters'] = [...others, { ...(described ?? fallback), name, in: 'query' }];
  }
}

/** What is fixed can't be chosen by an argument. */
function leaveOutParameter(
  document: OpenApiDocument,
  item: JsonObject,
  name: string,
  pointer: string,
  warnings: string[],
): void {
  const holders: (readonly [string, unknown])[] = [
    [pointer, item],
    ...httpMethods.map((method) => [`${pointer}/${method}`, item[method]] as const),
  ];
  for (const [place, holder] of holders) {
    if (!isObject(holder) || !Array.isArray(holder['parameters'])) continue;
    holder['parameters'] = parametersOf(holder).filter((parameter, index) => {
      const found = dereference(document, parameter);
      if (found?.['in'] !== 'query' || found['name'] !== name) return true;
      warnings.push(`${place}/parameters/${index}: "${name}" is fixed by the path; left out`);
      return false;
    });
  }
}

function parametersOf({ parameters }: JsonObject): unknown[] {
  return Array.isArray(parameters) ? (parameters as unknown[]) : [];
}
