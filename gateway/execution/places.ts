import { generateFunction, type ShowMade } from './generated-code.ts';
import { fieldIn, type Data } from './merge.ts';

/** Names and indices that lead to a place in a response. */
export type ResponsePath = readonly (string | number)[];

/** A path of a plan: field names, and `@` for each item of a list; empty for the response itself. */
export type PlanPath = readonly (string | number)[];

/** Finds the objects at a path of a plan, in the order of the response; nulls end a path. */
export type ObjectsAt = (data: Data) => readonly Data[];

/** How often objects are looked for before that is written out as JavaScript: many operations are sent only once. */
const coldRuns = 2;

/**
 * Compiles how the objects at a path are found. With a name that every object inherits, such as `constructor`, nothing is
 * compiled: an object without it would seem to have it.
 */
export function compilePlaces(path: PlanPath, show?: ShowMade): ObjectsAt {
  if (path.length === 0) return (data) => [data];
  let runs = path.some((name) => name in Object.prototype) ? -Infinity : 0;
  let find: ObjectsAt = (data) => objectsAt(data, path);
  return (data) => {
    if (runs++ === coldRuns) find = generatePlaces(path, show);
    return find(data);
  };
}

/** `objectsAt`, with a function for each step: each of them sees objects of one kind. */
function generatePlaces(path: PlanPath, show?: ShowMade): ObjectsAt {
  const steps = [...path, undefined].map((name, depth) => {
    const next = name === '@' ? depth + 1 : depth;
    const found =
      name === undefined ? 'found.push(value);' : `step${depth + 1}(value[${JSON.stringify(name)}]);`;
    return [
      `const step${depth} = (value) => {`,
      "if (value === null || typeof value !== 'object') return;",
      `if (!Array.isArray(value)) ${found}`,
      `else for (let index = 0; index < value.length; index++) step${next}(value[index]);`,
      '};',
    ].join('\n');
  });
  const body = [
    ...steps.toReversed(),
    'let found;',
    'return (data) => {',
    'const all = (found = []);',
    'step0(data);',
    // What was found lives no longer than its response.
    'found = undefined;',
    'return all;',
    '};',
  ].join('\n');
  const what = `Objects at ${path.join('.')}`;
  return (generateFunction({ what, parameters: [], body }, show) as () => ObjectsAt)();
}

function objectsAt(data: Data, path: PlanPath): Data[] {
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

/** Where the objects stand that are found at a path, in the same order. Only errors need to know. */
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
