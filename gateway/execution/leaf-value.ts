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
 * Compiles how a leaf is written in an answer (GraphQL, section 3.5, result coercion), as graphql-js does. Parsed JSON may
 * be nested deeper than JSON can be written: the whole answer would fail for one value.
 * @returns undefined, from the compiled function, for a value that the type does not have; never null
 */
export function compileLeaf(type: GraphQLLeafType): (value: unknown) => unknown {
  if (isEnumType(type)) {
    const names = new Map<unknown, string>(type.getValues().map(({ name, value }) => [value, name]));
    return (value) => names.get(value);
  }
  return (value) => {
    try {
      const written: unknown = type.serialize(value) ?? undefined;
      return isNestedWithin(written, depthMax) ? written : undefined;
    } catch {
      return undefined;
    }
  };
}

/** Levels of one value. `JSON.stringify` gives up at some thousands. */
const depthMax = 1000;

function isNestedWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => isNestedWithin(member, levels - 1));
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
