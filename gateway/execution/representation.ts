import type { GraphQLSchema } from 'graphql';
import { createData, mergeInto, type Data } from './merge.ts';
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
  const [only, ...others] = selections;
  // Nearly always one fragment, on the type of the objects.
  if (only?.kind === 'InlineFragment' && others.length === 0) return compileFragment(schema, only, typeName);
  const takes = selections.map((selection) =>
    selection.kind === 'Field'
      ? takeField(schema, selection)
      : takeFragment(compileFragment(schema, selection, typeName)),
  );
  return (object) => {
    const result = createData();
    for (const take of takes) if (!take(object, result)) return null;
    return result;
  };
}

/** Takes nothing from objects of another type. */
function compileFragment(
  schema: GraphQLSchema,
  { typeCondition, selections }: Extract<PlanSelection, { kind: 'InlineFragment' }>,
  typeName: string | undefined,
): Represent {
  if (typeCondition === undefined) return compileSelections(schema, selections, typeName);
  if (typeName !== undefined && !isOfType(schema, typeName, typeCondition)) return createData;
  const represent = compileSelections(schema, selections, typeName);
  if (typeName !== undefined) return represent;
  return (object) =>
    isOfType(schema, object['__typename'], typeCondition) ? represent(object) : createData();
}

/** A fragment that the object lacks a part of is left out: another one may be all that is asked for. */
function takeFragment(represent: Represent): Take {
  return (object, result) => {
    const part = represent(object);
    if (part) mergeInto(result, part);
    return true;
  };
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
