import {
  isObjectType,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { SubgraphContext } from './subgraph-context.ts';

const schemaKey = 'sluiceAnswersJson';
const readKey = 'sluiceWireRead';
const entitiesKey = 'sluiceLoadEntities';
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

/** How a field gets its value from nothing but the JSON of its object: one property of it, or a function. */
export type WireRead = { property: string } | { read: (object: unknown) => unknown };

/**
 * A resolver that needs nothing but JSON, at least for some selections. @param nodes what is asked of the field
 * @returns undefined for a selection that needs more
 */
export interface WireReader {
  readFor: (nodes: readonly FieldNode[]) => WireRead | undefined;
}

/** Loads entities of one type. @returns for each reference in turn an object, null, or the Error that it ended with */
export type LoadEntities = (
  references: readonly Readonly<Record<string, unknown>>[],
  context: SubgraphContext,
) => Promise<readonly unknown[]>;

/**
 * Notes on every field of a schema whose objects are parsed JSON how it reads them, so that execution can be compiled.
 * Root fields and fields with a resolver of another kind stay as they are.
 * @param loaders of entities, by type
 */
export function markWireFields(schema: GraphQLSchema, loaders?: ReadonlyMap<string, LoadEntities>): void {
  schema.extensions = { ...schema.extensions, [schemaKey]: true };
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || rootTypes.has(type.name)) continue;
    const load = loaders?.get(type.name);
    if (load) type.extensions = { ...type.extensions, [entitiesKey]: load };
    for (const field of Object.values(type.getFields())) {
      const readFor = readerOf(field);
      if (readFor !== undefined) field.extensions = { ...field.extensions, [readKey]: readFor };
    }
  }
}

/**
 * Whether the objects of a schema are parsed JSON. Those of other schemas may be promises, errors and instances of
 * classes, also where nothing but `__typename` is asked of them.
 */
export function answersJson(schema: GraphQLSchema): boolean {
  return schema.extensions[schemaKey] === true;
}

/** How a field reads JSON; undefined when there is more to it. */
export function wireReadOf(
  field: GraphQLField<unknown, unknown>,
  nodes: readonly FieldNode[],
): WireRead | undefined {
  return (field.extensions[readKey] as WireReader['readFor'] | undefined)?.(nodes);
}

/** Loads many entities of a type at once; undefined for types whose entities are resolved one by one. */
export function entityLoaderOf(type: GraphQLObjectType): LoadEntities | undefined {
  return type.extensions[entitiesKey] as LoadEntities | undefined;
}

function readerOf({ name, resolve }: GraphQLField<unknown, unknown>): WireReader['readFor'] | undefined {
  if (resolve === undefined) return () => ({ property: name });
  const { property, readFor } = resolve as Partial<PropertyReader & WireReader>;
  if (typeof readFor === 'function') return readFor;
  return typeof property === 'string' ? () => ({ property }) : undefined;
}
