import { fieldIn, type Data } from './merge.ts';

/** Names and indices that lead to a place in a response. */
export type ResponsePath = readonly (string | number)[];

/** A path of a plan: field names, and `@` for each item of a list; empty for the response itself. */
export type PlanPath = readonly (string | number)[];

/** The objects at a path of a plan, in the order of the response; nulls end a path. */
export function objectsAt(data: Data, path: PlanPath): Data[] {
  const found: Data[] = [];
  const walk = (value: unknown, depth: number): void => {
    if (value === null || typeof value !== 'object') return;
    if (Array.isArray(value)) {
      const next = path[depth] === '@' ? depth + 1 : depth;
      for (const item of value) walk(item, next);
    } else if (depth === path.length) found.push(value as Data);
    else {
      const key = path[depth];
      if (key !== undefined) walk(fieldIn(value as Data, key), depth + 1);
    }
  };
  walk(data, 0);
  return found;
}

/** Where the objects stand that `objectsAt` finds, in the same order. Only errors need to know. */
export function placesAt(data: Data, path: PlanPath): ResponsePath[] {
  const found: ResponsePath[] = [];
  const walk = (value: unknown, depth: number, at: ResponsePath): void => {
    if (value === null || typeof value !== 'object') return;
    if (Array.isArray(value)) {
      const next = path[depth] === '@' ? depth + 1 : depth;
      value.forEach((item, index) => walk(item, next, [...at, index]));
    } else if (depth === path.length) found.push(at);
    else {
      const key = path[depth];
      if (key !== undefined) walk(fieldIn(value as Data, key), depth + 1, [...at, key]);
    }
  };
  walk(data, 0, []);
  return found;
}
