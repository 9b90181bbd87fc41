import { pascalCase } from 'change-case';
import {
  dereference,
  httpMethods,
  isObject,
  pointerPart,
  pointerTo,
  resolvePointer,
} from './openapi-document.ts';
import type { JsonObject, OpenApiDocument } from './openapi-document.ts';
import { notRead } from './outside-references.ts';

/** Where components of a kind are: Swagger 2.0 has them at the top. */
const places = {
  schemas: { 3: ['components', 'schemas'], 2: ['definitions'] },
  parameters: { 3: ['components', 'parameters'], 2: ['parameters'] },
  responses: { 3: ['components', 'responses'], 2: ['responses'] },
  requestBodies: { 3: ['components', 'requestBodies'], 2: ['parameters'] },
} as const;

type Kind = keyof typeof places;

/**
 * Writes references within a document in one form, without percent-encoding, which Mesh does not read. What they find
 * elsewhere than among the components (`#/paths/~1a/get/responses/200/content/…/schema`, as some tools bundle) becomes
 * one, so that it stays whatever happens to the operation that described it first.
 */
export function settleLocalReferences(document: JsonObject): void {
  const lifted = new Map<unknown, string>();
  const seen = new Set<unknown>();
  const walk = (value: unknown, path: readonly string[]): void => {
    if (value === null || typeof value !== 'object' || seen.has(value)) return;
    seen.add(value);
    const reference = isObject(value) ? value['$ref'] : undefined;
    if (typeof reference === 'string' && reference.startsWith('#/')) {
      const target = settled(document, reference, kindOf(path), lifted);
      (value as JsonObject)['$ref'] = target;
      // What was lifted may stand where this walk has been.
      walk(resolvePointer(document as unknown as OpenApiDocument, target), target.split('/').slice(1));
    }
    const inMap = path.at(-1) === 'properties' || path.at(-2) === 'components';
    for (const [key, child] of Object.entries(value)) {
      if (inMap || !notRead.has(key)) walk(child, [...path, key]);
    }
  };
  walk(document, []);
}

function settled(
  document: JsonObject,
  reference: string,
  kind: Kind | undefined,
  lifted: Map<unknown, string>,
): string {
  const parts = reference.slice(2).split('/').map(pointerPart);
  const canonical = `#${pointerTo(...parts)}`;
  const isComponent = ['components', 'definitions', 'parameters', 'responses'].includes(parts[0] ?? '');
  const found = resolvePointer(document as unknown as OpenApiDocument, reference);
  const inSwagger = document['swagger'] !== undefined;
  if (kind === undefined || !isObject(found) || (isComponent && inSwagger)) return canonical;
  if (parts[0] === 'components') return canonical;
  const known = lifted.get(found);
  if (known !== undefined) return known;
  const place = places[kind][inSwagger ? 2 : 3];
  let holder = document;
  for (const key of place) {
    if (!isObject(holder[key])) holder[key] = {};
    holder = holder[key] as JsonObject;
  }
  const base = nameOf(parts);
  let name = base;
  for (let count = 2; Object.hasOwn(holder, name); count++) name = `${base}${count}`;
  holder[name] = found;
  const target = `#${pointerTo(...place, name)}`;
  lifted.set(found, target);
  const owner = resolvePointer(
    document as unknown as OpenApiDocument,
    `#${pointerTo(...parts.slice(0, -1))}`,
  );
  const left = { $ref: target };
  // The next reference to the same place finds what was left there: it must not be lifted again.
  lifted.set(left, target);
  const holderOfIt = dereference(document as unknown as OpenApiDocument, owner) ?? owner;
  (holderOfIt as JsonObject)[parts.at(-1) ?? ''] = left;
  return target;
}

/** What stands at a place; undefined where a path item or anything else does, which stays. */
function kindOf(path: readonly string[]): Kind | undefined {
  const last = path.at(-1);
  const holder = path.at(-2);
  if (last === 'requestBody' || holder === 'requestBodies') return 'requestBodies';
  if (holder === 'parameters' && path.at(-3) !== 'properties') return 'parameters';
  if (holder === 'responses' && path.at(-3) !== 'properties') return 'responses';
  const others = ['paths', 'webhooks', 'x-webhooks', 'pathItems', 'callbacks', 'headers', 'securitySchemes'];
  if (others.includes(holder ?? '') || path.at(-3) === 'callbacks') return undefined;
  return 'schemas';
}

/** `#/paths/~1a~1{id}/get/responses/200/content/application~1json/schema` is GetAIdResponse200. */
function nameOf(parts: readonly string[]): string {
  const [root = '', path = '', method = '', ...rest] = parts;
  const tail = rest.filter(
    (part) => !part.includes('/') && !['content', 'schema', 'properties'].includes(part),
  );
  if (root === 'paths' && httpMethods.some((known) => known === method)) {
    return pascalCase([method, path, ...tail].join(' ')).replaceAll('_', '');
  }
  return root === 'definitions' && parts.length === 2 ? path : pascalCase(parts.join(' '));
}
