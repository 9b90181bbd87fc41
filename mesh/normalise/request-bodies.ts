import { kindOf, type BodyKind } from '../rest/media-type.ts';
import {
  dereference,
  dialectOf,
  forEachOperation,
  isObject,
  pointerTo,
  type JsonObject,
  type OpenApiDocument,
} from '../document/openapi-document.ts';
import { partsOf } from './schemas.ts';

/** What is taken of several media types of one body, best first. */
const preferred: readonly BodyKind[] = ['json', 'multipart', 'form', 'text', 'binary'];

const file = { type: 'string', format: 'binary' } as const;
const anyJson = { type: 'object', additionalProperties: true } as const;
const base64 = { type: 'string', format: 'byte' } as const;

/**
 * Leaves one media type to each request body: Mesh would take another one than the calls do. An operation whose body
 * can only be written in ways that Sluice does not have is left out. What is a file gets `format: binary`, and nothing else
 * keeps it: in JSON there are no bytes.
 */
export function settleRequestBodies(document: OpenApiDocument, warnings: string[]): void {
  const lost: (() => void)[] = [];
  const files = new Set<JsonObject>();
  forEachOperation(document, (operation, path, method) => {
    const content = dereference(document, operation.requestBody)?.['content'];
    if (!isObject(content) || Object.keys(content).length === 0) return;
    const pointer = pointerTo('paths', path, method, 'requestBody', 'content');
    const chosen = chooseMediaType(document, content);
    if (chosen === undefined) {
      const types = Object.keys(content).join(', ');
      warnings.push(`${pointer}: bodies of type ${types} can not be sent; operation left out`);
      lost.push(() => delete dereference(document, document.paths?.[path])?.[method]);
      return;
    }
    tellOtherSchemas(content, chosen.mediaType, pointer, warnings);
    const media = isObject(content[chosen.mediaType]) ? (content[chosen.mediaType] as JsonObject) : {};
    for (const mediaType of Object.keys(content)) delete content[mediaType];
    content[chosen.mediaType === '*/*' && chosen.kind === 'json' ? 'application/json' : chosen.mediaType] =
      media;
    tellEncodings(media, chosen, pointer, warnings);
    describeParts(document, media, chosen, pointer, warnings);
    settleSchema(document, chosen.kind, media, files);
  });
  for (const leaveOut of lost) leaveOut();
  settleAnswers(document);
  forgetOtherFiles(document, files, new Set());
}

/** Describes bodies that may be any JSON: Mesh has no argument for one without a schema. */
export function describeEmptyBodies(document: OpenApiDocument): void {
  forEachOperation(document, ({ requestBody }) => {
    const content = dereference(document, requestBody)?.['content'];
    if (!isObject(content)) return;
    for (const [mediaType, media] of Object.entries(content)) {
      const schema = dereference(document, isObject(media) ? media['schema'] : undefined) ?? {};
      if (Object.keys(schema).some((key) => key !== 'title' && key !== 'description')) continue;
      content[mediaType] = { ...(isObject(media) && media), schema: { ...anyJson } };
    }
  });
}

function chooseMediaType(
  document: OpenApiDocument,
  content: JsonObject,
): { mediaType: string; kind: BodyKind } | undefined {
  const choices = Object.entries(content).map(([mediaType, media]) => {
    const schema = dereference(document, isObject(media) ? media['schema'] : undefined) ?? {};
    const isAnything = mediaType === '*/*' && !isFile(document, schema);
    return { mediaType, kind: isAnything ? ('json' as const) : kindOf(mediaType) };
  });
  for (const kind of preferred) {
    const found = choices.find((choice) => choice.kind === kind);
    if (found) return { mediaType: found.mediaType, kind };
  }
  return undefined;
}

/** A body that is described in two ways loses one; the same schema in two media types is no loss. */
function tellOtherSchemas(content: JsonObject, chosen: string, pointer: string, warnings: string[]): void {
  const schemaOf = (mediaType: string) => {
    const media = content[mediaType];
    return JSON.stringify(isObject(media) ? media['schema'] : undefined);
  };
  for (const mediaType of Object.keys(content)) {
    if (mediaType === chosen || schemaOf(mediaType) === schemaOf(chosen)) continue;
    warnings.push(`${pointer}${pointerTo(mediaType)}: bodies are sent as ${chosen}; this form is lost`);
  }
}

/** A form of a single file or text has no names for its parts (Jira): it takes any. */
function describeParts(
  document: OpenApiDocument,
  media: JsonObject,
  { mediaType, kind }: { mediaType: string; kind: BodyKind },
  pointer: string,
  warnings: string[],
): void {
  const type = dereference(document, media['schema'])?.['type'];
  if ((kind !== 'multipart' && kind !== 'form') || type === undefined || [type].flat().includes('object'))
    return;
  media['schema'] = { ...anyJson };
  warnings.push(
    `${pointer}${pointerTo(mediaType)}/schema: describes no parts; any JSON object, whose members are sent as parts, without files`,
  );
}

