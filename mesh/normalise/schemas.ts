import {
  dereference,
  forEachOperation,
  isObject,
  type JsonObject,
  type OpenApiDocument,
} from '../openapi-document.ts';

/** A schema with the place it stands at, told as words: what a name for it can be made of. */
export type SchemaVisitor = (schema: JsonObject, words: readonly string[]) => void;

const listKeywords = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const;

/**
 * Visits every schema of a document once, parents first. Components come first, so a schema that is shared
 * is visited at its own place; references are not followed.
 */
export function forEachSchema(document: OpenApiDocument, visit: SchemaVisitor): void {
  const seen = new Set<unknown>();
  const walk = (schema: unknown, words: readonly string[]): void => {
    if (!isObject(schema) || seen.has(schema)) return;
    seen.add(schema);
    visit(schema, words);
    if (isObject(schema['properties'])) {
      for (const [name, property] of Object.entries(schema['properties'])) walk(property, [...words, name]);
    }
    for (const keyword of listKeywords) {
      const parts = schema[keyword];
      if (!Array.isArray(parts)) continue;
      const alternative = keyword === 'oneOf' || keyword === 'anyOf';
      parts.forEach((part, index) => walk(part, alternative ? [...words, `option${index + 1}`] : words));
    }
    walk(schema['items'], [...words, 'item']);
    walk(schema['additionalProperties'], [...words, 'value']);
  };
  for (const [name, schema] of Object.entries(document.components?.['schemas'] ?? {})) walk(schema, [name]);
  for (const [name, parameter] of Object.entries(document.components?.['parameters'] ?? {})) {
    if (isObject(parameter)) walk(parameter['schema'], [name, 'parameter']);
  }
  for (const [name, body] of Object.entries(document.components?.['requestBodies'] ?? {})) {
    walkContent(document, body, [name, 'request'], walk);
  }
  for (const [name, response] of Object.entries(document.components?.['responses'] ?? {})) {
    walkContent(document, response, [name, 'response'], walk);
  }
  forEachOperation(document, (operation) => {
    const id = operation.operationId ?? '';
    for (const parameter of operation.parameters ?? []) {
      const found = dereference(document, parameter);
      const name = found?.['name'];
      walk(found?.['schema'], [id, typeof name === 'string' ? name : 'parameter']);
    }
    walkContent(document, operation.requestBody, [id, 'request'], walk);
    for (const response of Object.values(operation.responses ?? {})) {
      walkContent(document, response, [id, 'response'], walk);
    }
  });
}

function walkContent(
  document: OpenApiDocument,
  holder: unknown,
  words: readonly string[],
  walk: (schema: unknown, words: readonly string[]) => void,
): void {
  const content = dereference(document, holder)?.['content'];
  if (!isObject(content)) return;
  for (const media of Object.values(content)) if (isObject(media)) walk(media['schema'], words);
}
