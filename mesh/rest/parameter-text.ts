import { writeJsonExactly } from '../exact-integers.ts';
import { isJson } from './media-type.ts';
import type { Parameter, ParameterStyle } from './parameters.ts';
import { restError, type RestCallName } from './rest-error.ts';

/** How a style writes (RFC 6570, appendix A). */
interface Notation {
  /** Between the members of a list or object in one value. */
  delimiter: string;
  /** Whether the name of the parameter, or of a member, stands before each value. */
  isNamed: boolean;
  /** What follows a name that has an empty value. */
  ifEmpty: '' | '=';
}

const form: Notation = { delimiter: ',', isNamed: true, ifEmpty: '=' };
const simple: Notation = { delimiter: ',', isNamed: false, ifEmpty: '' };
const notations: Readonly<Record<Exclude<ParameterStyle, 'deepObject'>, Notation>> = {
  simple,
  label: simple,
  matrix: { delimiter: ',', isNamed: true, ifEmpty: '' },
  form,
  spaceDelimited: { ...form, delimiter: '%20' },
  pipeDelimited: { ...form, delimiter: '%7C' },
};

/** Writes the value of one parameter, as parts that the place puts together. */
export type ParameterWriter = (value: unknown) => readonly string[];

/**
 * Compiles how a parameter is written: OpenAPI 3.0.4 and 3.1.1, section 4.8.12.3, and RFC 6570, section 3.2. What is
 * null or has no members is undefined there (section 2.3) and has no parts, but an empty list is refused: left out, it
 * would ask for everything where the client asked for nothing. What the specifications leave open:
 * - a list or object inside of another is JSON; in `deepObject` it gets brackets of its own (`a[b][0]=c`);
 * - spaceDelimited and pipeDelimited are `form` when exploded;
 * - a member that holds the delimiter is refused where nothing tells the two apart;
 * - members that become names of their own are refused unless the document has such a property, so that an argument
 *   can not set another parameter;
 * - `allowReserved` is not honoured: an argument's `&`, `=` or `#` would become structure, and a service reads the
 *   same value from its percent-encoding.
 * @throws GraphQLError BAD_USER_INPUT (from the compiled function) for a value that can't be sent
 */
export function compileParameter(parameter: Parameter, call: RestCallName): ParameterWriter {
  const { name, style, mediaType } = parameter;
  const encode = parameter.in === 'header' ? headerText(name, call) : percentEncoded(name, call);
  const label = parameter.in === 'cookie' ? name : encode(name);
  if (mediaType !== undefined) {
    const isInJson = isJson(mediaType);
    const pair = parameter.in === 'query' || parameter.in === 'cookie' ? `${label}=` : '';
    return (value) => {
      if (isMissing(value)) return [];
      return [pair + encode(isInJson ? writeJsonExactly(value) : scalarText(value))];
    };
  }
  if (style === 'deepObject') return (value) => deepParts(name, value, encode, call);
  return compileStyle(parameter, label, encode, call, notations[style]);
}

type Encode = (text: string) => string;

function compileStyle(
  parameter: Parameter,
  label: string,
  encode: Encode,
  call: RestCallName,
  { delimiter, isNamed, ifEmpty }: Notation,
): ParameterWriter {
  const { name, explode, properties } = parameter;
  const pair = (key: string, text: string) => (text === '' ? key + ifEmpty : `${key}=${text}`);
  const one = (text: string) => [isNamed ? pair(label, text) : text];
  const bare = bareDelimiter(parameter);
  const member = (value: unknown) => {
    const text = scalarText(value);
    if (bare !== undefined && text.includes(bare))
      throw refused(name, 'holds what separates its members', call);
    return encode(text);
  };
  const key = (text: string) => {
    const isOwnName = isNamed && explode;
    if (isOwnName && !properties.has(text)) throw refused(name, 'has a member of another name', call);
    if (parameter.in === 'header' && text.includes('=')) {
      throw refused(name, 'holds what separates its members', call);
    }
    return isOwnName && parameter.in === 'cookie' ? text : member(text);
  };
  return (value) => {
    if (isMissing(value)) return [];
    if (typeof value !== 'object') return one(encode(scalarText(value)));
    if (Array.isArray(value)) {
      const items = value.filter((item) => !isMissing(item)).map(member);
      if (items.length === 0) throw refused(name, isEmptyList, call);
      if (explode) return isNamed ? items.map((item) => pair(label, item)) : items;
      return one(items.join(delimiter));
    }
    const entries = Object.entries(value)
      .filter(([, item]) => !isMissing(item))
      .map(([property, item]) => [key(property), member(item)] as const);
    if (explode) return entries.map(([at, text]) => (isNamed ? pair(at, text) : `${at}=${text}`));
    return entries.length === 0 ? [] : one(entries.flat().join(delimiter));
  };
}

/** What a service can not tell from a delimiter: in a header nothing is encoded, and these delimiters are. */
function bareDelimiter({ in: place, style, explode }: Parameter): string | undefined {
  if (place === 'header') return ',';
  if (style === 'spaceDelimited' && !explode) return ' ';
  return style === 'pipeDelimited' && !explode ? '|' : undefined;
}

/** `name[key]=value`, the brackets percent-encoded as RFC 3986 wants them in a query. */
function deepParts(name: string, value: unknown, encode: Encode, call: RestCallName): readonly string[] {
  if (isMissing(value)) return [];
  if (typeof value !== 'object') return [`${encode(name)}=${encode(scalarText(value))}`];
  if (Array.isArray(value) && value.length === 0) throw refused(name, isEmptyList, call);
  return Object.entries(value).flatMap(([key, item]) => {
    if (/[[\]]/.test(key)) throw refused(name, 'has a member with brackets in its name', call);
    return deepParts(`${name}[${key}]`, item, encode, call);
  });
}

const isEmptyList = 'is an empty list, which can not be sent';

function refused(name: string, what: string, call: RestCallName) {
  return restError(call, 'BAD_USER_INPUT', `"${name}" ${what}`);
}

const unreserved = /^[\w.~-]*$/;

/** Percent-encodes all but the unreserved characters (RFC 3986, section 2.3). */
export function percentEncoded(name: string, call: RestCallName): Encode {
  return (text) => {
    if (unreserved.test(text)) return text;
    try {
      return encodeURIComponent(text).replaceAll(
        /[!'()*]/g,
        (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
      );
    } catch {
      throw refused(name, 'is not well-formed Unicode', call);
    }
  };
}

function headerText(name: string, call: RestCallName): Encode {
  return (text) => {
    if (/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) return text;
    throw refused(name, 'can not be part of a header', call);
  };
}

function isMissing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** A value as text; what is none is JSON. */
export function scalarText(value: unknown): string {
  return typeof value === 'string' ? value : writeJsonExactly(value);
}
