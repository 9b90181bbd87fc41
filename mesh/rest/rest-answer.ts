import { parseJsonExactly } from '../exact-integers.ts';
import { headerOf } from './answer-headers.ts';
import { textOf } from './answer-text.ts';
import type { RestAnswer } from './exchange.ts';
import { essenceOf, isJson } from './media-type.ts';
import { restError, type RestCallName } from './rest-error.ts';

/** What the GraphQL type of an operation makes of its answer; `any` is a scalar or one of several types. */
export type AnswerShape = 'object' | 'list' | 'any';

/**
 * Reads the body of an answer: JSON parsed as `parseJsonExactly` does, text as it is, anything else as base64, no
 * content as null. A body that does not say what it is is taken for JSON where the shape wants it.
 * @throws GraphQLError UPSTREAM_INVALID when it can't be read, or has another shape
 */
export function readAnswer(answer: RestAnswer, call: RestCallName, shape: AnswerShape): unknown {
  const { headers, body } = answer;
  const mediaType = essenceOf(headerOf(headers, 'content-type') ?? '');
  if (isJson(mediaType)) {
    const value = parseJson(textOf(answer));
    if (value === undefined) {
      throw restError(call, 'UPSTREAM_INVALID', 'the service answered with JSON that can not be parsed');
    }
    return shaped(value, call, shape);
  }
  if (mediaType === '' && shape !== 'any') return shaped(parseJson(textOf(answer)), call, shape);
  if (mediaType.startsWith('text/')) {
    const text = textOf(answer);
    return shaped(text === '' && shape !== 'any' ? null : text, call, shape);
  }
  return shaped(body.length === 0 ? null : body.toString('base64'), call, shape);
}

/** @returns undefined for what is no JSON */
function parseJson(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return parseJsonExactly(text);
  } catch {
    return undefined;
  }
}

/**
 * A value that has the shape it should have, or is null.
 * @throws GraphQLError UPSTREAM_INVALID when it has another
 */
export function shaped(value: unknown, call: RestCallName, shape: AnswerShape): unknown {
  if (value === null || shape === 'any') return value;
  const isFitting = typeof value === 'object' && Array.isArray(value) === (shape === 'list');
  if (isFitting) return value;
  throw notAsDocumented(call);
}

/** @param field GraphQL name of the field whose value is not what the document says */
export function notAsDocumented(call: RestCallName, field?: string) {
  const place = field === undefined ? '' : `, at "${field}"`;
  return restError(
    call,
    'UPSTREAM_INVALID',
    `the service answered with something else than the document says${place}`,
  );
}
