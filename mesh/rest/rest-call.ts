import type { HttpOperation } from '../annotations.ts';
import { writeJsonExactly } from '../exact-integers.ts';
import { restError, type RestCallName } from './rest-error.ts';

/** A request that is ready to be sent to the service's endpoint. */
export interface RestRequest {
  method: string;
  /** Path and query, below the path of the endpoint. */
  path: string;
  headers: Record<string, string>;
  body: string | null;
}

/** Arguments by the name Mesh gave them, values as they go on the wire. */
export type WireArguments = Readonly<Record<string, unknown>>;

const placeholder = /\{args\.([^}]+)\}/g;

/**
 * Compiles an operation into a function from arguments to a request. No argument can change host, path depth,
 * query or header structure: path segments are encoded and `.`, `..` and empty ones refused, query names and
 * values are encoded, header values with control characters refused.
 * @throws GraphQLError BAD_USER_INPUT (from the compiled function) for an argument that can't be sent
 */
export function compileRestCall(
  operation: HttpOperation,
  call: RestCallName,
): (args: WireArguments) => RestRequest {
  const pathOf = compilePath(operation.path, call);
  const headersOf = compileHeaders(operation.headers, call);
  const contentType = operation.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  return (given) => {
    // Without a prototype: an argument may be called `constructor`, and one that is not given is not there.
    const args = Object.assign(Object.create(null) as object, given) as WireArguments;
    const headers = headersOf(args);
    const input = args['input'];
    const body =
      contentType === undefined || input === undefined ? null : encodeBody(input, contentType, call);
    if (body === null) delete headers['content-type'];
    return { method: operation.method, path: pathOf(args) + queryOf(operation, args, call), headers, body };
  };
}

function compilePath(template: string, call: RestCallName): (args: WireArguments) => string {
  const parts = template.split(placeholder);
  return (args) =>
    parts.map((part, index) => (index % 2 === 0 ? part : encodeSegment(args[part], part, call))).join('');
}

function encodeSegment(value: unknown, name: string, call: RestCallName): string {
  const text = Array.isArray(value) ? value.map(String).join(',') : scalarText(value);
  if (text === undefined || text === '' || text === '.' || text === '..') {
    throw restError(call, 'BAD_USER_INPUT', `"${name}" can not be part of a path`);
  }
  return encodeText(text, name, call);
}

function encodeText(text: string, name: string, call: RestCallName): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw restError(call, 'BAD_USER_INPUT', `"${name}" is not well-formed Unicode`);
  }
}

function scalarText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : writeJsonExactly(value);
}

function compileHeaders(
  templates: HttpOperation['headers'],
  call: RestCallName,
): (args: WireArguments) => Record<string, string> {
  const sent = templates.filter(([name, template]) => !isOurs(name) || !template.includes('{args.'));
  return (args) => {
    const headers: Record<string, string> = {
      accept: 'application/json, application/problem+json;q=0.9, */*;q=0.5',
    };
    for (const [name, template] of sent) {
      const value = fillHeader(name, template, args, call);
      if (value === undefined) continue;
      const key = name.toLowerCase();
      headers[key] = key === 'cookie' && headers[key] !== undefined ? `${headers[key]} ${value}` : value;
    }
    return headers;
  };
}

const ownHeaders = new Set([
  'accept',
  'authorization',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Headers that no argument can set, whatever the document says: those that frame or route the request, and those
 * that OpenAPI itself takes from elsewhere (3.1.1, section 4.12.2.1).
 */
function isOurs(name: string): boolean {
  return ownHeaders.has(name.toLowerCase());
}

function fillHeader(
  name: string,
  template: string,
  args: WireArguments,
  call: RestCallName,
): string | undefined {
  let isComplete = true;
  const isCookie = name.toLowerCase() === 'cookie';
  const value = template.replaceAll(placeholder, (_, argument: string) => {
    const text = scalarText(args[argument]);
    if (text === undefined) isComplete = false;
    else if (isCookie) return encodeText(text, argument, call);
    else if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) {
      throw restError(call, 'BAD_USER_INPUT', `"${argument}" can not be part of a header`);
    }
    return text ?? '';
  });
  return isComplete ? value : undefined;
}

const listSeparators: Readonly<Record<string, string>> = { comma: ',' };

function queryOf(operation: HttpOperation, args: WireArguments, call: RestCallName): string {
  const pairs: string[] = [];
  for (const [parameter, argument] of Object.entries(operation.queryArguments)) {
    const value = args[argument];
    if (value === undefined || value === null) continue;
    const name = encodeURIComponent(parameter);
    const encode = (item: unknown) => encodeText(scalarText(item) ?? '', parameter, call);
    if (!Array.isArray(value)) pairs.push(`${name}=${encode(value)}`);
    else {
      const separator = listSeparators[operation.arrayFormats[parameter] ?? 'repeat'];
      if (separator === undefined) pairs.push(...value.map((item) => `${name}=${encode(item)}`));
      else pairs.push(`${name}=${value.map(encode).join(separator)}`);
    }
  }
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function encodeBody(input: unknown, contentType: string, call: RestCallName): string {
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (mediaType === 'application/json' || mediaType.endsWith('+json')) return writeJsonExactly(input);
  if (mediaType === 'application/x-www-form-urlencoded') {
    const entries = Object.entries((input ?? {}) as Record<string, unknown>);
    return new URLSearchParams(
      entries.map(([name, value]): [string, string] => [name, scalarText(value) ?? '']),
    ).toString();
  }
  if (mediaType.startsWith('text/')) return scalarText(input) ?? '';
  throw restError(call, 'BAD_USER_INPUT', `a body of type ${mediaType} can not be sent yet`);
}