/** What an Encoding Object has and nobody can fill in, or only forms follow. */
function tellEncodings(
  { encoding }: JsonObject,
  { mediaType, kind }: { mediaType: string; kind: BodyKind },
  pointer: string,
  warnings: string[],
): void {
  if (kind !== 'multipart' || !isObject(encoding)) return;
  for (const [name, value] of Object.entries(encoding)) {
    if (!isObject(value)) continue;
    const place = pointer + pointerTo(mediaType, 'encoding', name);
    const headers = isObject(value['headers']) ? Object.keys(value['headers']) : [];
    if (headers.some((header) => !/^content-type$/i.test(header))) {
      warnings.push(`${place}/headers: headers of parts are not sent`);
    }
    if (value['style'] !== undefined || value['explode'] !== undefined) {
      warnings.push(`${place}: parts have no style; a list is a part for each item, an object is JSON`);
    }
  }
}

function settleSchema(
  document: OpenApiDocument,
  kind: BodyKind,
  media: JsonObject,
  files: Set<JsonObject>,
): void {
  const schema = dereference(document, media['schema']);
  if (kind === 'binary') {
    media['schema'] = schema && isBase64(schema) ? { ...base64 } : { ...file };
    files.add(media['schema'] as JsonObject);
  } else if (kind === 'text') {
    if (!schema?.['type']) media['schema'] = { type: 'string' };
  }
  if (kind === 'multipart' && schema) markFiles(document, schema, files);
}

/** Marks the properties of a multipart body that are files, or lists of files. */
function markFiles(document: OpenApiDocument, schema: JsonObject, files: Set<JsonObject>): void {
  for (const owner of [schema, ...partsOf(document, schema)]) {
    const { properties } = owner;
    if (isObject(properties)) {
      for (const name of Object.keys(properties)) markFile(document, properties, name, files);
    }
    for (const options of [owner['oneOf'], owner['anyOf']]) {
      if (!Array.isArray(options)) continue;
      for (const option of options as unknown[]) {
        const found = dereference(document, option);
        if (found && found !== owner) markFiles(document, found, files);
      }
    }
  }
}

function markFile(document: OpenApiDocument, owner: JsonObject, key: string, files: Set<JsonObject>): void {
  const schema = dereference(document, owner[key]);
  if (!schema || files.has(schema)) return;
  if (Array.isArray(schema['type']) ? schema['type'].includes('array') : schema['type'] === 'array') {
    markFile(document, schema, 'items', files);
  } else if (isBase64(schema)) {
    owner[key] = { ...described(schema), ...base64 };
  } else if (isFile(document, schema)) {
    const marked = { ...described(schema), ...file };
    owner[key] = marked;
    files.add(marked);
  }
}

function described(schema: JsonObject): JsonObject {
  const { description, readOnly, writeOnly, deprecated } = schema;
  return JSON.parse(JSON.stringify({ description, readOnly, writeOnly, deprecated })) as JsonObject;
}

/** OpenAPI 3.0.4, section 4.7.26.2, and 3.1.1, section 4.8.24.5.3: without a type, the content is of any. */
function isFile(document: OpenApiDocument, schema: JsonObject): boolean {
  const { type, format, contentMediaType, contentEncoding } = schema;
  if (contentEncoding !== undefined) return false;
  const isText = type === 'string' || (Array.isArray(type) && type.includes('string'));
  if (isText && format === 'binary') return true;
  if (dialectOf(document) === '3.0') return format === 'binary';
  if (contentMediaType !== undefined) return isText || type === undefined;
  const meaning = Object.keys(schema).filter((key) => !['description', 'title', 'examples'].includes(key));
  return meaning.length === 0;
}

function isBase64({ format, contentEncoding }: JsonObject): boolean {
  return format === 'byte' || /^base64/i.test(typeof contentEncoding === 'string' ? contentEncoding : '');
}

/** An answer that is bytes is read as base64. */
function settleAnswers(document: OpenApiDocument): void {
  forEachOperation(document, ({ responses }) => {
    for (const response of Object.values(responses ?? {})) {
      const content = dereference(document, response)?.['content'];
      if (!isObject(content)) continue;
      for (const [mediaType, media] of Object.entries(content)) {
        if (!isObject(media) || kindOf(mediaType) !== 'binary') continue;
        const schema = dereference(document, media['schema']);
        if (!schema || schema['type'] === undefined || schema['type'] === 'string')
          media['schema'] = { ...base64 };
      }
    }
  });
}

function forgetOtherFiles(value: unknown, files: ReadonlySet<JsonObject>, seen: Set<unknown>): void {
  if (value === null || typeof value !== 'object' || seen.has(value)) return;
  seen.add(value);
  const schema = value as JsonObject;
  if (schema['format'] === 'binary' && !files.has(schema)) delete schema['format'];
  for (const child of Object.values(value)) forgetOtherFiles(child, files, seen);
}
