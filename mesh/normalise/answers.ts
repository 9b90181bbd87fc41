import { isDeepStrictEqual } from 'node:util';
import {
  dereference,
  forEachOperation,
  isObject,
  type JsonObject,
  type OpenApiDocument,
  type Operation,
} from '../document/openapi-document.ts';

/** What a success answers: its status, and of several media types the one that is asked for. */
export interface Answer {
  status: string;
  mediaType: string;
  schema: JsonObject;
}

/**
 * Leaves one success to each operation that has several, answering any of their schemas. Mesh would put what is no object
 * into objects that no answer is: an empty 204, which is null, and several media types of one answer, of which one is
 * asked for (TMF622: `application/json-patch+json`). Where no status is a success, `default` is (RFC 9110 has no other).
 */
export function settleAnswers(document: OpenApiDocument): void {
  forEachOperation(document, (operation) => {
    const answers = answersOf(document, operation);
    const [first] = answers;
    if (!first || isSettled(document, operation, first)) return;
    const { status, mediaType } = first;
    const responses = Object.entries(operation.responses ?? {}).filter(([code]) => !isSuccess(code));
    const schema = joined(answers.map((answer) => answer.schema));
    const response = { description: '', content: { [mediaType]: { schema } } };
    operation.responses = {
      [status === 'default' ? '200' : status]: response,
      ...Object.fromEntries(responses),
    };
  });
}

/** The answers of an operation's successes that a schema describes. */
export function answersOf(document: OpenApiDocument, { responses = {} }: Operation): readonly Answer[] {
  const statuses = Object.keys(responses);
  const successes = statuses.filter(isSuccess);
  const told = successes.length > 0 ? successes : statuses.filter((status) => status === 'default');
  return told.flatMap((status) => {
    const content = dereference(document, responses[status])?.['content'];
    if (!isObject(content)) return [];
    const mediaType = mediaTypeOf(Object.keys(content));
    const media = mediaType === undefined ? undefined : content[mediaType];
    const schema = isObject(media) ? media['schema'] : undefined;
    if (mediaType === undefined || !isObject(schema) || Object.keys(schema).length === 0) return [];
    return [{ status, mediaType, schema }];
  });
}

function isSettled(document: OpenApiDocument, { responses = {} }: Operation, { status }: Answer): boolean {
  const content = dereference(document, responses[status])?.['content'];
  const isOnly = Object.keys(responses).filter(isSuccess).length === 1;
  return isOnly && isObject(content) && Object.keys(content).length === 1;
}

function isSuccess(status: string): boolean {
  return /^2(\d\d|XX)$/i.test(status);
}

/** `application/json` where it is among media types, or else the first that is JSON, or else the first. */
function mediaTypeOf(mediaTypes: readonly string[]): string | undefined {
  const json = mediaTypes.filter((mediaType) => mediaType.toLowerCase().includes('json'));
  const plain = json.find((mediaType) => /^application\/json\s*(;|$)/i.test(mediaType));
  return plain ?? json[0] ?? mediaTypes[0];
}

function joined(schemas: readonly JsonObject[]): JsonObject {
  const different: JsonObject[] = [];
  for (const schema of schemas) {
    if (!different.some((other) => isDeepStrictEqual(other, schema))) different.push(schema);
  }
  const [first] = different;
  return first && different.length === 1 ? first : { oneOf: different };
}
