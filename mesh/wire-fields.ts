import { isObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';

const key = 'sluiceWireProperty';
const rootTypes: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

/** A resolver that does nothing but read a property of JSON. */
export interface PropertyReader {
  (object: unknown): unknown;
  property: string;
}

/** Reads one property; one that every object inherits, such as `constructor`, only when the object itself has it. */
export function propertyReader(property: string): PropertyReader {
  const read = (object: unknown): unknown => {
    if (typeof object !== 'object' || object === null) return undefined;
    if (property in Object.prototype && !Object.hasOwn(object, property)) return undefined;
    return (object as Record<string, unknown>)[property];
  };
  return Object.assign(read, { property });
}

/**
 * Notes on every field of a schema whose objects are parsed JSON which property it reads, so that execution can be
 * compiled. Root fields and fields with a resolver of another kind stay as they are.
 */
export function markWireFields(schema: GraphQLSchema): void {
  schema.extensions = { ...schema.extensions, [key]: true };
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || rootTypes.has(type.name)) continue;
    for (const field of Object.values(type.getFields())) {
      const property = propertyOf(field);
      if (property !== undefined) field.extensions = { ...field.extensions, [key]: property };
    }
  }
}

/**
 * Whether the objects of a schema are parsed JSON. Those of other schemas may be promises, errors and instances of
 * classes, also where nothing but `__typename` is asked of them.
 */
export function answersJson(schema: GraphQLSchema): boolean {
  return schema.extensions[key] === true;
}

/** The property of JSON that a field reads; undefined when there is more to it. */
export function wirePropertyOfField(field: GraphQLField<unknown, unknown>): string | undefined {
  const property = field.extensions[key];
  return typeof property === 'string' ? property : undefined;
}

function propertyOf({ name, resolve }: GraphQLField<unknown, unknown>): string | undefined {
  if (resolve === undefined) return name;
  const { property } = resolve as Partial<PropertyReader>;
  return typeof property === 'string' ? property : undefined;
}
