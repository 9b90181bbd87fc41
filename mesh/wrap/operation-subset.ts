import {
  forEachOperation,
  httpMethods,
  isObject,
  pointerPart,
  type JsonObject,
  type OpenApiDocument,
  type PathItem,
} from '../document/openapi-document.ts';

/**
 * The part of a document that some of its operations need: their paths, and of the components what they reach.
 * @param operationIds of operations that have an id each
 */
export function withOperations(
  document: OpenApiDocument,
  operationIds: ReadonlySet<string>,
): OpenApiDocument {
  const paths: Record<string, PathItem> = {};
  const kept = new Set<string>();
  const keep = (path: string, isKept: (method: string) => boolean) => {
    const item = document.paths?.[path] ?? {};
    const own = Object.entries(item).filter(([key]) => !isMethod(key) || isKept(key));
    paths[path] = { ...paths[path], ...Object.fromEntries(own) };
  };
  forEachOperation(document, ({ operationId = '' }, path, method) => {
    if (!operationIds.has(operationId)) return;
    kept.add(`${path} ${method}`);
    keep(path, (one) => kept.has(`${path} ${one}`));
  });
  const reached = reachedParts(document, paths, (path) => keep(path, () => true));
  return { ...document, paths, components: reached };
}

function isMethod(key: string): boolean {
  return httpMethods.some((method) => method === key);
}

/** Components that a value reaches; paths that it refers to are told. */
function reachedParts(
  document: OpenApiDocument,
  from: Readonly<Record<string, PathItem>>,
  onPath: (path: string) => void,
): NonNullable<OpenApiDocument['components']> {
  const components: Record<string, Record<string, unknown>> = {};
  const seen = new Set<unknown>();
  const follow = (reference: string): void => {
    const [root, kind = '', name = ''] = reference.slice(2).split('/').map(pointerPart);
    if (root === 'paths' && document.paths?.[kind]) {
      onPath(kind);
      walk(document.paths[kind]);
    }
    const found = root === 'components' ? document.components?.[kind]?.[name] : undefined;
    if (found === undefined) return;
    (components[kind] ??= {})[name] = found;
    walk(found);
  };
  const walk = (value: unknown): void => {
    if (value === null || typeof value !== 'object' || seen.has(value)) return;
    seen.add(value);
    for (const reference of referencesOf(value as JsonObject, document)) follow(reference);
    Object.values(value).forEach(walk);
  };
  walk(from);
  return components;
}

/** What an object itself refers to; a discriminator may name schemas without their place. */
function referencesOf(value: JsonObject, document: OpenApiDocument): string[] {
  const { $ref: reference, mapping } = value;
  const targets = [reference, ...(isObject(mapping) ? Object.values(mapping) : [])];
  return targets.flatMap((target) => {
    if (typeof target !== 'string') return [];
    if (target.startsWith('#/')) return [target];
    return document.components?.['schemas']?.[target] ? [`#/components/schemas/${target}`] : [];
  });
}
