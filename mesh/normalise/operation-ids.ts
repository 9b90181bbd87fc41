import { camelCase } from 'change-case';
import { forEachOperation, type OpenApiDocument } from '../openapi-document.ts';

/**
 * Gives every operation an id that is a GraphQL name and unique, so that Mesh's root field carries it unchanged.
 * An operation without operationId is known by its method and path (`GET /orders`).
 * @returns the document's operationId to the one given
 */
export function nameOperations(document: OpenApiDocument): Map<string, string> {
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
  });
  return given;
}

function safeName(text: string): string {
  const name = text.replaceAll(/[^A-Za-z0-9_]+/g, '_').replace(/^_+(?=[A-Za-z])/, '');
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`;
}
