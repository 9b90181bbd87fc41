import { isUtf8 } from 'node:buffer';
import type { RequestProblem } from '../problems/problem-document.ts';
import { registrationProblem } from './problem.ts';

/** How long the secret before a rotation stays good, in seconds: when nothing is said, and at most. */
export const [overlapSecondsDefault, overlapSecondsMax] = [86_400, 7 * 86_400];

/** Most characters of a description. */
export const descriptionLengthMax = 200;

/** What a service says to register. */
export interface NewRegistration {
  readonly source: string;
  readonly description: string | null;
}

/** @throws RequestProblem */
export function readNewRegistration(body: Buffer): NewRegistration {
  const { source, description = null } = readFields(body, ['source', 'description']);
  if (typeof source !== 'string' || source === '') throw invalid('"source" must be the name of a source.');
  if (description === null) return { source, description };
  if (typeof description === 'string' && printable.test(description)) return { source, description };
  throw invalid(`"description" must be 1 to ${descriptionLengthMax} printable characters.`);
}

/** @throws RequestProblem */
export function readOverlapMs(body: Buffer): number {
  const { overlapSeconds = overlapSecondsDefault } =
    body.length === 0 ? {} : readFields(body, ['overlapSeconds']);
  const seconds = overlapSeconds as number;
  if (Number.isInteger(overlapSeconds) && seconds >= 0 && seconds <= overlapSecondsMax) return seconds * 1000;
  throw invalid(`"overlapSeconds" must be a whole number from 0 to ${overlapSecondsMax}.`);
}

const printable = new RegExp(`^[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ]{1,${descriptionLengthMax}}$`, 'u');

/** @param names the fields that it may have */
function readFields(body: Buffer, names: readonly string[]): Readonly<Record<string, unknown>> {
  const value = parsed(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('The body must be a JSON object.');
  }
  const isStrange = Object.keys(value).some((name) => !names.includes(name));
  if (isStrange) throw invalid(`The body may have these fields only: ${names.join(', ')}.`);
  return value as Record<string, unknown>;
}

function parsed(body: Buffer): unknown {
  if (!isUtf8(body)) throw invalid('The body is not UTF-8.');
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    // The parser's message quotes the body, so it is not passed on.
    throw invalid('The body is not JSON.');
  }
}

function invalid(detail: string): RequestProblem {
  return registrationProblem('REGISTRATION_REQUEST_INVALID', detail);
}
