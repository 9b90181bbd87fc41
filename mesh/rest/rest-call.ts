import type { Readable } from 'node:stream';
import type { HttpOperation } from '../annotations.ts';
import type { RequestBody } from './bodies.ts';
import type { Parameter, ParameterPlace } from './parameters.ts';
import { compileParameter, type ParameterWriter } from './parameter-text.ts';
import { compileBody } from './rest-body.ts';
import { restError, type RestCallName } from './rest-error.ts';

/** A request that is ready to be sent to the service's endpoint. */
export interface RestRequest {
  method: string;
  /** Path and query, below the path of the endpoint. */
  path: string;
  headers: Record<string, string>;
  /** A stream, which can be sent once, only where files are in it. */
  body: string | Readable | null;
}

/** Arguments by the name Mesh gave them, values as they go on the wire. */
export type WireArguments = Readonly<Record<string, unknown>>;

const placeholder = /\{args\.([^}]+)\}/g;

/**
 * Compiles an operation into a function from arguments to a request. No argument can change host, path depth,
 * query or header structure: path segments are encoded and `.`, `..` and empty ones refused, query names and
 * values are encoded, header values with control characters refused.
 * @param parameters as the document has them; parameter-text.ts says how they are written
 * @param body as the document has it, taken from the argument `input`; rest-body.ts says how it is written
 * @throws GraphQLError BAD_USER_INPUT (from the compiled function) for an argument that can't be sent
 */
export function compileRestCall(
  operation: HttpOperation,
  parameters: readonly Parameter[],
  call: RestCallName,
  body?: RequestBody,
): (args: WireArguments) => RestRequest {
  const [location, fixedQuery] = splitPath(operation.path);
  const bodyOf = body ? compileBody(body, call) : () => undefined;
  const pathOf = compilePath(location, parameters, call);
  const queryWriters = compileWriters('query', parameters, call);
  const headersOf = compileHeaders(parameters, call);
  const { method } = operation;
  return (args) => {
    const headers = headersOf(args);
    const written = bodyOf(args['input']);
    let path = pathOf(args);
    let separator = '?';
    const add = (part: string): void => {
      path += separator + part;
      separator = '&';
    };
    for (const part of fixedQuery) add(part);
    for (const writer of queryWriters) for (const part of partsOf(writer, args)) add(part);
    if (written) Object.assign(headers, written.headers);
    return { method, path, headers, body: written?.content ?? null };
  };
}

/**
 * Path, and the parts of a query that the document fixes (mesh/normalise/fixed-queries.ts). A fragment is never sent;
 * characters that no URL can have are encoded.
 */
function splitPath(path: string): [string, readonly string[]] {
  const [target = ''] = path.split('#', 1);
  const at = target.indexOf('?');
  if (at < 0) return [target, []];
  const fixed = target
    .slice(at + 1)
    .toWellFormed()
    .replaceAll(/[^!-~]+/gu, encodeURIComponent);
  return [target.slice(0, at), fixed.split('&')];
}

function compilePath(
  template: string,
  parameters: readonly Parameter[],
  call: RestCallName,
): (args: WireArguments) => string {
  const writers = new Map(
    parameters
      .filter((parameter) => parameter.in === 'path')
      .map((parameter) => [parameter.argument, compilePathPart(parameter, call)]),
  );
  const parts = template
    .split(placeholder)
    .map((part, index) => (index % 2 === 0 ? part : (writers.get(part) ?? part)));
  return (args) => {
    let path = '';
    for (const part of parts) path += typeof part === 'string' ? part : part(args);
    return path;
  };
}

/** What stands before each part, and between parts (RFC 6570, appendix A). */
const pathNotations: Readonly<Record<string, readonly [string, string]>> = {
  label: ['.', '.'],
  matrix: [';', ';'],
};

function compilePathPart(parameter: Parameter, call: RestCallName): (args: WireArguments) => string {
  const { argument, style } = parameter;
  const writer = compileWriter(parameter, call);
  const [first, separator] = pathNotations[style] ?? ['', ','];
  return (args) => {
    const parts = partsOf(writer, args);
    const text = parts.length === 0 ? '' : first + parts.join(separator);
    if (text === '' || text === '.' || text === '..') {
      throw restError(call, 'BAD_USER_INPUT', `"${argument}" can not be part of a path`);
    }
    return text;
  };
}

/** How one argument is written. */
interface ArgumentWriter {
  readonly argument: string;
  /** Whether every object seems to have one of that name, such as `constructor`. */
  readonly isInherited: boolean;
  readonly write: ParameterWriter;
}

function compileWriter(parameter: Parameter, call: RestCallName): ArgumentWriter {
  const { argument } = parameter;
  return { argument, isInherited: argument in Object.prototype, write: compileParameter(parameter, call) };
}

function compileWriters(
  place: ParameterPlace,
  parameters: readonly Parameter[],
  call: RestCallName,
): readonly ArgumentWriter[] {
  return parameters
    .filter((parameter) => parameter.in === place)
    .map((parameter) => compileWriter(parameter, call));
}

function partsOf({ argument, isInherited, write }: ArgumentWriter, args: WireArguments): readonly string[] {
  return write(isInherited && !Object.hasOwn(args, argument) ? undefined : args[argument]);
}

function compileHeaders(
  parameters: readonly Parameter[],
  call: RestCallName,
): (args: WireArguments) => Record<string, string> {
  const cookieWriters = compileWriters('cookie', parameters, call);
  const writers = parameters
    .filter((parameter) => parameter.in === 'header' && !ownHeaders.has(parameter.name.toLowerCase()))
    .map((parameter) => [parameter.name.toLowerCase(), compileWriter(parameter, call)] as const);
  return (args) => {
    const headers: Record<string, string> = {
      accept: 'application/json, application/problem+json;q=0.9, */*;q=0.5',
    };
    for (const [name, writer] of writers) {
      const parts = partsOf(writer, args);
      if (parts.length > 0) headers[name] = parts.join(',');
    }
    // RFC 6265, section 4.2.1; where OpenAPI's table has `&`, a service would read one cookie.
    const cookies = cookieWriters.flatMap((writer) => partsOf(writer, args));
    if (cookies.length > 0) headers['cookie'] = cookies.join('; ');
    return headers;
  };
}

/**
 * Headers that no argument can set, whatever the document says: those that frame or route the request, and those
 * that OpenAPI itself takes from elsewhere (3.1.1, section 4.12.2.1).
 */
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
