import { GraphQLObjectType, type GraphQLSchema } from 'graphql';

/** A field of an object type, to put a resolver on it. */
export function fieldOf(schema: GraphQLSchema, type: string, name: string) {
  const found = schema.getType(type);
  const field = found instanceof GraphQLObjectType ? found.getFields()[name] : undefined;
  if (!field) throw new Error(`there is no ${type}.${name}`);
  return field;
}
