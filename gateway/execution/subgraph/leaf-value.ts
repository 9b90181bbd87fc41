import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  isEnumType,
  type GraphQLLeafType,
} from 'graphql';

/**
 * Compiles how a leaf is written in an answer (GraphQL, section 3.5, result coercion), as graphql-js does.
 * @returns undefined, from the compiled function, for a value that the type does not have; never null
 */
export function compileLeaf(type: GraphQLLeafType): (value: unknown) => unknown {
  if (isEnumType(type)) {
    const names = new Map<unknown, string>(type.getValues().map(({ name, value }) => [value, name]));
    return (value) => names.get(value);
  }
  return (value) => {
    try {
      return type.serialize(value) ?? undefined;
    } catch {
      return undefined;
    }
  };
}

/**
 * JavaScript that tells whether `value` is written as it is: the case of nearly all leaves, and cheaper than a call.
 * Undefined for types whose every value needs the compiled function.
 */
export function writtenAsItIs(type: GraphQLLeafType, value: string): string | undefined {
  switch (type) {
    case GraphQLString:
    case GraphQLID:
      return `typeof ${value} === 'string'`;
    case GraphQLBoolean:
      return `typeof ${value} === 'boolean'`;
    case GraphQLInt:
      return `(${value} | 0) === ${value}`;
    case GraphQLFloat:
      return `Number.isFinite(${value})`;
    default:
      return undefined;
  }
}
