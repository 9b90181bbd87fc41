import {
  Kind,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type GraphQLResolveInfo,
} from 'graphql';
import { bigIntScalar } from '../exact-integers.ts';
import { entityKeys, waysTo } from '../federation/entity-key.ts';
import { entityArguments } from '../federation/federate.ts';
import {
  addResolver,
  referenceResolver,
  wirePropertyOf,
  wireResolvers,
  type ResolverMap,
} from '../resolvers.ts';
import { asError, belongsTo, createRestBatch, createRestSingle } from './rest-batch.ts';
import type { RestOperation } from './rest-operations.ts';
import { operationAt } from '../federation/result-place.ts';
import { isListType } from '../schema-document.ts';
import type {
  EntityConfig,
  OperationLink,
  ReferenceLink,
  ResultPlace,
  SubgraphConfig,
} from '../config/subgraph-config.ts';
import type { SubgraphContext } from '../subgraph-context.ts';
import { uploadScalar } from '../uploads.ts';
import type { LoadEntities } from '../wire-fields.ts';

interface RestResolverOptions {
  name: string;
  /** What is served: the named document with `@wire`, without hidden root fields. */
  document: DocumentNode;
  /** The same with everything that any operation answers. */
  answers: DocumentNode;
  config: SubgraphConfig;
  operations: ReadonlyMap<string, RestOperation>;
  operationOf: (operationId: string) => RestOperation | undefined;
  /** The root field of an operation, hidden ones included. */
  fieldOf: (operationId: string) => FieldDefinitionNode | undefined;
}

export interface RestResolvers {
  resolvers: ResolverMap;
  /** Of entities, by type. */
  loaders: ReadonlyMap<string, LoadEntities>;
}

/** Resolvers of a REST subgraph: root fields, reading the wire, entities by key, links. */
export function restResolvers(options: RestResolverOptions): RestResolvers {
  const { document, config, operations } = options;
  const resolvers = wireResolvers(document);
  for (const scalar of [bigIntScalar, uploadScalar]) {
    if (hasScalar(document, scalar.name)) Object.assign(resolvers, { [scalar.name]: scalar });
  }
  for (const [field, operation] of operations) {
    for (const root of ['Query', 'Mutation']) {
      if (!hasField(document, root, field)) continue;
      addResolver(
        resolvers,
        root,
        field,
        (_: unknown, args: Record<string, unknown>, context: SubgraphContext) =>
          operation.call(args, context),
      );
    }
  }
  const loaders = entityLoaders(options);
  for (const [type, load] of loaders) {
    addResolver(resolvers, type, '__resolveReference', (reference: Reference, context: SubgraphContext) =>
      entityOf(load, reference, context),
    );
  }
  for (const [place, link] of Object.entries(config.links)) {
    const [parent = '', field = ''] = place.split('.');
    const resolver =
      'entity' in link
        ? entityLinkResolver(loaders.get(link.entity), parent, link, options)
        : operationResolver(place, link, options);
    addResolver(resolvers, parent, field, resolver);
  }
  return { resolvers, loaders };
}

function hasScalar(document: DocumentNode, name: string): boolean {
  return document.definitions.some(
    (node) => node.kind === Kind.SCALAR_TYPE_DEFINITION && node.name.value === name,
  );
}

