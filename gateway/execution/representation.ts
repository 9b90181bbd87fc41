import type { GraphQLSchema } from 'graphql';
import { createData } from './merge.ts';
import type { PlanSelection } from './plan.ts';
import { isOfType } from './type-condition.ts';

/**
 * Takes from an object what identifies it for another subgraph (Apollo Federation, `_Any` representations).
 * @returns null when the object lacks something that is required, or has no `__typename`
 */
export function representationOf(
  schema: GraphQLSchema,
  object: Readonly<Record<string, unknown>>,
  requires: readonly PlanSelection[],
): Record<string, unknown> | null {
  const result = select(schema, object, requires);
  return result && typeof result['__typename'] === 'string' ? result : null;
}

function select(
  schema: GraphQLSchema,
  object: Readonly<Record<string, unknown>>,
  selections: readonly PlanSelection[],
): Record<string, unknown> | null {
  const result = createData();
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      if (selection.typeCondition && !isOfType(schema, object['__typename'], selection.typeCondition))
        continue;
      const inner = select(schema, object, selection.selections);
      if (!inner) return null;
      Object.assign(result, inner);
      continue;
    }
    const value = object[selection.alias ?? selection.name];
    if (value === undefined) return null;
    result[selection.name] = selection.selections ? selectAll(schema, value, selection.selections) : value;
  }
  return result;
}

function selectAll(schema: GraphQLSchema, value: unknown, selections: readonly PlanSelection[]): unknown {
  if (Array.isArray(value)) return value.map((item) => selectAll(schema, item, selections));
  if (typeof value !== 'object' || value === null) return null;
  return select(schema, value as Record<string, unknown>, selections);
}
