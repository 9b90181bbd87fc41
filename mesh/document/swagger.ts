import { upgradeFromTwoToThree } from '@scalar/openapi-upgrader/2.0-to-3.0';
import {
  httpMethods,
  isObject,
  pointerTo,
  resolvePointer,
  type JsonObject,
  type OpenApiDocument,
} from './openapi-document.ts';

/**
 * Makes an OpenAPI 3.0 document of a Swagger 2.0 one: `@scalar/openapi-upgrader` with what it needs put right before.
 * `host` and `schemes` mean nothing here, because `endpoint` of subgraph.yaml says where the service is.
 * @param source left as it is
 * @param warnings what can't be expressed is told here, and a `basePath`, which `endpoint` has to hold
 */
export function fromSwagger(source: JsonObject, warnings: string[]): OpenApiDocument {
  const swagger = structuredClone(source);
  const { basePath } = swagger;
  if (typeof basePath === 'string' && !/^\/*$/.test(basePath)) {
    warnings.push(`/basePath: is "${basePath}"; endpoint in subgraph.yaml has to end with it`);
  }
  for (const holder of [swagger, ...operationsOf(swagger)]) {
    for (const keyword of ['consumes', 'produces']) settleMediaTypes(holder, keyword);
  }
  const paths = isObject(swagger['paths']) ? swagger['paths'] : {};
  for (const [path, item] of Object.entries(paths)) {
    if (isObject(item)) settlePathItem(swagger, item, pointerTo('paths', path), warnings);
    else delete paths[path];
  }
  const parameters = isObject(swagger['parameters']) ? swagger['parameters'] : {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const pointer = pointerTo('parameters', name);
    if (!isParameter(parameter, pointer, warnings)) delete parameters[name];
    else settleCollection(parameter, pointer, warnings);
  }
  settleResponses(swagger['responses']);
  const document = upgradeFromTwoToThree(swagger) as unknown as OpenApiDocument;
  for (const operation of operationsOf(document as unknown as JsonObject)) requireForms(operation);
  return document;
}

function operationsOf({ paths }: JsonObject): JsonObject[] {
  const items = Object.values(isObject(paths) ? paths : {}).filter(isObject);
  return items.flatMap((item) => httpMethods.map((method) => item[method]).filter(isObject));
}

/** The converter takes lists as they are: an empty one leaves a body without any media type. */
function settleMediaTypes(holder: JsonObject, keyword: string): void {
  const given = holder[keyword];
  const list = typeof given === 'string' ? [given] : given;
  const types = Array.isArray(list) ? list.filter((type) => typeof type === 'string') : [];
  if (types.length > 0) holder[keyword] = types;
  else delete holder[keyword];
}

/**
 * Parameters of a path item that are a body or a part of a form go to its operations: the converter looks at them only
 * where they stand before the operations, and does not follow references to them.
 */
function settlePathItem(swagger: JsonObject, item: JsonObject, pointer: string, warnings: string[]): void {
  for (const name of Object.keys(item)) if (name.startsWith('x-')) delete item[name];
  const shared = settleParameters(swagger, item, pointer, warnings);
  const inBody = shared.filter(isInBody);
  if (item['parameters'] !== undefined) item['parameters'] = shared.filter((one) => !isInBody(one));
  for (const method of httpMethods) {
    const operation = item[method];
    if (operation === undefined) continue;
    if (!isObject(operation)) {
      delete item[method];
      continue;
    }
    const own = settleParameters(swagger, operation, pointer + pointerTo(method), warnings);
    const inherited = inBody.filter((one) => !own.some((other) => isSame(one, other)));
    if (own.length + inherited.length > 0) operation['parameters'] = [...inherited, ...own];
    settleForm(swagger, operation);
    settleResponses(operation['responses']);
  }
}

/** Leaves out what is no parameter, and puts bodies and parts of forms in the place of references to them. */
function settleParameters(
  swagger: JsonObject,
  holder: JsonObject,
  pointer: string,
  warnings: string[],
): JsonObject[] {
  const given: unknown = holder['parameters'];
  const parameters = (Array.isArray(given) ? (given as unknown[]) : []).flatMap((value, index) => {
    const place = pointer + pointerTo('parameters', index);
    if (isObject(value) && typeof value['$ref'] === 'string') {
      const found = resolvePointer(swagger as unknown as OpenApiDocument, value['$ref']);
      return isObject(found) && isInBody(found) ? [structuredClone(found)] : [value];
    }
    return isParameter(value, place, warnings) ? [value] : [];
  });
  parameters.forEach((one, index) => {
    settleCollection(one, pointer + pointerTo('parameters', index), warnings);
  });
  if (given !== undefined) holder['parameters'] = parameters;
  return parameters;
}

function isParameter(value: unknown, pointer: string, warnings: string[]): value is JsonObject {
  const known = ['query', 'header', 'path', 'formData', 'body'];
  if (isObject(value) && (typeof value['$ref'] === 'string' || known.includes(String(value['in']))))
    return true;
  warnings.push(`${pointer}: is no parameter of Swagger 2.0: it has no "in"; left out`);
  return false;
}

function isInBody(parameter: JsonObject): boolean {
  return parameter['in'] === 'body' || parameter['in'] === 'formData';
}

function isSame(one: JsonObject, other: JsonObject): boolean {
  if (one['in'] === 'body' || other['in'] === 'body') return isInBody(one) && isInBody(other);
  return one['in'] === other['in'] && one['name'] === other['name'];
}

const withStyle: Readonly<Record<string, readonly string[]>> = {
  query: ['csv', 'ssv', 'pipes', 'multi'],
  formData: ['csv', 'ssv', 'pipes', 'multi'],
  path: ['csv'],
  header: ['csv'],
};

/**
 * OpenAPI 3 has no style for lists that are separated by tabs, or by anything but commas in a path or header. The
 * argument is then the text as it is sent. In forms, the converter forgets that commas are the default.
 */
function settleCollection(parameter: JsonObject, pointer: string, warnings: string[]): void {
  if (parameter['type'] !== 'array') return;
  const { collectionFormat } = parameter;
  const format = typeof collectionFormat === 'string' ? collectionFormat : 'csv';
  if (withStyle[String(parameter['in'])]?.includes(format)) {
    parameter['collectionFormat'] = format;
    return;
  }
  warnings.push(
    `${pointer}/collectionFormat: "${format}" can not be expressed; the argument is a string that is sent as it is`,
  );
  for (const keyword of ['items', 'collectionFormat', 'default', 'enum']) delete parameter[keyword];
  parameter['type'] = 'string';
}

const forms: readonly string[] = ['application/x-www-form-urlencoded', 'multipart/form-data'];

/** Files need multipart. Without one, and where no form is named, urlencoded is what the services that say so little read. */
function settleForm(swagger: JsonObject, operation: JsonObject): void {
  const parameters = Array.isArray(operation['parameters']) ? (operation['parameters'] as JsonObject[]) : [];
  const parts = parameters.filter((parameter) => parameter['in'] === 'formData');
  if (parts.length === 0) return;
  const consumes = (operation['consumes'] ?? swagger['consumes'] ?? []) as string[];
  const [urlencoded, multipart] = forms as [string, string];
  if (parts.some((part) => part['type'] === 'file')) operation['consumes'] = [multipart];
  else if (!consumes.some((type) => forms.includes(type))) operation['consumes'] = [urlencoded];
}

/** The converter looks into every response. */
function settleResponses(responses: unknown): void {
  if (!isObject(responses)) return;
  for (const [status, response] of Object.entries(responses)) {
    if (!isObject(response)) delete responses[status];
  }
}

/** A form with a part that is required is required, which the converter does not say. */
function requireForms({ requestBody }: JsonObject): void {
  if (!isObject(requestBody) || !isObject(requestBody['content'])) return;
  for (const type of forms) {
    const media = requestBody['content'][type];
    const schema = isObject(media) ? media['schema'] : undefined;
    const required = isObject(schema) ? schema['required'] : undefined;
    if (Array.isArray(required) && required.length > 0) requestBody['required'] = true;
  }
}
