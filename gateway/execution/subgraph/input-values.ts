import {
  getArgumentValues,
  getVariableValues,
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  isListType,
  isNonNullType,
  Kind,
  typeFromAST,
  visit,
  type FieldNode,
  type GraphQLError,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql';

export type Arguments = Record<string, unknown>;
type Variables = Readonly<Record<string, unknown>>;

/**
 * Compiles how the arguments of a field are read (GraphQL, section 6.4.1): once where no variable is used, and as
 * graphql-js does it otherwise. Every call gets arguments of its own: a resolver may change what it is given.
 * @throws GraphQLError from the compiled function
 */
export function compileArguments(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
): (variables: Variables) => Arguments {
  if (definition.args.length === 0) return () => ({});
  if (usesVariables(node)) return compileVariableArguments(definition, node);
  let constant: Arguments | undefined;
  return () => {
    if (constant) return { ...constant };
    const args = getArgumentValues(definition, node);
    if (Object.values(args).every(isImmutable)) constant = { ...args };
    return args;
  };
}

function isImmutable(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

/** Of arguments that are each one variable, coerced already, or constant. */
function compileVariableArguments(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
): (variables: Variables) => Arguments {
  const given = new Map((node.arguments ?? []).map((argument) => [argument.name.value, argument.value]));
  const isSimple = definition.args.every(({ name, type, defaultValue }) => {
    const value = given.get(name);
    return (
      value?.kind === Kind.VARIABLE ||
      (value === undefined && defaultValue === undefined && !isNonNullType(type))
    );
  });
  if (!isSimple) return (variables) => getArgumentValues(definition, node, variables);
  const readers = [...given].flatMap(([name, value]) =>
    value.kind === Kind.VARIABLE ? [[name, value.name.value] as const] : [],
  );
  const required = definition.args.filter(({ type }) => isNonNullType(type)).map(({ name }) => name);
  return (variables) => {
    const args: Arguments = {};
    for (const [name, variable] of readers) {
      if (Object.hasOwn(variables, variable)) args[name] = variables[variable];
    }
    // Left out or null where it must not be, or with a default: graphql-js says what follows.
    const isComplete = required.every((name) => args[name] !== undefined && args[name] !== null);
    return isComplete && Object.keys(args).length === readers.length
      ? args
      : getArgumentValues(definition, node, variables);
  };
}

function usesVariables(node: FieldNode): boolean {
  let isUsed = false;
  for (const argument of node.arguments ?? []) {
    visit(argument, { Variable: () => void (isUsed = true) });
  }
  return isUsed;
}

/** Most errors that are told about variables, as in graphql-js: a list of a megabyte can be wrong in each item. */
const maxErrors = 50;

export type CoercedVariables = { coerced: Variables } | { errors: readonly GraphQLError[] };

/**
 * Compiles how the variables of an operation are coerced (GraphQL, section 6.1.2). Values that a type takes as they are
 * need no more than a look; everything else is done by graphql-js.
 */
export function compileVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
): (variables: Variables) => CoercedVariables {
  const checks = definitions.map(({ variable, type }) => {
    const inputType = typeFromAST(schema, type as never) as GraphQLInputType | undefined;
    return { name: variable.name.value, isTakenAsItIs: inputType && takenAsItIs(inputType) };
  });
  return (variables) => {
    const isFast = checks.every(
      ({ name, isTakenAsItIs }) => isTakenAsItIs !== undefined && isTakenAsItIs(variables[name]),
    );
    if (!isFast) return getVariableValues(schema, definitions, variables, { maxErrors });
    return { coerced: variables };
  };
}

type Check = (value: unknown) => boolean;

const scalarChecks = new Map<unknown, Check>([
  [GraphQLString, (value) => typeof value === 'string'],
  [GraphQLID, (value) => typeof value === 'string'],
  [GraphQLBoolean, (value) => typeof value === 'boolean'],
  [GraphQLInt, (value) => typeof value === 'number' && (value | 0) === value],
  [GraphQLFloat, (value) => Number.isFinite(value)],
]);

/** Undefined for types of which even good values are changed. */
function takenAsItIs(type: GraphQLInputType): Check | undefined {
  if (isNonNullType(type)) return takenAsItIs(type.ofType);
  if (!isListType(type)) return type.name === '_Any' ? isRepresentation : scalarChecks.get(type);
  const check = takenAsItIs(type.ofType);
  return check && ((value) => Array.isArray(value) && value.every(check));
}

/** Of an entity; its scalar takes any JSON (Apollo Federation, subgraph specification). */
function isRepresentation(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
