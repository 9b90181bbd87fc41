import type { GraphQLSchema } from 'graphql';
import { generateFunction, type ShowMade } from './generated-code.ts';
import { createData, mergeInto, type Data } from './merge.ts';
import type { PlanSelection } from './plan.ts';
import { isOfType } from './type-condition.ts';

/**
 * Takes from an object what identifies it for another subgraph (Apollo Federation, `_Any` representations).
 * @returns null when the object lacks something that is required
 */
export type Represent = (object: Readonly<Data>) => Data | null;

/** How objects of one type are represented. */
export interface Representation {
  represent: Represent;
  /** What alone tells these objects apart; undefined where it takes more than one property. */
  keyOf: ((object: Readonly<Data>) => unknown) | undefined;
}

/** How objects of a type are represented, by its name. */
export type RepresentationOf = (typeName: string) => Representation;

/** How many objects are represented before that is written out as JavaScript: many operations are sent only once. */
const coldObjects = 50;

/** Compiles what a fetch requires of each object; which parts apply is found out once for each type of objects. */
export function compileRepresentation(
  schema: GraphQLSchema,
  requires: readonly PlanSelection[],
  show?: ShowMade,
): RepresentationOf {
  const byType = new Map<string, Representation>();
  return (typeName) => {
    const found = byType.get(typeName);
    if (found) return found;
    const fields = fieldsOf(schema, requires, typeName);
    const [first, ...others] = (fields ?? []).filter(({ name }) => name !== '__typename');
    const isKey = first && others.length === 0 && !isInherited(first);
    const key = isKey ? (first.alias ?? first.name) : undefined;
    let represent = compileSelections(schema, requires, typeName);
    let count = 0;
    const representation: Representation = {
      represent: (object) => {
        if (fields && count++ === coldObjects) {
          represent = compileFlat(fields, typeName, show);
          representation.keyOf = key === undefined ? undefined : compileRead(key, show);
        }
        const result = represent(object);
        return result && typeof result['__typename'] === 'string' ? result : null;
      },
      keyOf: key === undefined ? undefined : (object) => object[key],
    };
    byType.set(typeName, representation);
    return representation;
  };
}

type PlanField = Extract<PlanSelection, { kind: 'Field' }>;

/** What is required of a type; undefined when that is more than one fragment of fields without a selection. */
function fieldsOf(
  schema: GraphQLSchema,
  requires: readonly PlanSelection[],
  typeName: string,
): readonly PlanField[] | undefined {
  const [only, ...others] = requires.filter(
    (selection) =>
      selection.kind === 'Field' ||
      selection.typeCondition === undefined ||
      isOfType(schema, typeName, selection.typeCondition),
  );
  if (only?.kind !== 'InlineFragment' || others.length > 0) return undefined;
  const fields = only.selections.filter((selection) => selection.kind === 'Field');
  const isFlat = fields.length === only.selections.length && fields.every(({ selections }) => !selections);
  return isFlat ? fields : undefined;
}

/** A reader of its own for each key: one that is shared by all sees objects of all kinds, and is slow for each. */
function compileRead(name: string, show?: ShowMade): (object: Readonly<Data>) => unknown {
  const body = `return object[${JSON.stringify(name)}];`;
  const what = `Key ${name}`;
  return generateFunction({ what, parameters: ['object'], body }, show) as (
    object: Readonly<Data>,
  ) => unknown;
}

/** The case of nearly all keys, written out as JavaScript. */
function compileFlat(fields: readonly PlanField[], typeName: string, show?: ShowMade): Represent {
  const statements = fields.flatMap((field, index) => {
    const alias = JSON.stringify(field.alias ?? field.name);
    const isLacking = isInherited(field) ? `!Object.hasOwn(object, ${alias})` : `field${index} === undefined`;
    return [`const field${index} = object[${alias}];`, `if (${isLacking}) return null;`];
  });
  const members = fields.map(({ name }, index) => `[${JSON.stringify(name)}]: field${index}`);
  const body = `${statements.join('\n')}\nreturn { ${members.join(', ')} };`;
  const what = `Representation of ${typeName}`;
  return generateFunction({ what, parameters: ['object'], body }, show) as Represent;
}

/** Whether every object seems to have the field, such as `constructor`. */
function isInherited({ name, alias = name }: PlanField): boolean {
  return alias in Object.prototype;
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

function takeField(schema: GraphQLSchema, field: PlanField): Take {
  const { name, alias = name, selections } = field;
  const valueIn = isInherited(field)
    ? (object: Readonly<Data>) => (Object.hasOwn(object, alias) ? object[alias] : undefined)
    : (object: Readonly<Data>) => object[alias];
  if (!selections) {
    return (object, result) => {
      const value = valueIn(object);
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
    const value = valueIn(object);
    if (value === undefined) return false;
    result[name] = takeAll(value);
    return true;
  };
}
