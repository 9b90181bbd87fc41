import type { GraphQLSchema } from 'graphql';
import { fieldIn, setField } from './merge.ts';
import type { FetchRewrite } from './plan.ts';
import { isOfType } from './type-condition.ts';

const fragmentPrefix = '... on ';

/** Applies the planner's rewrites of representations or answers, in place. */
export function applyRewrites(
  schema: GraphQLSchema,
  rewrites: readonly FetchRewrite[] | undefined,
  data: unknown,
): void {
  for (const rewrite of rewrites ?? []) {
    const key = rewrite.path.at(-1);
    if (key === undefined) continue;
    forEachAt(schema, data, rewrite.path.slice(0, -1), (object) => {
      const value = fieldIn(object, key);
      if (rewrite.kind === 'ValueSetter') setField(object, key, rewrite.setValueTo);
      else if (value !== undefined) {
        setField(object, rewrite.renameKeyTo, value);
        delete object[key];
      }
    });
  }
}

function forEachAt(
  schema: GraphQLSchema,
  value: unknown,
  path: readonly string[],
  visit: (object: Record<string, unknown>) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) forEachAt(schema, item, path, visit);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const object = value as Record<string, unknown>;
  const [part, ...rest] = path;
  if (part === undefined) return visit(object);
  if (!part.startsWith(fragmentPrefix)) return forEachAt(schema, fieldIn(object, part), rest, visit);
  const typeName = object['__typename'];
  if (typeName !== undefined && !isOfType(schema, typeName, part.slice(fragmentPrefix.length))) return;
  forEachAt(schema, object, rest, visit);
}
