import { GraphQLError } from 'graphql';
import { askFor, type AskedEntities } from './asked-entities.ts';
import { createEntityMerge } from './entity-merge.ts';
import { createData, mergeInto, type Data } from './merge.ts';
import { objectsAt, placesAt, type PlanPath, type ResponsePath } from './places.ts';
import type { ExecuteNode, PlanExecution, PlanScope } from './plan-execution.ts';
import type { FetchNode } from './plan.ts';
import { compileRepresentation, type RepresentationOf } from './representation.ts';
import { applyRewrites } from './rewrites.ts';
import type { ExecuteOperation } from './subgraph-executor.ts';

/** A fetch node, with what is found out once. */
interface Fetch {
  node: FetchNode;
  scope: PlanScope;
  /** Of the objects that the answer is merged into. */
  path: PlanPath;
  execute: ExecuteOperation;
}

/** Compiles a fetch node: all its objects are asked for in one call of its subgraph, and the answer is merged into them. */
export function compileFetch(node: FetchNode, scope: PlanScope, path: PlanPath): ExecuteNode {
  const fetch: Fetch = { node, scope, path, execute: scope.compilerOf(node.serviceName)(node.operation) };
  const run = node.requires
    ? entityFetch(fetch, compileRepresentation(scope.supergraphSchema, node.requires, scope.show))
    : rootFetch(fetch);
  return (execution) =>
    run(execution).catch((error: unknown) => {
      if (execution.context.signal?.aborted) return;
      const [first = []] = placesAt(execution.data, path);
      execution.errors.push(fetchError(node, { message: (error as Error).message }, first));
    });
}

function rootFetch(fetch: Fetch): ExecuteNode {
  const { node, scope, path } = fetch;
  return async (execution) => {
    const data = await send(fetch, usedVariables(node, execution), execution, (at) => {
      const [first = []] = placesAt(execution.data, path);
      return [[...first, ...at]];
    });
    if (!data) return;
    applyRewrites(scope.supergraphSchema, node.outputRewrites, data);
    for (const target of objectsAt(execution.data, path)) mergeInto(target, data);
  };
}

function entityFetch(fetch: Fetch, representationOf: RepresentationOf): ExecuteNode {
  const { node, scope, path } = fetch;
  const { supergraphSchema: schema } = scope;
  const mergeEntity = createEntityMerge(schema, node, scope.show);
  return async (execution) => {
    const asked = askFor(objectsAt(execution.data, path), representationOf);
    const { representations, objects, indices } = asked;
    if (representations.length === 0) return;
    for (const one of representations) applyRewrites(schema, node.inputRewrites, one);
    const variables = usedVariables(node, execution);
    variables['representations'] = representations;
    const data = await send(fetch, variables, execution, (at) =>
      entityErrorPaths(at, asked, execution.data, path),
    );
    const entities = data?.['_entities'];
    if (!Array.isArray(entities)) return;
    for (const entity of entities) applyRewrites(schema, node.outputRewrites, entity);
    const merge = mergeEntity();
    objects.forEach((object, index) => {
      const entity = entities[indices[index] ?? -1] as Data | null | undefined;
      if (entity) merge(object, entity);
    });
  };
}

/** An error of an entity is one of every place where it stands (GraphQL, section 6.4.4); any other, of the first. */
function entityErrorPaths(
  at: ResponsePath,
  { indices }: AskedEntities,
  data: Data,
  path: PlanPath,
): ResponsePath[] {
  const [root, index] = at;
  const places = placesAt(data, path);
  const own =
    root === '_entities' && typeof index === 'number'
      ? places.filter((_, place) => indices[place] === index)
      : places.filter((_, place) => indices[place] !== -1).slice(0, 1);
  return own.map((place) => [...place, ...at.slice(2)]);
}

function usedVariables(node: FetchNode, { variables }: PlanExecution): Data {
  const used = createData();
  for (const name of node.variableUsages ?? []) {
    if (variables[name] !== undefined) used[name] = variables[name];
  }
  return used;
}

async function send(
  { node, execute }: Fetch,
  variables: Data,
  execution: PlanExecution,
  responsePaths: (path: ResponsePath) => readonly ResponsePath[],
): Promise<Data | null> {
  const { context, rootValue } = execution;
  const { data, errors } = await execute({ variables, context, rootValue });
  for (const error of errors ?? []) {
    for (const path of responsePaths(error.path ?? [])) execution.errors.push(fetchError(node, error, path));
  }
  return data ?? null;
}

function fetchError(
  node: FetchNode,
  error: Pick<GraphQLError, 'message'> & Partial<GraphQLError>,
  path: ResponsePath,
): GraphQLError {
  return new GraphQLError(error.message, {
    path,
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', serviceName: node.serviceName, ...error.extensions },
  });
}