function hasField(document: DocumentNode, type: string, field: string): boolean {
  return document.definitions.some(
    (node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION &&
      node.name.value === type &&
      node.fields?.some((candidate) => candidate.name.value === field),
  );
}

/** An entity of this very service is read here, because the planner asks nobody else for it; others are their key. */
function entityLinkResolver(
  load: LoadEntities | undefined,
  parent: string,
  link: ReferenceLink,
  { document }: RestResolverOptions,
) {
  const toReference = referenceResolver(document, parent, link);
  if (!load) return toReference;
  const properties = Object.keys(link.key).map(
    (key) => [wirePropertyOf(document, link.entity, key), key] as const,
  );
  const readKey = (object: unknown) => {
    const reference = toReference(object);
    return reference && Object.fromEntries(properties.map(([property, key]) => [property, reference[key]]));
  };
  const resolver = (object: unknown, _args: unknown, context: SubgraphContext, info: GraphQLResolveInfo) => {
    if (isKeyOnly(info.fieldNodes, link.key)) return readKey(object);
    const reference = toReference(object);
    return reference && entityOf(load, reference, context);
  };
  return Object.assign(resolver, {
    readFor: (nodes: readonly FieldNode[]) => (isKeyOnly(nodes, link.key) ? { read: readKey } : undefined),
  });
}

/** Whether nothing is asked for that the key does not answer. */
function isKeyOnly(nodes: readonly FieldNode[], key: Readonly<Record<string, string>>): boolean {
  return nodes.every(({ selectionSet }) =>
    selectionSet?.selections.every(
      (node) =>
        node.kind === Kind.FIELD && (node.name.value === '__typename' || Object.hasOwn(key, node.name.value)),
    ),
  );
}

type Reference = Readonly<Record<string, unknown>>;

/**
 * Loads entities of every type that the service resolves. An entity is found by the first of its keys that a reference
 * has; one without any is null.
 */
function entityLoaders(options: RestResolverOptions): Map<string, LoadEntities> {
  const { config } = options;
  return new Map(
    Object.keys(config.entities).map((type) => {
      const finders = new Map(
        entityKeys(config, type).map(({ entity }) => [entity, entityFinder(type, entity, options)]),
      );
      const wayTo = waysTo(config, type);
      const load: LoadEntities = (references, context) => {
        const ways = references.map(wayTo);
        const [way] = ways;
        const find = way && finders.get(way);
        if (find && ways.every((other) => other === way)) return find(references, context);
        return findByWays(finders, ways, references, context);
      };
      return [type, load] as const;
    }),
  );
}

/** Loads references with different keys; those without any are null. */
async function findByWays(
  finders: ReadonlyMap<EntityConfig, LoadEntities>,
  ways: readonly (EntityConfig | undefined)[],
  references: readonly Reference[],
  context: SubgraphContext,
): Promise<readonly unknown[]> {
  const found: unknown[] = references.map(() => null);
  const places = Map.groupBy(references.keys(), (place) => ways[place]);
  await Promise.all(
    [...places].map(async ([way, own]) => {
      const entities = await (way && finders.get(way))?.(
        own.map((place) => references[place] as Reference),
        context,
      );
      own.forEach((place, index) => (found[place] = entities?.[index] ?? null));
    }),
  );
  return found;
}

/** The entity that one reference names. */
async function entityOf(
  load: LoadEntities,
  reference: Reference,
  context: SubgraphContext,
): Promise<unknown> {
  const [entity] = await load([reference], context);
  if (entity instanceof Error) throw entity;
  return entity;
}

/** Loads entities by one of their keys. */
function entityFinder(type: string, entity: EntityConfig, options: RestResolverOptions): LoadEntities {
  const { document } = options;
  const { operation, takesMany } = resolverOf(entity.resolve.operation, entity.resolve, options);
  const name = `${options.name}.${type} ${entity.key}`;
  const sources = Object.entries(entityArguments(entity));
  if (!operation.isList) {
    const single = createRestSingle({ name, operation });
    const argumentsOf = (reference: Reference) =>
      Object.fromEntries(sources.map(([to, from]) => [to, reference[from]]));
    return (references, context) =>
      Promise.all(references.map((reference) => single(argumentsOf(reference), context).catch(asError)));
  }
  const [[argument, key] = ['', '']] = sources;
  const resultProperty = wirePropertyOf(document, type, key);
  const max = entity.resolve.max ?? 100;
  const batch = createRestBatch({
    name,
    operation,
    argument,
    takesMany: takesMany(argument),
    resultProperty,
    max,
  });
  return async (references, context) => {
    const values = references.map((reference) => String(reference[key]));
    const results = await batch(values, context);
    return results.map((found) => (found instanceof Error ? found : (found[0] ?? null)));
  };
}

/** An operation as entities and links use it: with what stands at a place of its answer. */
function resolverOf(operationId: string, place: ResultPlace, options: RestResolverOptions) {
  const operation = options.operationOf(operationId);
  const field = options.fieldOf(operationId);
  if (!operation || !field) throw new Error(`${options.name} has no operation ${operationId}`);
  return {
    operation: operationAt(options.answers, operation, place),
    takesMany: (argument: string) =>
      field.arguments?.some(({ name, type }) => name.value === argument && isListType(type)) ?? false,
  };
}

function operationResolver(place: string, link: OperationLink, options: RestResolverOptions) {
  const { document } = options;
  const [parent = ''] = place.split('.');
  const name = `${options.name}.${place}`;
  const { operation, takesMany } = resolverOf(link.operation, link, options);
  const sources = Object.entries(link.arguments).map(
    ([argument, source]) => [argument, wirePropertyOf(document, parent, source)] as const,
  );
  const single = createRestSingle({ name, operation });
  if (link.groupBy === undefined) {
    return (object: Reference, given: Reference, context: SubgraphContext) => {
      const args = sources.map(([argument, property]) => [argument, object[property]] as const);
      // A filter that is left out would answer everything there is.
      if (args.some(([, value]) => isMissing(value) || isEmpty(value))) return operation.isList ? [] : null;
      return single({ ...given, ...Object.fromEntries(args) }, context);
    };
  }
  const [[argument, property] = ['', '']] = sources;
  const isMany = takesMany(argument);
  const resultProperty = wirePropertyOf(options.answers, operation.typeName, link.groupBy);
  const max = link.max ?? 100;
  const batch = createRestBatch({
    name: `${name} grouped`,
    operation,
    argument,
    takesMany: isMany,
    resultProperty,
    max,
  });
  return async (object: Reference, given: Reference, context: SubgraphContext) => {
    if (isMissing(object[property])) return [];
    const value = String(object[property]);
    if (Object.keys(given).length === 0) {
      const [found = []] = await batch([value], context);
      if (found instanceof Error) throw found;
      return found;
    }
    // Of one call for many parents, `limit: 10` would be ten of all of them.
    const results = await single({ ...given, [argument]: isMany ? [value] : value }, context);
    const all = Array.isArray(results) ? (results as (Record<string, unknown> | null)[]) : [];
    return all.filter((result) => belongsTo(result, resultProperty) === value);
  };
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
