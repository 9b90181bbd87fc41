import { GraphQLError } from 'graphql';
import { createData, mergeInto, type Data } from './merge.ts';
import { objectsAt, placesAt, type PlanPath, type ResponsePath } from './places.ts';
import type { ExecuteNode, PlanExecution, PlanScope } from './plan-execution.ts';
import type { FetchNode } from './plan.ts';
import { compileRepresentation, type Represent } from './representation.ts';
import { applyRewrites } from './rewrites.ts';
import type { SubgraphExecutor } from './subgraph-executor.ts';

/** A fetch node, with what is found out once. */
interface Fetch {
  node: FetchNode;
  scope: PlanScope;
  /** Of the objects that the answer is merged into. */
  path: PlanPath;
  execute: SubgraphExecutor;
}

/** Compiles a fetch node: all its objects are asked for in one call of its subgraph, and the answer is merged into them. */
export function compileFetch(node: FetchNode, scope: PlanScope, path: PlanPath): ExecuteNode {
  const fetch: Fetch = { node, scope, path, execute: scope.executorOf(node.serviceName) };
  const run = node.requires
    ? entityFetch(fetch, compileRepresentation(scope.supergraphSchema, node.requires))
    : rootFetch(fetch);
  return async (execution) => {
    try {
      await run(execution);
    } catch (error) {
      if (execution.context.signal?.aborted) return;
      const [first = []] = placesAt(execution.data, path);
      execution.errors.push(fetchError(node, { message: (error as Error).message }, first));
    }
  };
}

function rootFetch(fetch: Fetch): ExecuteNode {
  const { node, scope, path } = fetch;
  return async (execution) => {
    const data = await send(fetch, usedVariables(node, execution), execution, (at) => {
      const [first = []] = placesAt(execution.data, path);
      return [...first, ...at];
    });
    if (!data) return;
    applyRewrites(scope.supergraphSchema, node.outputRewrites, data);
    for (const target of objectsAt(execution.data, path)) mergeInto(target, data);
  };
}

function entityFetch(fetch: Fetch, represent: Represent): ExecuteNode {
  const { node, scope, path } = fetch;
  const schema = scope.supergraphSchema;
  return async (execution) => {
    const asked = askFor(objectsAt(execution.data, path), (object) => {
      const representation = represent(object);
      if (representation) applyRewrites(schema, node.inputRewrites, representation);
      return representation;
    });
    if (asked.representations.length === 0) return;
    const variables = usedVariables(node, execution);
    variables['representations'] = asked.representations;
    const data = await send(fetch, variables, execution, (at) =>
      entityErrorPath(at, asked, execution.data, path),
    );
    const entities = data?.['_entities'];
    if (!Array.isArray(entities)) return;
    for (const entity of entities) {
      if (entity !== null) applyRewrites(schema, node.outputRewrites, entity);
    }
    asked.objects.forEach((object, index) => {
      const entity = entities[asked.indices[index] ?? -1] as Data | null | undefined;
      if (entity) mergeInto(object, entity);
    });
  };
}

interface Asked {
  /** Each entity once, wherever it stands. */
  representations: readonly Data[];
  objects: readonly Data[];
  /** For each object its representation; -1 for one that has none. */
  indices: readonly number[];
}

function askFor(objects: readonly Data[], represent: Represent): Asked {
  const representations: Data[] = [];
  const known = new Map<string, number>();
  const indices = objects.map((object) => {
    const representation = represent(object);
    if (!representation) return -1;
    const identity = identityOf(representation);
    const index = known.get(identity) ?? representations.push(representation) - 1;
    known.set(identity, index);
    return index;
  });
  return { representations, objects, indices };
}

/** A text that two representations share only when they are equal. Keys of entities are texts nearly always. */
function identityOf(representation: Data): string {
  let identity = '';
  for (const name in representation) {
    const value = representation[name];
    if (typeof value !== 'string') return JSON.stringify(representation);
    // With its length, so that no value can look like the end of one and the beginning of the next.
    identity += `${name}:${value.length}:${value};`;
  }
  return identity;
}

function entityErrorPath(at: ResponsePath, asked: Asked, data: Data, path: PlanPath): ResponsePath {
  const [root, index] = at;
  const isEntity = root === '_entities' && typeof index === 'number';
  const first = asked.indices.indexOf(isEntity ? index : 0);
  return [...(placesAt(data, path)[first] ?? []), ...at.slice(2)];
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
  responsePath: (path: ResponsePath) => ResponsePath,
): Promise<Data | null> {
  const { context, rootValue } = execution;
  const { data, errors } = await execute({ operation: node.operation, variables, context, rootValue });
  for (const error of errors ?? []) {
    execution.errors.push(fetchError(node, error, responsePath(error.path ?? [])));
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
