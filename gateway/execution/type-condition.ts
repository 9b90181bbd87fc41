import { isAbstractType, isObjectType, type GraphQLSchema } from 'graphql';

/** Whether a type name is the type of a condition, or one of its possible types. */
export function isOfType(schema: GraphQLSchema, typeName: unknown, condition: string): boolean {
  if (typeName === condition) return true;
  if (typeof typeName !== 'string') return false;
  const type = schema.getType(typeName);
  const conditional = schema.getType(condition);
  return isObjectType(type) && isAbstractType(conditional) && schema.isSubType(conditional, type);
}
