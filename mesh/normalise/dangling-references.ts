import { isObject, pointerTo, resolvePointer, type OpenApiDocument } from '../document/openapi-document.ts';

/** Keywords below which anything may stand, references that are none included. */
const ofExamples: ReadonlySet<string> = new Set(['example', 'examples', 'default', 'const', 'enum']);

/** Warns of every `#/…` that leads nowhere: of a schema, Mesh makes any JSON. */
export function tellDanglingReferences(document: OpenApiDocument, warnings: string[]): void {
  const seen = new Set<unknown>();
  const walk = (value: unknown, path: readonly (string | number)[]): void => {
    if (value === null || typeof value !== 'object' || seen.has(value)) return;
    seen.add(value);
    if (Array.isArray(value)) value.forEach((item, index) => walk(item, [...path, index]));
    if (!isObject(value)) return;
    const reference = value['$ref'];
    if (typeof reference === 'string' && isDangling(document, reference)) {
      warnings.push(`${pointerTo(...path)}: refers to "${reference}", which is not in the document`);
    }
    const isMap = path.at(-1) === 'properties' || path.at(-2) === 'components';
    for (const [name, child] of Object.entries(value)) {
      if (isMap || !ofExamples.has(name)) walk(child, [...path, name]);
    }
  };
  walk(document, []);
}

function isDangling(document: OpenApiDocument, reference: string): boolean {
  return reference.startsWith('#/') && resolvePointer(document, reference) === undefined;
}
