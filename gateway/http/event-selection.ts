import { pageEventsMax } from '../history/event-page.ts';
import { adminProblem } from './admin-problem.ts';

/** Which events of a source are asked for. */
export interface EventSelection {
  readonly after: string | undefined;
  readonly before: string | undefined;
  readonly end: 'first' | 'last';
  readonly count: number;
  /** Empty: of all types. */
  readonly types: readonly string[];
  readonly subject: string | undefined;
}

const countDefault = '50';

/** Parameters, and whether one may be given several times. */
const known: ReadonlyMap<string, boolean> = new Map([
  ['after', false],
  ['before', false],
  ['first', false],
  ['last', false],
  ['subject', false],
  ['type', true],
]);

/**
 * Reads which events a URL asks for: `?after=&before=&first=&last=&type=&subject=`. Without `first` and `last` it is the
 * first 50, or the last 50 where only `before` is given.
 * @throws RequestProblem for what is not known, as it would choose others than were meant
 */
export function readEventSelection(url: string): EventSelection {
  const { searchParams } = new URL(url, 'http://admin');
  for (const name of new Set(searchParams.keys())) {
    const isList = known.get(name);
    if (isList === undefined) invalid(name, 'is no parameter here');
    if (!isList && searchParams.getAll(name).length > 1) invalid(name, 'is given twice');
  }
  const given = (name: string) => searchParams.get(name) ?? undefined;
  const [after, before, first, last] = [given('after'), given('before'), given('first'), given('last')];
  if (first !== undefined && last !== undefined) invalid('last', 'does not go with "first"');
  const isTowardsStart = before !== undefined && after === undefined && first === undefined;
  const end = last !== undefined || isTowardsStart ? 'last' : 'first';
  const count = countOf(end, first ?? last ?? countDefault);
  return { after, before, end, count, types: searchParams.getAll('type'), subject: given('subject') };
}

function countOf(name: string, text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= pageEventsMax
    ? count
    : invalid(name, `must be a number from 1 to ${pageEventsMax}`);
}

function invalid(parameter: string, message: string): never {
  throw adminProblem('ADMIN_REQUEST_INVALID', `"${parameter}" ${message}.`);
}
