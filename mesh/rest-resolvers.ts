import { Kind, type DocumentNode, type GraphQLResolveInfo } from 'graphql';
import { bigIntScalar } from './exact-integers.ts';
import { entityArguments } from './federate.ts';
import {
  addResolver,
  referenceResolver,
  wirePropertyOf,
  wireResolvers,
  type ResolverMap,
} from './resolvers.ts';
import { createRestBatch, createRestSingle } from './rest/rest-batch.ts';
import type { RestOperation } from './rest/rest-operations.ts';
import type { OperationLink, ReferenceLink, SubgraphConfig } from './subgraph-config.ts';
import type { SubgraphContext } from './subgraph-context.ts';
import { uploadScalar } from './uploads.ts';

interface RestResolverOptions {
  name: string;
  /** What is served: the named document with `@wire`, without hidden root fields. */
  document: DocumentNode;
  config: SubgraphConfig;
  operations: ReadonlyMap<string, RestOperation>;
  operationOf: (operationId: string) => RestOperation | undefined;
}

/** Resolvers of a REST subgraph: root fields, reading the wire, entities by key, links. */
export function restResolvers(options: RestResolverOptions): ResolverMap {
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
  for (const type of Object.keys(config.entities)) addEntityResolver(resolvers, type, options);
  for (const [place, link] of Object.entries(config.links)) {
    const [parent = '', field = ''] = place.split('.');
    const resolver =
      'entity' in link
        ? entityLinkResolver(resolvers, parent, link, options)
        : operationResolver(place, link, options);
    addResolver(resolvers, parent, field, resolver);
  }
  return resolvers;
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
  resolvers: ResolverMap,
  parent: string,
  link: ReferenceLink,
  { document, config }: RestResolverOptions,
) {
  const toReference = referenceResolver(document, parent, link);
  if (!Object.hasOwn(config.entities, link.entity)) return toReference;
  const properties = Object.keys(link.key).map(
    (key) => [wirePropertyOf(document, link.entity, key), key] as const,
  );
  const resolve = resolvers[link.entity]?.['__resolveReference'] as EntityResolver | undefined;
  return (
    object: Record<string, unknown>,
    args: Record<string, unknown>,
    context: SubgraphContext,
    info: GraphQLResolveInfo,
  ) => {
    const reference = toReference(object, args, context, info) as Reference | null;
    if (!reference || !resolve) return reference;
    if (!isKeyOnly(info, link.key)) return resolve(reference, context);
    return Object.fromEntries(properties.map(([property, key]) => [property, reference[key]]));
  };
}

type EntityResolver = (reference: Reference, context: SubgraphContext) => Promise<unknown>;

/** Whether nothing is asked for that the key does not answer. */
function isKeyOnly({ fieldNodes }: GraphQLResolveInfo, key: Readonly<Record<string, string>>): boolean {
  return fieldNodes.every(({ selectionSet }) =>
    selectionSet?.selections.every(
      (node) =>
        node.kind === Kind.FIELD && (node.name.value === '__typename' || Object.hasOwn(key, node.name.value)),
    ),
  );
}

type Reference = Readonly<Record<string, unknown>>;

function addEntityResolver(resolvers: ResolverMap, type: string, options: RestResolverOptions): void {
  const { name, document, config, operationOf } = options;
  const entity = config.entities[type];
  const operation = entity && operationOf(entity.resolve.operation);
  if (!entity || !operation) return;
  const sources = Object.entries(entityArguments(entity));
  const [[argument, key] = ['', '']] = sources;
  if (operation.isList) {
    const resultProperty = wirePropertyOf(document, type, key);
    const max = entity.resolve.max ?? 100;
    const batch = createRestBatch({ name: `${name}.${type}`, operation, argument, resultProperty, max });
    addResolver(
      resolvers,
      type,
      '__resolveReference',
      async (reference: Reference, context: SubgraphContext) => {
        const [found] = await batch(String(reference[key]), context);
        return found ?? null;
      },
    );
    return;
  }
  const single = createRestSingle({ name: `${name}.${type}`, operation });
  addResolver(resolvers, type, '__resolveReference', (reference: Reference, context: SubgraphContext) =>
    single(Object.fromEntries(sources.map(([to, from]) => [to, reference[from]])), context),
  );
}

function operationResolver(place: string, link: OperationLink, options: RestResolverOptions) {
  const { name, document, operationOf } = options;
  const [parent = ''] = place.split('.');
  const operation = operationOf(link.operation);
  if (!operation) throw new Error(`${name} has no operation ${link.operation}`);
  const sources = Object.entries(link.arguments).map(
    ([argument, source]) => [argument, wirePropertyOf(document, parent, source)] as const,
  );
  if (link.groupBy === undefined) {
    const single = createRestSingle({ name: `${name}.${place}`, operation });
    return (object: Reference, _: unknown, context: SubgraphContext) => {
      const args = sources.map(([argument, property]) => [argument, object[property]] as const);
      // A filter that is left out would answer everything there is.
      if (args.some(([, value]) => isMissing(value) || isEmpty(value))) return nothing(operation);
      return single(Object.fromEntries(args), context);
    };
  }
  const [[argument, property] = ['', '']] = sources;
  const batch = createRestBatch({
    name: `${name}.${place}`,
    operation,
    argument,
    resultProperty: wirePropertyOf(document, operation.typeName, link.groupBy),
    max: link.max ?? 100,
  });
  return (object: Reference, _: unknown, context: SubgraphContext) =>
    isMissing(object[property]) ? [] : batch(String(object[property]), context);
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function nothing({ isList }: RestOperation): readonly unknown[] | null {
  return isList ? [] : null;
}
