import {
  dereference,
  forEachOperation,
  forEachWebhook,
  httpMethods,
  isObject,
  pointerTo,
  type JsonObject,
  type OpenApiDocument,
  type Operation,
} from '../document/openapi-document.ts';

/** Where a schema stands. */
export interface SchemaPlace {
  /** What a name for it can be made of. */
  words: readonly string[];
  /** JSON pointer; of a schema that is referred to, the first reference. */
  pointer: string;
}

/** Of an operation that stands for an event: the name of the event, after which its inline types are called. */
export const eventName = 'x-sluice-event';

export type SchemaVisitor = (schema: JsonObject, place: SchemaPlace) => void;

type Walk = (schema: unknown, words: readonly string[], pointer: string) => void;

const listKeywords = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const;

/**
 * Visits every schema of a document once, parents first. Components come first, so a schema that is shared
 * is visited at its own place; references are not followed.
 */
export function forEachSchema(document: OpenApiDocument, visit: SchemaVisitor): void {
  const seen = new Set<unknown>();
  const walk: Walk = (schema, words, pointer) => {
    if (!isObject(schema) || seen.has(schema)) return;
    seen.add(schema);
    visit(schema, { words, pointer });
    if (isObject(schema['properties'])) {
      for (const [name, property] of Object.entries(schema['properties'])) {
        walk(property, [...words, name], pointer + pointerTo('properties', name));
      }
    }
    for (const keyword of listKeywords) {
      const parts = schema[keyword];
      if (!Array.isArray(parts)) continue;
      const alternative = keyword === 'oneOf' || keyword === 'anyOf';
      parts.forEach((part, index) => {
        const own = alternative ? [...words, `option${index + 1}`] : words;
        walk(part, own, pointer + pointerTo(keyword, index));
      });
    }
    walk(schema['items'], [...words, 'item'], `${pointer}/items`);
    walk(schema['additionalProperties'], [...words, 'value'], `${pointer}/additionalProperties`);
  };
  walkComponents(document, walk);
  forEachOperation(document, (operation, path, method) => {
    walkOperation(document, operation, pointerTo('paths', path, method), walk);
  });
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    const parameters = dereference(document, item)?.['parameters'];
    if (Array.isArray(parameters)) walkParameters(document, parameters, path, pointerTo('paths', path), walk);
  }
  forEachWebhook(document, (name, item, pointer) => walkEvent(document, item, [name], pointer, walk));
}

/** Where every schema stands in the document as it is now. */
export function schemaPlaces(document: OpenApiDocument): ReadonlyMap<JsonObject, SchemaPlace> {
  const places = new Map<JsonObject, SchemaPlace>();
  forEachSchema(document, (schema, place) => places.set(schema, place));
  return places;
}

/** The parts of a schema's allOf, with their parts. */
export function partsOf(document: OpenApiDocument, schema: JsonObject): ReadonlySet<JsonObject> {
  const parts = new Set<JsonObject>();
  const collect = ({ allOf }: JsonObject) => {
    for (const value of Array.isArray(allOf) ? (allOf as unknown[]) : []) {
      const part = dereference(document, value);
      if (!part || parts.has(part)) continue;
      parts.add(part);
      collect(part);
    }
  };
  collect(schema);
  return parts;
}

function walkComponents(document: OpenApiDocument, walk: Walk): void {
  const { schemas, parameters, requestBodies, responses } = document.components ?? {};
  for (const [name, schema] of Object.entries(schemas ?? {}))
    walk(schema, [name], pointerTo('components', 'schemas', name));
  for (const [name, parameter] of Object.entries(parameters ?? {})) {
    if (isObject(parameter))
      walk(parameter['schema'], [name, 'parameter'], `${pointerTo('components', 'parameters', name)}/schema`);
  }
  for (const [name, body] of Object.entries(requestBodies ?? {})) {
    walkContent(document, body, [name, 'request'], pointerTo('components', 'requestBodies', name), walk);
  }
  for (const [name, response] of Object.entries(responses ?? {})) {
    walkContent(document, response, [name, 'response'], pointerTo('components', 'responses', name), walk);
  }
}

function walkOperation(document: OpenApiDocument, operation: Operation, pointer: string, walk: Walk): void {
  const id = operation.operationId ?? '';
  const event = operation[eventName];
  const answer = typeof event === 'string' ? [event, 'payload'] : [id, 'response'];
  walkParameters(document, operation.parameters ?? [], id, pointer, walk);
  walkContent(document, operation.requestBody, [id, 'request'], `${pointer}/requestBody`, walk);
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    walkContent(document, response, answer, pointer + pointerTo('responses', status), walk);
  }
  for (const [name, callback] of Object.entries(operation.callbacks ?? {})) {
    for (const [expression, item] of Object.entries(dereference(document, callback) ?? {})) {
      walkEvent(document, item, [name], pointer + pointerTo('callbacks', name, expression), walk);
    }
  }
}

/** Bodies of events: of a webhook, or of one expression of a callback. */
function walkEvent(
  document: OpenApiDocument,
  item: unknown,
  words: readonly string[],
  pointer: string,
  walk: Walk,
): void {
  const pathItem = dereference(document, item) ?? {};
  for (const method of httpMethods) {
    const delivery = pathItem[method];
    if (!isObject(delivery)) continue;
    walkContent(document, delivery['requestBody'], words, `${pointer}/${method}/requestBody`, walk);
  }
}

function walkParameters(
  document: OpenApiDocument,
  parameters: readonly unknown[],
  owner: string,
  pointer: string,
  walk: Walk,
): void {
  parameters.forEach((parameter, index) => {
    const found = dereference(document, parameter);
    const name = found?.['name'];
    const words = [owner, typeof name === 'string' ? name : 'parameter'];
    walk(found?.['schema'], words, `${pointer}/parameters/${index}/schema`);
  });
}

function walkContent(
  document: OpenApiDocument,
  holder: unknown,
  words: readonly string[],
  pointer: string,
  walk: Walk,
): void {
  const content = dereference(document, holder)?.['content'];
  if (!isObject(content)) return;
  for (const [mediaType, media] of Object.entries(content)) {
    if (isObject(media)) walk(media['schema'], words, `${pointer}${pointerTo('content', mediaType)}/schema`);
  }
}
