import { GraphQLError } from 'graphql';
import { createData, mergeInto } from './merge.ts';
import type { PlanExecution, Target } from './plan-execution.ts';
import type { FetchNode } from './plan.ts';
import { representationOf } from './representation.ts';
import { applyRewrites } from './rewrites.ts';

type Path = readonly (string | number)[];

/** Executes a fetch node for all its targets in one call of its subgraph, and merges the answer into them. */
export async function executeFetch(
  node: FetchNode,
  targets: readonly Target[],
  execution: PlanExecution,
): Promise<void> {
  try {
    await (node.requires ? fetchEntities(node, targets, execution) : fetchRoot(node, targets, execution));
  } catch (error) {
    if (execution.context.signal?.aborted) return;
    execution.errors.push(fetchError(node, { message: (error as Error).message }, targets[0]?.path ?? []));
  }
}

async function fetchRoot(
  node: FetchNode,
  targets: readonly Target[],
  execution: PlanExecution,
): Promise<void> {
  const data = await send(node, usedVariables(node, execution), execution, (path) => [
    ...(targets[0]?.path ?? []),
    ...path,
  ]);
  if (!data) return;
  applyRewrites(execution.supergraphSchema, node.outputRewrites, data);
  for (const target of targets) mergeInto(target.data, data);
}

async function fetchEntities(
  node: FetchNode,
  targets: readonly Target[],
  execution: PlanExecution,
): Promise<void> {
  const schema = execution.supergraphSchema;
  const representations: Record<string, unknown>[] = [];
  /** Targets by representation: an entity that stands in several places is asked for once. */
  const asking: Target[][] = [];
  const indexOf = new Map<string, number>();
  for (const target of targets) {
    const representation = representationOf(schema, target.data, node.requires ?? []);
    if (!representation) continue;
    applyRewrites(schema, node.inputRewrites, representation);
    const identity = JSON.stringify(representation);
    const index = indexOf.get(identity) ?? representations.push(representation) - 1;
    indexOf.set(identity, index);
    (asking[index] ??= []).push(target);
  }
  if (representations.length === 0) return;
  const variables = usedVariables(node, execution);
  variables['representations'] = representations;
  const data = await send(node, variables, execution, (path) => entityErrorPath(path, asking));
  const entities = data?.['_entities'];
  if (!Array.isArray(entities)) return;
  entities.forEach((entity: unknown, index) => {
    if (typeof entity !== 'object' || entity === null) return;
    applyRewrites(schema, node.outputRewrites, entity);
    for (const target of asking[index] ?? []) mergeInto(target.data, entity as Record<string, unknown>);
  });
}

function entityErrorPath(path: Path, asking: readonly Target[][]): Path {
  const [root, index] = path;
  const target = root === '_entities' && typeof index === 'number' ? asking[index]?.[0] : asking[0]?.[0];
  return [...(target?.path ?? []), ...path.slice(2)];
}

function usedVariables(node: FetchNode, { variables }: PlanExecution): Record<string, unknown> {
  const used = createData();
  for (const name of node.variableUsages ?? []) {
    if (variables[name] !== undefined) used[name] = variables[name];
  }
  return used;
}

async function send(
  node: FetchNode,
  variables: Record<string, unknown>,
  execution: PlanExecution,
  responsePath: (path: Path) => Path,
): Promise<Record<string, unknown> | null> {
  const execute = execution.executorOf(node.serviceName);
  const { data, errors } = await execute({
    operation: node.operation,
    variables,
    context: execution.context,
  });
  for (const error of errors ?? []) {
    execution.errors.push(fetchError(node, error, responsePath(error.path ?? [])));
  }
  return data ?? null;
}

function fetchError(
  node: FetchNode,
  error: Pick<GraphQLError, 'message'> & Partial<GraphQLError>,
  path: Path,
): GraphQLError {
  return new GraphQLError(error.message, {
    path,
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', serviceName: node.serviceName, ...error.extensions },
  });
}
