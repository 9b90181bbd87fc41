import type { Dispatcher } from 'undici';
import { parseJsonExactly } from '../exact-integers.ts';
import { restError, type RestCallName } from './rest-error.ts';

/** What the GraphQL type of an operation makes of its answer; `any` is a scalar or one of several types. */
export type AnswerShape = 'object' | 'list' | 'any';

/**
 * Reads the body of an answer: JSON parsed as `parseJsonExactly` does, text as it is, anything else as base64, no content as null. A body that does
 * not say what it is is taken for JSON where the shape wants it.
 * @throws GraphQLError UPSTREAM_ERROR when it can't be read, or has another shape
 */
export async function readAnswer(
  { headers, body }: Dispatcher.ResponseData,
  call: RestCallName,
  shape: AnswerShape,
): Promise<unknown> {
  const contentType = String(headers['content-type'] ?? '');
  if (/^application\/(.+\+)?json\b/i.test(contentType)) {
    const value = parseJson(await body.text());
    if (value === undefined) {
      throw restError(call, 'UPSTREAM_ERROR', 'the service answered with JSON that can not be parsed');
    }
    return shaped(value, call, shape);
  }
  if (contentType === '' && shape !== 'any') return shaped(parseJson(await body.text()), call, shape);
  if (/^text\//i.test(contentType)) {
    const text = await body.text();
    return shaped(text === '' && shape !== 'any' ? null : text, call, shape);
  }
  const bytes = Buffer.from(await body.arrayBuffer());
  return shaped(bytes.length === 0 ? null : bytes.toString('base64'), call, shape);
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
 * @throws GraphQLError UPSTREAM_ERROR when it has another
 */
export function shaped(value: unknown, call: RestCallName, shape: AnswerShape): unknown {
  if (value === null || shape === 'any') return value;
  const isFitting = typeof value === 'object' && Array.isArray(value) === (shape === 'list');
  if (isFitting) return value;
  throw restError(call, 'UPSTREAM_ERROR', 'the service answered with something else than the document says');
}
