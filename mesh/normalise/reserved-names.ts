import { pascalCase } from 'change-case';
import { isObject, pointerTo, type OpenApiDocument } from '../document/openapi-document.ts';

/** Names that mean something else in a supergraph, with ours of the generated events subgraph and of files. */
const reserved = new Set([
  'Query',
  'Mutation',
  'Subscription',
  'ID',
  'String',
  'Int',
  'Float',
  'Boolean',
  'EventCursor',
  'Upload',
  'Byte',
]);

/**
 * Renames component schemas whose names GraphQL reserves. A service with `POST /subscriptions` usually has a
 * schema `Subscription`, which would become the root type of the subgraph.
 */
export function renameReservedSchemas(document: OpenApiDocument, subgraph: string, warnings: string[]): void {
  const schemas = document.components?.['schemas'];
  if (!schemas) return;
  const renamed = new Map<string, string>();
  for (const name of Object.keys(schemas)) {
    if (!reserved.has(name)) continue;
    let free = `${pascalCase(subgraph)}${name}`;
    while (Object.hasOwn(schemas, free)) free += '_';
    schemas[free] = schemas[name];
    delete schemas[name];
    renamed.set(`#/components/schemas/${name}`, `#/components/schemas/${free}`);
    warnings.push(
      `${pointerTo('components', 'schemas', name)}: GraphQL reserves this name; the type is called ${free}`,
    );
  }
  if (renamed.size > 0) replaceReferences(document, renamed, new Set());
}

function replaceReferences(value: unknown, renamed: ReadonlyMap<string, string>, seen: Set<unknown>): void {
  if (value === null || typeof value !== 'object' || seen.has(value)) return;
  seen.add(value);
  if (isObject(value) && typeof value['$ref'] === 'string') {
    value['$ref'] = renamed.get(value['$ref']) ?? value['$ref'];
  }
  for (const child of Object.values(value)) replaceReferences(child, renamed, seen);
}
