import type { LetterFilter, Selection } from '../../webhooks/dead-letters/dead-letters.ts';
import { isLetterId } from '../../webhooks/dead-letters/dead-letter.ts';
import type { LetterPlace } from '../../webhooks/dead-letters/letter-store.ts';
import { webhookProblems } from '../../webhooks/problem.ts';
import { adminProblem } from './admin-problem.ts';

/** Most letters of one answer, and how many it has when nobody says. */
export const [selectionLimitMax, selectionLimitDefault] = [100, 50];

/** Parameters that choose letters, each with what makes its value of a text. */
const filters = {
  source: (text: string) => text,
  event: (text: string) => text,
  code: (text: string) =>
    Object.hasOwn(webhookProblems, text)
      ? text
      : invalid('code', 'must be a code of a refused webhook delivery'),
  from: (text: string) => timeOf('from', text),
  until: (text: string) => timeOf('until', text),
} as const satisfies Record<keyof LetterFilter, (text: string) => string>;

const known: ReadonlySet<string> = new Set([...Object.keys(filters), 'all', 'after', 'limit']);

/**
 * Reads which letters a URL asks for: `?source=&event=&code=&from=&until=`, `limit` and `after`. A parameter that is not
 * known is refused, because one that is misspelt would choose all.
 * @param options.mustChoose whether at least one filter is needed, or `all=true`, as the letters are changed
 * @throws RequestProblem
 */
export function readSelection(url: string, { mustChoose = false } = {}): Selection {
  const { searchParams } = new URL(url, 'http://admin');
  const given = new Map<string, string>();
  for (const [name, value] of searchParams) {
    if (!known.has(name)) invalid(name, 'is no parameter here');
    if (given.has(name)) invalid(name, 'is given twice');
    given.set(name, value);
  }
  const filter = filterOf(given);
  const all = given.get('all');
  if (all !== undefined && all !== 'true') invalid('all', 'must be true');
  if (mustChoose && all === undefined && Object.keys(filter).length === 0)
    throw adminProblem('ADMIN_REQUEST_INVALID', 'Choose by a filter, or say all=true.');
  const after = given.get('after');
  return { filter, after: after === undefined ? null : placeOf(after), limit: limitOf(given.get('limit')) };
}

/** A place as clients get it, and give it back as `after`. */
export function writeCursor({ at, key }: LetterPlace): string {
  return Buffer.from(`${at} ${key}`).toString('base64url');
}

function filterOf(given: ReadonlyMap<string, string>): LetterFilter {
  return Object.fromEntries(
    Object.entries(filters).flatMap(([name, read]) => {
      const text = given.get(name);
      return text === undefined ? [] : [[name, read(text)]];
    }),
  );
}

function placeOf(cursor: string): LetterPlace {
  const [at = '', key = '', ...more] = Buffer.from(cursor, 'base64url').toString('latin1').split(' ');
  const isPlace = isTime(at) && isLetterId(key) && more.length === 0;
  return isPlace ? { at, key } : invalid('after', 'must be what came as "next"');
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return selectionLimitDefault;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= selectionLimitMax
    ? limit
    : invalid('limit', `must be a number from 1 to ${selectionLimitMax}`);
}

/** RFC 3339 with any offset, as the time of a letter is written; without a time of day it is that day's beginning. */
function timeOf(name: string, text: string): string {
  const isRfc3339 = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?$/i.test(text);
  const ms = isRfc3339 ? Date.parse(text) : NaN;
  const time = Number.isNaN(ms) ? '' : new Date(ms).toISOString();
  // By its offset a time may lie in a year that is written in another way.
  return isTime(time) ? time : invalid(name, 'must be a time such as 2026-11-23T08:00:00Z, or a date');
}

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);
}

function invalid(parameter: string, message: string): never {
  throw adminProblem('ADMIN_REQUEST_INVALID', `"${parameter}" ${message}.`);
}
