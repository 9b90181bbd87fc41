import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  print,
  astFromValue,
  type GraphQLInputType,
} from 'graphql';
import type { Choices } from './choices.ts';

/** A variable of an operation that is being made up. */
export interface DraftVariable {
  name: string;
  /** As the operation declares it: type and default. */
  declaration: string;
  /** Undefined when it is left out. */
  value: unknown;
  /** The type of the places it may stand at, and of those that are the same without `!`. */
  type: GraphQLInputType;
}

const variableNames = ['n', 'text', 'constructor', 'toString', 'then', 'list', 'value'];

/** Makes up what is given to arguments: constants, variables, and variables inside of lists and objects. */
export function createInputDraft(choices: Choices, values: ScalarValues) {
  const variables: DraftVariable[] = [];

  const variable = (type: GraphQLInputType, hasDefault: boolean): string => {
    const known = variables.filter((each) => String(each.type) === String(type));
    if (known.length > 0 && choices.chance(40)) return `$${choices.of(known).name}`;
    const hint = choices.of(variableNames);
    const name = variables.some((each) => each.name === hint) ? `${hint}${variables.length}` : hint;
    variables.push({ name, type, ...declared(type, hasDefault) });
    return `$${name}`;
  };

  const declared = (type: GraphQLInputType, hasDefault: boolean) => {
    const isNonNull = isNonNullType(type);
    const nullable = isNonNull ? type.ofType : type;
    const form = choices.below(5);
    if (form === 0) return { declaration: String(type), value: plain(type, 0) };
    if (form === 1) {
      // A default lets a nullable variable stand where null must not (GraphQL, section 5.8.5).
      const declaration = `${String(nullable)} = ${oneLiteral(nullable, 0, false)}`;
      return { declaration, value: choices.of([undefined, one(nullable, 0)]) };
    }
    if (isNonNull && !hasDefault) return { declaration: String(type), value: plain(type, 0) };
    if (form === 2) return { declaration: `${String(nullable)}!`, value: given(nullable) };
    return { declaration: String(nullable), value: choices.of([undefined, null, plain(nullable, 0)]) };
  };

  const given = (type: GraphQLInputType): unknown => plain(type, 0) ?? one(type, 0);

  /** A value of variables, as JSON. */
  const plain = (type: GraphQLInputType, depth: number): unknown => {
    if (isNonNullType(type)) return one(type.ofType, depth);
    return choices.chance(15) ? null : one(type, depth);
  };

  const one = (type: GraphQLInputType, depth: number): unknown => {
    if (isNonNullType(type)) return one(type.ofType, depth);
    if (isListType(type)) {
      if (choices.chance(15)) return given(type.ofType);
      return Array.from({ length: choices.below(3) }, () => plain(type.ofType, depth + 1));
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isRequiredInputField(field) || (depth < 3 && choices.chance(50)),
      );
      return Object.fromEntries(fields.map((field) => [field.name, plain(field.type, depth + 1)]));
    }
    if (isEnumType(type)) return choices.of(type.getValues()).name;
    return choices.of(values[type.name] ?? scalarValues[type.name] ?? anyValues);
  };

  const literal = (type: GraphQLInputType, depth: number, withVariables: boolean): string => {
    if (withVariables && depth > 0 && choices.chance(25)) return variable(type, false);
    if (isNonNullType(type)) return oneLiteral(type.ofType, depth, withVariables);
    return choices.chance(10) ? 'null' : oneLiteral(type, depth, withVariables);
  };

  const oneLiteral = (type: GraphQLInputType, depth: number, withVariables: boolean): string => {
    if (isNonNullType(type)) return oneLiteral(type.ofType, depth, withVariables);
    if (isListType(type)) {
      const items = Array.from({ length: choices.below(3) }, () =>
        literal(type.ofType, depth + 1, withVariables),
      );
      return `[${items.join(', ')}]`;
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isRequiredInputField(field) || (depth < 3 && choices.chance(50)),
      );
      const members = fields.map(({ name, type: of }) => `${name}: ${literal(of, depth + 1, withVariables)}`);
      return `{ ${members.join(', ')} }`;
    }
    const value = one(type, depth);
    if (getNamedType(type).name === 'JSON' || !isEnumType(type)) return untypedLiteral(value);
    const node = astFromValue(value, type);
    return node ? print(node) : 'null';
  };

  return {
    variables: variables as readonly DraftVariable[],
    /** A literal, or a variable. */
    argument: (type: GraphQLInputType, hasDefault: boolean): string =>
      choices.chance(35) ? variable(type, hasDefault) : literal(type, 0, true),
    variable,
  };
}

/** Values of scalars that are tried, by the name of the scalar. */
export type ScalarValues = Readonly<Record<string, readonly unknown[]>>;

const scalarValues: ScalarValues = {
  Int: [1, 0, 2, 3, -1, 7],
  Float: [1, 0.5, -2, 1e3],
  Boolean: [true, false],
  String: ['a', '', 'x', '"quoted\\', '`${1}`\u2028*/', '$n', '__proto__'],
  ID: ['Book:1', 'Film:2', 'Book:7', 'none', 'Reader:3', 4],
};
const anyValues: readonly unknown[] = [
  1,
  'a',
  true,
  { a: [1, { b: null }] },
  [[]],
  { constructor: 1, toString: 'x' },
];

/** JSON as a GraphQL literal: names of members without quotes. */
function untypedLiteral(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(untypedLiteral).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, member]) => `${name}: ${untypedLiteral(member)}`)
    .join(', ')} }`;
}
