import { isObject, type JsonObject } from '../document/openapi-document.ts';
import { headerOf } from './answer-headers.ts';
import { textOf } from './answer-text.ts';
import type { RestAnswer } from './exchange.ts';
import { isJson } from './media-type.ts';

/** One part of the input that a service did not take. */
export interface RefusedField {
  /** By GraphQL names where they are known, parts separated by dots. */
  field: string;
  message: string;
}

/** Why a service refused the input, in its words. */
export interface ServiceProblem {
  detail: string | undefined;
  fields: readonly RefusedField[];
}

export interface ReadProblemOptions {
  /** GraphQL name of a parameter or property, by the name that the service has for it. */
  names: ReadonlyMap<string, string>;
  /** Texts of the request that must not come back in an error: credentials and headers. */
  secrets: readonly string[];
}

const detailLengthMax = 300;
const messageLengthMax = 200;
const fieldLengthMax = 100;
const fieldsMax = 20;

/**
 * Reads the answer to an input that was refused: a problem document (RFC 9457), its relatives (`errors`,
 * `invalid-params`, `violations`; FastAPI's `detail`, JSON:API's `source`), or an object with a `message`. Only short
 * texts come out of it, one line each, without control characters, addresses and secrets.
 * @returns nothing of an answer that is something else
 */
export function readProblem(answer: RestAnswer, options: ReadProblemOptions): ServiceProblem {
  const problem = isJson(headerOf(answer.headers, 'content-type') ?? '') ? parse(answer) : undefined;
  if (!problem) return { detail: undefined, fields: [] };
  const inner = isObject(problem['error']) ? problem['error'] : problem;
  const text = (value: unknown, lengthMax: number) => cleanText(value, lengthMax, options.secrets);
  const fields: RefusedField[] = [];
  for (const entry of entriesOf(problem, inner)) {
    if (fields.length === fieldsMax) break;
    const message = text(messageOf(entry.problem), messageLengthMax);
    const field = text(graphqlPath(entry.place, options.names), fieldLengthMax);
    if (message !== undefined && field !== undefined) fields.push({ field, message });
  }
  const details = [inner['detail'], inner['message'], inner['title']];
  const detail = details.map((value) => text(value, detailLengthMax)).find((value) => value !== undefined);
  return { detail, fields };
}

function parse(answer: RestAnswer): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(textOf(answer));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

interface Entry {
  place: unknown;
  problem: unknown;
}

const lists = ['errors', 'invalid-params', 'invalidParams', 'violations', 'detail', 'details'];

function entriesOf(problem: JsonObject, inner: JsonObject): Entry[] {
  for (const holder of [inner, problem]) {
    for (const name of lists) {
      const value = holder[name];
      if (Array.isArray(value)) {
        const found = value.slice(0, fieldsMax * 5).filter(isObject);
        return found.map((entry) => ({ place: placeOf(entry), problem: entry }));
      }
      // ASP.NET and Rails: messages by field.
      if (isObject(value)) return Object.entries(value).map(([place, entry]) => ({ place, problem: entry }));
    }
  }
  const { param } = inner;
  return param === undefined ? [] : [{ place: param, problem: inner }];
}

function placeOf(entry: JsonObject): unknown {
  const source = isObject(entry['source']) ? entry['source'] : {};
  const places = [
    entry['field'],
    entry['pointer'],
    entry['path'],
    entry['loc'],
    entry['name'],
    entry['param'],
    entry['property'],
    entry['propertyPath'],
    source['pointer'],
    source['parameter'],
  ];
  return places.find((place) => place !== undefined && place !== null);
}

function messageOf(problem: unknown): unknown {
  if (Array.isArray(problem)) return problem[0];
  if (!isObject(problem)) return problem;
  const { message, msg, reason, detail, description, defaultMessage, title } = problem;
  return message ?? msg ?? reason ?? detail ?? description ?? defaultMessage ?? title;
}

/** Where a parameter stands, as FastAPI puts it before its name. */
const parameterPlaces: ReadonlySet<unknown> = new Set(['body', 'query', 'path', 'header', 'cookie']);

function graphqlPath(place: unknown, names: ReadonlyMap<string, string>): string | undefined {
  if (typeof place === 'string') {
    const whole = names.get(place);
    if (whole !== undefined) return whole;
    const parts = place
      .slice(0, 1000)
      .split(/[./[\]]+/)
      .filter((part) => part !== '' && part !== '$' && part !== '#');
    return parts.map((part) => names.get(part) ?? part).join('.');
  }
  if (!Array.isArray(place) || place.length > 20) return undefined;
  const parts = parameterPlaces.has(place[0]) ? place.slice(1) : place;
  if (!parts.every((part) => typeof part === 'string' || typeof part === 'number')) return undefined;
  return parts.map((part) => names.get(String(part)) ?? String(part)).join('.');
}

/** URLs, addresses of the network and hosts with a port. */
const addresses = [
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]*/gi,
  /(?<=^|[\s"'(=])\/\/[^\s"'<>]+/g,
  /\b(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|[a-z0-9-]+(?:\.[a-z0-9-]+)+(?=:\d))(?::\d{1,5})?(?:\/[^\s"'<>]*)?/gi,
  /\[[0-9a-f:.]*:[0-9a-f:.]*\](?::\d{1,5})?(?:\/[^\s"'<>]*)?/gi,
];

function cleanText(value: unknown, lengthMax: number, secrets: readonly string[]): string | undefined {
  if (typeof value !== 'string') return undefined;
  // What follows the first line is a stack or a dump.
  const [line = ''] = value
    .slice(0, 10_000)
    .trimStart()
    .split(/[\r\n\u0085\u2028\u2029]/u, 1);
  if (secrets.some((secret) => line.includes(secret))) return undefined;
  // The rest is not shown, and would be a lot to look through for addresses.
  const plain = line
    .slice(0, lengthMax * 2)
    .toWellFormed()
    .replaceAll(/\p{C}+/gu, ' ')
    .trim();
  const text = addresses.reduce((left, address) => left.replaceAll(address, '…'), plain);
  if (text === '') return undefined;
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1).toWellFormed()}…`;
}
