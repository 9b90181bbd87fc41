import type { ExecutionResult } from 'graphql';

/** An error, as far as two executors must agree about it. */
export interface Place {
  path: readonly (string | number)[] | undefined;
  code: unknown;
}

/** What two answers are compared by. */
export interface Answer {
  /** Data as JSON, in its order. */
  data: string;
  /** Errors at places that are in the data. */
  errors: readonly string[];
  /**
   * Places that became null because of errors below them. Which of several is reported, and whether all are, depends on
   * which comes first (GraphQL, section 6.4.4).
   */
  nulls: readonly string[];
}

/** `@apollo/gateway` puts what breaks the schema into an extension when no fetch failed. */
export function answerOf({ data, errors, extensions }: ExecutionResult): Answer {
  const broken = (extensions?.['valueCompletion'] ?? []) as ExecutionResult['errors'];
  const at: string[] = [];
  const below: string[] = [];
  for (const { path, extensions: about } of errors ?? broken ?? []) {
    const place = existing(data, path ?? []);
    // A path with `@` in it is one of a plan, which is an error of its own.
    if (place.length < (path?.length ?? 0) && !path?.includes('@')) below.push(JSON.stringify(place));
    else at.push(JSON.stringify([path, errors ? (about?.['code'] ?? null) : null]));
  }
  return { data: JSON.stringify(data ?? null), errors: unique(at), nulls: unique(below) };
}

/** The beginning of a path that is in the data, up to a null. */
function existing(data: unknown, path: readonly (string | number)[]): (string | number)[] {
  let value = data;
  return path.filter((key) => {
    const isThere = value !== null && value !== undefined;
    value = (value as Record<string | number, unknown> | null | undefined)?.[key];
    return isThere;
  });
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].toSorted();
}
