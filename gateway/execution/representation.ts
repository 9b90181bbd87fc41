import type { GraphQLSchema } from 'graphql';
import { createData, type Data } from './merge.ts';
import type { PlanSelection } from './plan.ts';
import { isOfType } from './type-condition.ts';

/**
 * Takes from an object what identifies it for another subgraph (Apollo Federation, `_Any` representations).
 * @returns null when the object lacks something that is required, or has no `__typename`
 */
export type Represent = (object: Readonly<Data>) => Data | null;

/** Compiles what a fetch requires of each object; which parts apply is found out once per type. */
export function compileRepresentation(schema: GraphQLSchema, requires: readonly PlanSelection[]): Represent {
  const byType = new Map<string, Represent>();
  return (object) => {
    const typeName = object['__typename'];
    if (typeof typeName !== 'string') return null;
    const represent = byType.get(typeName) ?? compileSelections(schema, requires, typeName);
    byType.set(typeName, represent);
    const result = represent(object);
    return result && typeof result['__typename'] === 'string' ? result : null;
  };
}

/** Puts a part of an object into a representation. @returns false when the object lacks it */
type Take = (object: Readonly<Data>, result: Data) => boolean;

/** @param typeName of the objects; undefined where each has its own */
function compileSelections(
  schema: GraphQLSchema,
  selections: readonly PlanSelection[],
  typeName: string | undefined,
): Represent {
  const takes = compileTakes(schema, selections, typeName);
  return (object) => {
    const result = createData();
    for (const take of takes) if (!take(object, result)) return null;
    return result;
  };
}

function compileTakes(
  schema: GraphQLSchema,
  selections: readonly PlanSelection[],
  typeName: string | undefined,
): readonly Take[] {
  return selections.flatMap((selection): readonly Take[] => {
    if (selection.kind === 'Field') return [takeField(schema, selection)];
    const { typeCondition } = selection;
    const inner = compileTakes(schema, selection.selections, typeName);
    if (typeCondition === undefined) return inner;
    if (typeName !== undefined) return isOfType(schema, typeName, typeCondition) ? inner : [];
    return inner.map(
      (take): Take =>
        (object, result) =>
          !isOfType(schema, object['__typename'], typeCondition) || take(object, result),
    );
  });
}

function takeField(schema: GraphQLSchema, field: Extract<PlanSelection, { kind: 'Field' }>): Take {
  const { name, alias = name, selections } = field;
  if (!selections) {
    return (object, result) => {
      const value = object[alias];
      result[name] = value;
      return value !== undefined;
    };
  }
  const represent = compileSelections(schema, selections, undefined);
  const takeAll = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(takeAll);
    return typeof value === 'object' && value !== null ? represent(value as Data) : null;
  };
  return (object, result) => {
    const value = object[alias];
    if (value === undefined) return false;
    result[name] = takeAll(value);
    return true;
  };
}
