import type { BodyPart, RequestBody } from './bodies.ts';
import { writeJsonExactly } from '../exact-integers.ts';
import { isJson } from './media-type.ts';
import { isUpload } from '../uploads.ts';
import { compileParameter, percentEncoded, scalarText, type ParameterWriter } from './parameter-text.ts';
import { restError, type RestCallName } from './rest-error.ts';

/**
 * Compiles an `application/x-www-form-urlencoded` body (OpenAPI 3.1.1, section 4.8.15.3; WHATWG URL, section 5.2). A
 * property is written in its style where `encoding` gives one. Otherwise a list repeats the name, an object is JSON, as
 * is everything that `encoding` says is JSON. Null, for which a form has no notation, is an empty value; an empty list is refused.
 * @throws GraphQLError BAD_USER_INPUT (from the compiled function) for an input that can't be written
 */
export function writeForm({ parts }: RequestBody, call: RestCallName): (input: unknown) => string {
  const styled = new Map<string, ParameterWriter>();
  for (const [name, { parameter }] of parts) {
    if (parameter) styled.set(name, compileParameter(parameter, call));
  }
  return (input) =>
    entriesOf(input, call)
      .flatMap(([name, value]) => {
        const write = value === null ? undefined : styled.get(name);
        return write ? write(value) : pairs(name, value, parts.get(name), call);
      })
      .map(asFormText)
      .join('&');
}

/**
 * The properties of a body that has to be an object, without those that are not given.
 * @throws GraphQLError BAD_USER_INPUT for another one, and for an empty list, which only JSON can say
 */
export function entriesOf(input: unknown, call: RestCallName): readonly (readonly [string, unknown])[] {
  if (typeof input !== 'object' || input === null || Array.isArray(input) || isUpload(input)) {
    throw restError(call, 'BAD_USER_INPUT', 'the input must be an object');
  }
  const entries = Object.entries(input).filter(([, value]) => value !== undefined);
  const empty = entries.find(([, value]) => Array.isArray(value) && value.length === 0);
  if (empty) throw restError(call, 'BAD_USER_INPUT', `"${empty[0]}" is an empty list, which can not be sent`);
  return entries;
}

function pairs(
  name: string,
  value: unknown,
  part: BodyPart | undefined,
  call: RestCallName,
): readonly string[] {
  const encode = percentEncoded(name, call);
  const pair = (text: string) => `${encode(name)}=${encode(text)}`;
  if (value === null) return [pair('')];
  if (part?.mediaTypes.some(isJson)) return [pair(writeJsonExactly(value))];
  return (Array.isArray(value) ? value : [value]).map((item: unknown) => pair(scalarText(item ?? '')));
}

/** From percent-encoding as in a query to that of forms, which differs in three characters. */
function asFormText(pair: string): string {
  return pair.replaceAll('%20', '+').replaceAll('%2A', '*').replaceAll('~', '%7E');
}
