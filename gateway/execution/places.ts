import { generateFunction, type ShowMade } from './generated-code.ts';
import { fieldIn, type Data } from './merge.ts';
import { objectsMax, tooManyObjects } from './object-limit.ts';

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
 * generated: an object without it would seem to have it.
 */
export function compilePlaces(path: PlanPath, show?: ShowMade): ObjectsAt {
  if (path.length === 0) return (data) => [data];
  const collect: Collect = (found, value, depth) => collectAt(path, found, value, depth);
  let runs = path.some((name) => name in Object.prototype) ? -Infinity : 0;
  let begin: Collect = collect;
  return (data) => {
    if (runs++ === coldRuns) begin = generateCollect(path, collect, show);
    const found: Data[] = [];
    begin(found, data, 0);
    return found;
  };
}

/** Adds the objects to `found` that stand below a value, which is at a depth of the path. */
type Collect = (found: Data[], value: unknown, depth: number) => void;

function collectAt(path: PlanPath, found: Data[], value: unknown, depth: number): void {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    const next = path[depth] === '@' ? depth + 1 : depth;
    for (const item of value) collectAt(path, found, item, next);
  } else if (depth === path.length) {
    if (found.push(value as Data) > objectsMax) throw tooManyObjects();
  } else {
    const key = path[depth];
    if (key !== undefined) collectAt(path, found, fieldIn(value as Data, key), depth + 1);
  }
}

/** `collectAt`, with a function for what is between two lists: each sees objects of its own kind alone. */
function generateCollect(path: PlanPath, collect: Collect, show?: ShowMade): Collect {
  const functions: string[] = [];
  let statements: string[] = [];
  const define = (): void => {
    const name = `step${functions.length}`;
    functions.push([`const ${name} = (found, value) => {`, ...statements, '};'].join('\n'));
    statements = [];
  };
  path.forEach((name, depth) => {
    statements.push("if (value === null || typeof value !== 'object') return;");
    // Lists in lists, and what is no list where one should be.
    const isUsual = name === '@' ? 'Array.isArray(value)' : '!Array.isArray(value)';
    statements.push(`if (!(${isUsual})) return collect(found, value, ${depth});`);
    if (name !== '@') statements.push(`value = value[${JSON.stringify(name)}];`);
    else {
      const next = `step${functions.length + 1}`;
      statements.push(`for (let index = 0; index < value.length; index++) ${next}(found, value[index]);`);
      define();
    }
  });
  statements.push(`collect(found, value, ${path.length});`);
  define();
  const body = [...functions.toReversed(), 'return step0;'].join('\n');
  const what = `Objects at ${path.join('.')}`;
  return (generateFunction({ what, parameters: ['collect'], body }, show) as (rest: Collect) => Collect)(
    collect,
  );
}

/**
 * Where the objects stand that are found at a path, in the same order. Only errors need to know.
 * @param max how many places are enough @default all
 */
export function placesAt(data: Data, path: PlanPath, max = Infinity): ResponsePath[] {
  const found: ResponsePath[] = [];
  const walk = (value: unknown, depth: number, at: ResponsePath): void => {
    if (value === null || typeof value !== 'object' || found.length >= max) return;
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
