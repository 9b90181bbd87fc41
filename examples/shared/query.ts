import { problem } from './problem.ts';

type Query = Record<string, unknown>;

const LIST_MAX = 100;
const LIMIT_MAX = 1000;

/** A list with commas (`?ids=a,b`), or undefined when it is not in the query. `?ids=` is the empty list. */
export function queryList(query: Query, name: string): Set<string> | undefined {
  const value = queryText(query, name);
  if (value === undefined) return undefined;
  const list = new Set(value.split(',').filter((entry) => entry !== ''));
  if (list.size > LIST_MAX)
    throw problem({ status: 400, detail: `${name} takes at most ${LIST_MAX} values` });
  return list;
}

/** One of some texts, or undefined when it is not in the query. */
export function queryOneOf<Choice extends string>(
  query: Query,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = queryText(query, name);
  if (value === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === value);
  if (!choice) throw problem({ status: 400, detail: `${name} must be one of ${choices.join(', ')}` });
  return choice;
}

/** The part of the rows that `?limit=&offset=` asks for; all of them without a limit. */
export function queryPage<Row>(query: Query, rows: Row[]): Row[] {
  const offset = queryInteger(query, 'offset', { min: 0, max: Number.MAX_SAFE_INTEGER }) ?? 0;
  const limit = queryInteger(query, 'limit', { min: 1, max: LIMIT_MAX }) ?? rows.length;
  return rows.slice(offset, offset + limit);
}

function queryInteger(
  query: Query,
  name: string,
  { min, max }: { min: number; max: number },
): number | undefined {
  const value = queryText(query, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < min || number > max) {
    throw problem({ status: 400, detail: `${name} must be a whole number from ${min} to ${max}` });
  }
  return number;
}

function queryText(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw problem({ status: 400, detail: `${name} must be given once; separate several values by commas` });
}
