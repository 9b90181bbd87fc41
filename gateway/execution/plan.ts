import type { DocumentNode, OperationTypeNode } from 'graphql';

/**
 * The query plan as the planner makes it (`@apollo/query-planner`, QueryPlan.d.ts), as far as it is executed here.
 * Declared again because execution must not depend on the planner's package.
 */
export type PlanNode =
  | { kind: 'Sequence'; nodes: PlanNode[] }
  | { kind: 'Parallel'; nodes: PlanNode[] }
  | { kind: 'Flatten'; path: (string | number)[]; node: PlanNode }
  | { kind: 'Condition'; condition: string; ifClause?: PlanNode; elseClause?: PlanNode }
  | { kind: 'Defer' }
  | FetchNode;

export interface FetchNode {
  kind: 'Fetch';
  serviceName: string;
  variableUsages?: string[];
  /** Set for entity fetches: what a representation is made of. */
  requires?: PlanSelection[];
  operation: string;
  operationName: string | undefined;
  operationKind: OperationTypeNode;
  operationDocumentNode?: DocumentNode;
  inputRewrites?: FetchRewrite[];
  outputRewrites?: FetchRewrite[];
}

export type FetchRewrite =
  | { kind: 'ValueSetter'; path: string[]; setValueTo: unknown }
  | { kind: 'KeyRenamer'; path: string[]; renameKeyTo: string };

export type PlanSelection =
  | {
      readonly kind: 'Field';
      readonly alias?: string;
      readonly name: string;
      readonly selections?: PlanSelection[];
    }
  | {
      readonly kind: 'InlineFragment';
      readonly typeCondition?: string;
      readonly selections: PlanSelection[];
    };
