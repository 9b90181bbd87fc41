import { executeFetch } from './execute-fetch.ts';
import type { PlanExecution, Target } from './plan-execution.ts';
import type { PlanNode } from './plan.ts';

/**
 * Executes a node of a query plan: fetches what it asks for and merges it into the targets, in place. A fetch that
 * fails adds to `execution.errors` and leaves its fields out; the others go on.
 */
export async function executePlanNode(
  node: PlanNode,
  targets: readonly Target[],
  execution: PlanExecution,
): Promise<void> {
  if (targets.length === 0) return;
  switch (node.kind) {
    case 'Sequence':
      for (const child of node.nodes) await executePlanNode(child, targets, execution);
      return;
    case 'Parallel':
      await Promise.all(node.nodes.map((child) => executePlanNode(child, targets, execution)));
      return;
    case 'Flatten':
      return executePlanNode(node.node, targetsAt(targets, node.path), execution);
    case 'Fetch':
      return executeFetch(node, targets, execution);
    case 'Condition': {
      const branch = execution.variables[node.condition] === true ? node.ifClause : node.elseClause;
      if (branch) await executePlanNode(branch, targets, execution);
      return;
    }
    default:
      throw new Error(`A plan node of kind ${node.kind} can not be executed`);
  }
}

/** Follows a path of field names and `@` (each item of a list) from every target; nulls end a path. */
function targetsAt(targets: readonly Target[], path: readonly (string | number)[]): Target[] {
  let current: { path: readonly (string | number)[]; data: unknown }[] = [...targets];
  for (const part of path) {
    current = current.flatMap(({ path: at, data }) => {
      if (part === '@')
        return Array.isArray(data) ? data.map((item, i) => ({ path: [...at, i], data: item })) : [];
      const value = (data as Record<string | number, unknown> | null | undefined)?.[part];
      return value === null || value === undefined ? [] : [{ path: [...at, part], data: value }];
    });
  }
  return current.flatMap(flattenLists).filter(isObjectTarget);
}

function flattenLists(target: { path: readonly (string | number)[]; data: unknown }): (typeof target)[] {
  if (!Array.isArray(target.data)) return [target];
  return target.data.flatMap((item, i) => flattenLists({ path: [...target.path, i], data: item }));
}

function isObjectTarget(target: { data: unknown }): target is Target {
  return typeof target.data === 'object' && target.data !== null;
}
