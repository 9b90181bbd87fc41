import type { FetchNode, PlanNode, PlanSelection } from './plan.ts';

/** A query plan for people to read: what is fetched from which subgraph, for which objects, in which order. */
export function printPlan(node: PlanNode | undefined, indent = ''): string {
  const inner = `${indent}  `;
  const all = (nodes: readonly PlanNode[]) => nodes.map((child) => printPlan(child, inner)).join('\n');
  if (!node) return `${indent}Nothing is fetched.`;
  switch (node.kind) {
    case 'Sequence':
      return `${indent}One after the other:\n${all(node.nodes)}`;
    case 'Parallel':
      return `${indent}At once:\n${all(node.nodes)}`;
    case 'Flatten':
      return `${indent}For ${node.path.join('.')}:\n${printPlan(node.node, inner)}`;
    case 'Condition': {
      const branches = [
        ...(node.ifClause ? [`${indent}If $${node.condition}:\n${printPlan(node.ifClause, inner)}`] : []),
        ...(node.elseClause
          ? [`${indent}Unless $${node.condition}:\n${printPlan(node.elseClause, inner)}`]
          : []),
      ];
      return branches.join('\n');
    }
    case 'Fetch':
      return printFetch(node, indent);
    default:
      return `${indent}${node.kind}`;
  }
}

function printFetch({ serviceName, operation, requires }: FetchNode, indent: string): string {
  const needs = requires ? `\n${indent}  by ${printRequires(requires)}` : '';
  return `${indent}Fetch from ${serviceName}${needs}\n${indent}  ${operation}`;
}

function printRequires(selections: readonly PlanSelection[]): string {
  const parts = selections.map((selection) => {
    const inner = selection.selections ? ` ${printRequires(selection.selections)}` : '';
    if (selection.kind === 'Field') return `${selection.name}${inner}`;
    return `${selection.typeCondition === undefined ? '...' : `... on ${selection.typeCondition}`}${inner}`;
  });
  return `{ ${parts.join(' ')} }`;
}
