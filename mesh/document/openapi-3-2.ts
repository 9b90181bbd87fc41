import {
  dereference,
  isObject,
  pointerTo,
  type JsonObject,
  type OpenApiDocument,
} from './openapi-document.ts';

/**
 * Reads an OpenAPI 3.2 document as 3.1, of which it is an extension (3.2.0, appendix "Changes from 3.1"). What 3.1 does
 * not have is left out and told: methods other than those of 3.1, parameters that are the whole query, the items of a
 * stream. Media types in `components` go to where they are used.
 */
export function fromOpenApi32(source: OpenApiDocument, warnings: string[]): OpenApiDocument {
  const document: OpenApiDocument = { ...structuredClone(source), openapi: '3.1.1' };
  for (const [path, value] of Object.entries(document.paths ?? {})) {
    const item = dereference(document, value);
    if (!item) continue;
    const pointer = pointerTo('paths', path);
    leaveOutMethods(item, pointer, warnings);
    for (const [method, operation] of Object.entries(item)) {
      if (isObject(operation)) settleOperation(document, item, method, pointer, warnings);
    }
  }
  inlineMediaTypes(document);
  return document;
}

function leaveOutMethods(item: JsonObject, pointer: string, warnings: string[]): void {
  const { additionalOperations, query } = item;
  const others = isObject(additionalOperations) ? Object.keys(additionalOperations) : [];
  const places = others.map((method) => pointerTo('additionalOperations', method));
  if (query !== undefined) places.push('/query');
  for (const place of places) {
    warnings.push(`${pointer}${place}: a method that OpenAPI 3.1 does not have can not be called; left out`);
  }
  delete item['query'];
  delete item['additionalOperations'];
}

function settleOperation(
  document: OpenApiDocument,
  item: JsonObject,
  method: string,
  pointer: string,
  warnings: string[],
): void {
  const operation = item[method] as JsonObject;
  const place = pointer + pointerTo(method);
  const parameters = Array.isArray(operation['parameters']) ? (operation['parameters'] as unknown[]) : [];
  const whole = parameters.findIndex((one) => dereference(document, one)?.['in'] === 'querystring');
  if (whole >= 0) {
    warnings.push(
      `${place}/parameters/${whole}: a parameter that is the whole query can not be expressed; operation left out`,
    );
    delete item[method];
    return;
  }
  const responses = isObject(operation['responses']) ? operation['responses'] : {};
  for (const [status, response] of Object.entries(responses)) {
    const content = dereference(document, response)?.['content'];
    for (const [type, media] of Object.entries(isObject(content) ? content : {})) {
      const found = dereference(document, media);
      if (found?.['itemSchema'] === undefined || found['schema'] !== undefined) continue;
      const at = pointerTo('responses', status, 'content', type, 'itemSchema');
      warnings.push(`${place}${at}: a stream is not read item by item; its items have no type`);
    }
  }
}

function inlineMediaTypes(document: OpenApiDocument): void {
  const seen = new Set<unknown>();
  const walk = (value: unknown): void => {
    if (value === null || typeof value !== 'object' || seen.has(value)) return;
    seen.add(value);
    const content = isObject(value) ? value['content'] : undefined;
    if (isObject(content)) {
      for (const [type, media] of Object.entries(content)) {
        const reference = isObject(media) ? media['$ref'] : undefined;
        if (typeof reference === 'string') content[type] = dereference(document, media) ?? {};
      }
    }
    Object.values(value).forEach(walk);
  };
  walk(document);
}
