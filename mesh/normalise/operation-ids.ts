import { camelCase } from 'change-case';
import {
  dereference,
  forEachOperation,
  pointerTo,
  type OpenApiDocument,
} from '../document/openapi-document.ts';

/**
 * Gives every operation an id that is a GraphQL name and unique, so that Mesh's root field carries it unchanged.
 * An operation without operationId is known by its method and path (`GET /orders`). Of several with the same id the
 * first is known by it, and subgraph.yaml can't name the others.
 * @returns the document's operationId to the one given
 */
export function nameOperations(document: OpenApiDocument, warnings: string[]): Map<string, string> {
  separatePathItems(document);
  const given = new Map<string, string>();
  const taken = new Set<string>();
  forEachOperation(document, (operation, path, method) => {
    const original = operation.operationId ?? `${method.toUpperCase()} ${path}`;
    const base = safeName(operation.operationId ?? camelCase(`${method} ${path}`));
    let name = base;
    for (let count = 2; taken.has(name); count++) name = `${base}_${count}`;
    taken.add(name);
    operation.operationId = name;
    if (!given.has(original)) given.set(original, name);
    else warnings.push(`${pointerTo('paths', path, method)}: ${sameId(original, name)}`);
  });
  return given;
}

function sameId(operationId: string, name: string): string {
  return `another operation has the operationId "${operationId}"; subgraph.yaml can not name this one, which becomes ${name}`;
}

/** Paths that share a path item, by reference or by a YAML alias, get one each: their operations are different ones. */
function separatePathItems(document: OpenApiDocument): void {
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    const found = dereference(document, item);
    if (found && document.paths) document.paths[path] = structuredClone(found);
  }
}

function safeName(text: string): string {
  const name = text.replaceAll(/[^A-Za-z0-9_]+/g, '_').replace(/^_+(?=[A-Za-z])/, '');
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`;
}
