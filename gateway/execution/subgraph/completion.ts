import { locatedError, type GraphQLError } from 'graphql';
import { objectsMax } from '../object-limit.ts';
import type { Shape } from '../selection.ts';

/** One execution of an operation. */
export interface Run {
  /** How many there have been, this one counted. */
  number: number;
  context: unknown;
  rootValue: unknown;
  /** Coerced, with defaults. */
  variables: Readonly<Record<string, unknown>>;
  /** Collects what went wrong. */
  errors: GraphQLError[];
  /** How many objects were found by resolvers below the root. What a service answers at once is bounded by its size. */
  linked: number;
}

/** Where a value goes in the answer; undefined at the root. */
export interface ResponsePath {
  prev: ResponsePath | undefined;
  key: string | number;
  typename: string | undefined;
}

/**
 * Brings a value into the form that the operation asks for (GraphQL, section 6.4.3, CompleteValue), with a promise where
 * a resolver has one.
 * @throws GraphQLError when the value can't be answered with, and its type is non-null or it is not nullable where it
 * stands: the nearest nullable parent becomes null
 */
export type Complete = (value: unknown, path: ResponsePath | undefined, run: Run) => unknown;

/**
 * Completes what answers a place, now or when its promise is kept.
 * @param answer the value, or a promise of it
 */
export function settled(
  shape: Shape,
  path: ResponsePath,
  run: Run,
  answer: () => unknown,
  complete: Complete,
): unknown {
  let value: unknown;
  try {
    value = answer();
  } catch (error) {
    return failed(shape, path, run, error);
  }
  if (!isPromise(value)) return completed(shape, path, run, value, complete);
  return value.then(
    (found) => completed(shape, path, run, found, complete),
    (error: unknown) => failed(shape, path, run, error),
  );
}

/** Completes a value; an error makes a nullable place null and goes on up from one that is not. */
export function completed(
  shape: Shape,
  path: ResponsePath,
  run: Run,
  value: unknown,
  complete: Complete,
): unknown {
  try {
    const result = complete(value, path, run);
    if (!isPromise(result)) return result;
    return result.then(undefined, (error: unknown) => failed(shape, path, run, error));
  } catch (error) {
    return failed(shape, path, run, error);
  }
}

function failed(shape: Shape, path: ResponsePath, run: Run, raw: unknown): null {
  // The run fails as a whole.
  if (run.linked > objectsMax) return null;
  const error = locatedError(raw, undefined, pathOf(path));
  if (shape.isNonNull) throw error;
  run.errors.push(error);
  return null;
}

function pathOf(path: ResponsePath | undefined): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at = path; at; at = at.prev) keys.push(at.key);
  return keys.toReversed();
}

/** Answers with a value, now or when its promise is kept. */
export function afterwards(value: unknown, answer: (value: unknown) => unknown): unknown {
  return isPromise(value) ? value.then(answer) : answer(value);
}

/** Resolvers of code subgraphs may return promises of any kind. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
