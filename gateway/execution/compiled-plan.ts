import { compileFetch } from './compiled-fetch.ts';
import type { ExecuteNode, PlanScope } from './plan-execution.ts';
import type { PlanPath } from './places.ts';
import type { PlanNode } from './plan.ts';

/**
 * Compiles a node of a query plan. A fetch that fails adds to the errors and leaves its fields out; the others go on.
 * @param path of the objects that the node works on
 * @throws Error for a node that is not executed here
 */
export function compilePlanNode(node: PlanNode, scope: PlanScope, path: PlanPath = []): ExecuteNode {
  switch (node.kind) {
    case 'Sequence':
      return inSequence(node.nodes.map((child) => compilePlanNode(child, scope, path)));
    case 'Parallel':
      return inParallel(node.nodes.map((child) => compilePlanNode(child, scope, path)));
    case 'Flatten':
      return compilePlanNode(node.node, scope, [...path, ...node.path]);
    case 'Fetch':
      return compileFetch(node, scope, path);
    case 'Condition': {
      const [whenTrue, whenFalse] = [node.ifClause, node.elseClause].map((branch) =>
        branch ? compilePlanNode(branch, scope, path) : undefined,
      );
      const { condition } = node;
      return async (execution) =>
        (execution.variables[condition] === true ? whenTrue : whenFalse)?.(execution);
    }
    default:
      throw new Error(`A plan node of kind ${node.kind} can not be executed`);
  }
}

function inSequence(nodes: readonly ExecuteNode[]): ExecuteNode {
  return async (execution) => {
    for (const execute of nodes) await execute(execution);
  };
}

function inParallel(nodes: readonly ExecuteNode[]): ExecuteNode {
  return async (execution) => {
    await Promise.all(nodes.map((execute) => execute(execution)));
  };
}
