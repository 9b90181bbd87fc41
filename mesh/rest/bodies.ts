import { Kind, visit, type DocumentNode, type InputValueDefinitionNode } from 'graphql';
import {
  dereference,
  forEachOperation,
  isObject,
  type JsonObject,
  type OpenApiDocument,
} from '../document/openapi-document.ts';
import { isNullable } from '../normalise/nullable.ts';
import { optionsOf } from '../normalise/required-names.ts';
import { partsOf } from '../normalise/schemas.ts';
import { propertiesOf, styleOf, type Parameter } from './parameters.ts';

/** A request body of a document that has one media type left (normalise/request-bodies.ts). */
export interface RequestBody {
  mediaType: string;
  isRequired: boolean;
  /** Whether its schema allows null. */
  isNullable: boolean;
  /** Properties of a form or multipart body that its schema or `encoding` names. */
  parts: ReadonlyMap<string, BodyPart>;
}

/** One property of a form or multipart body, as its Encoding Object says (OpenAPI 3.1.1, section 4.8.15). */
export interface BodyPart {
  /** What `contentType` allows; empty without one. */
  mediaTypes: readonly string[];
  /** How the values of a form are written, where style, explode or allowReserved is given. */
  parameter: Parameter | undefined;
  /** Whether it is base64, which is no plain text (OpenAPI 3.1.1, section 4.8.15.1.1). */
  isBase64: boolean;
}

/** What Mesh does not keep: how each operation writes its body, by operationId. */
export function bodiesByOperation(document: OpenApiDocument): Map<string, RequestBody> {
  const bodies = new Map<string, RequestBody>();
  forEachOperation(document, (operation) => {
    const body = dereference(document, operation.requestBody);
    const content = body?.['content'];
    const [[mediaType, value] = []] = isObject(content) ? Object.entries(content) : [];
    if (!body || mediaType === undefined) return;
    const media = isObject(value) ? value : {};
    bodies.set(operation.operationId ?? '', {
      mediaType,
      isRequired: body['required'] === true,
      isNullable: isNullable(document, media['schema']),
      parts: readParts(document, media),
    });
  });
  return bodies;
}

function readParts(document: OpenApiDocument, media: JsonObject): ReadonlyMap<string, BodyPart> {
  const encodings = isObject(media['encoding']) ? media['encoding'] : {};
  const schemas = describedProperties(document, media['schema']);
  const parts = new Map<string, BodyPart>();
  for (const name of new Set([...schemas.keys(), ...Object.keys(encodings)])) {
    const encoding = isObject(encodings[name]) ? encodings[name] : {};
    const schema = schemas.get(name);
    parts.set(name, {
      mediaTypes: mediaTypesOf(encoding),
      parameter: stylesOf(document, name, encoding, schema),
      isBase64: itemOf(document, schema)?.['format'] === 'byte',
    });
  }
  return parts;
}

/** What can not be part of a header line is as good as nothing. */
function mediaTypesOf({ contentType }: JsonObject): readonly string[] {
  if (typeof contentType !== 'string' || !/^[\x20-\x7e]+$/.test(contentType)) return [];
  return contentType.split(',').map((text) => text.trim());
}

/** RFC 6570 takes the place of a content type as soon as one of its fields is there (section 4.8.15.1.2). */
function stylesOf(
  document: OpenApiDocument,
  name: string,
  encoding: JsonObject,
  schema: unknown,
): Parameter | undefined {
  const { style, explode, allowReserved } = encoding;
  if (style === undefined && explode === undefined && allowReserved === undefined) return undefined;
  const known = styleOf('query', style);
  return {
    name,
    in: 'query',
    argument: name,
    style: known,
    explode: typeof explode === 'boolean' ? explode : known === 'form',
    mediaType: undefined,
    properties: propertiesOf(document, schema),
  };
}

function describedProperties(document: OpenApiDocument, value: unknown): ReadonlyMap<string, unknown> {
  const properties = new Map<string, unknown>();
  const schema = dereference(document, value);
  if (!schema) return properties;
  for (const owner of [schema, ...partsOf(document, schema), ...optionsOf(document, schema)]) {
    if (!isObject(owner['properties'])) continue;
    for (const [name, property] of Object.entries(owner['properties'])) properties.set(name, property);
  }
  return properties;
}

function itemOf(document: OpenApiDocument, value: unknown): JsonObject | undefined {
  const schema = dereference(document, value);
  return schema?.['type'] === 'array' ? dereference(document, schema['items']) : schema;
}

/** Makes `input` non-null where a body is required and may not be null: Mesh ignores `required` of a body. */
export function requireInputs(wrapped: DocumentNode, bodies: ReadonlyMap<string, RequestBody>): DocumentNode {
  return visit(wrapped, {
    ObjectTypeDefinition: (node) => (['Query', 'Mutation'].includes(node.name.value) ? undefined : false),
    FieldDefinition: (field) => {
      const body = bodies.get(field.name.value);
      if (!body?.isRequired || body.isNullable) return false;
      return { ...field, arguments: (field.arguments ?? []).map(requiredInput) };
    },
  });
}

function requiredInput(argument: InputValueDefinitionNode): InputValueDefinitionNode {
  const { name, type } = argument;
  if (name.value !== 'input' || type.kind === Kind.NON_NULL_TYPE) return argument;
  return { ...argument, type: { kind: Kind.NON_NULL_TYPE, type } };
}
