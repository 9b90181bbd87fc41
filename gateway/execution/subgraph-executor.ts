import { GraphQLError, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { Logger } from '../../events/logger.ts';
import type { DescribeAnswerError } from '../../mesh/rest/answer-errors.ts';
import type { SubgraphContext } from '../../mesh/subgraph-context.ts';
import type { ShowMade } from './generated-code.ts';
import { createDocumentCache } from './document-cache.ts';
import { compileSubgraphOperation, type SubgraphOperation } from './subgraph/subgraph-operation.ts';

/** One operation of a plan, as a subgraph executes it. */
export interface SubgraphRequest {
  operation: string;
  variables: Readonly<Record<string, unknown>>;
  context: SubgraphContext;
  /** What root fields are resolved from. */
  rootValue?: unknown;
}

export type SubgraphExecutor = (
  request: SubgraphRequest,
) => Promise<ExecutionResult<Record<string, unknown>>>;

export interface SubgraphCompilerOptions {
  name: string;
  schema: GraphQLSchema;
  /** For subgraphs whose values come from a service. */
  describeAnswerError?: DescribeAnswerError | undefined;
  logger: Logger;
  /** What root fields are resolved from, where an execution does not bring its own. @default nothing */
  rootValue?: unknown;
  /** @default nobody is shown what is made */
  show?: ShowMade | undefined;
}

/** Executes one operation on a subgraph. */
export type ExecuteOperation = (
  request: Omit<SubgraphRequest, 'operation'>,
) => Promise<ExecutionResult<Record<string, unknown>>>;

/** Compiles an operation of a plan for its subgraph; the work is done when it is first executed. */
export type CompileOperation = (operation: string) => ExecuteOperation;

/**
 * Compiles operations for a subgraph in this process. An error that is not one of ours for clients is logged and answered
 * as INTERNAL_SERVER_ERROR, so that no inner message gets out.
 */
export function createSubgraphCompiler(options: SubgraphCompilerOptions): CompileOperation {
  const { name, schema, describeAnswerError, logger, show, rootValue } = options;
  return (operation) => {
    let compiled: SubgraphOperation | undefined;
    const compileOnce = () =>
      compileSubgraphOperation(schema, operation, {
        describeError: (error, variables) =>
          describeAnswerError?.(error, { operation, variables }) ?? forClients(error, name, logger),
        show: show && ((what, text) => show(`${what} (${name})`, text)),
      });
    return (request) => {
      compiled ??= compileOnce();
      return compiled(
        rootValue === undefined ? request : { ...request, rootValue: request.rootValue ?? rootValue },
      );
    };
  };
}

/** Executes operations that come as text each time; those of late are kept compiled. */
export function createSubgraphExecutor(options: SubgraphCompilerOptions): SubgraphExecutor {
  const compile = createSubgraphCompiler(options);
  const operations = createDocumentCache<ExecuteOperation>();
  return ({ operation, ...request }) => {
    const known = operations.get(operation) ?? compile(operation);
    operations.set(operation, known);
    return known(request);
  };
}

function forClients(error: GraphQLError, subgraph: string, logger: Logger): GraphQLError {
  const original = error.originalError;
  if (!original || original instanceof GraphQLError || original.name === 'AbortError') return error;
  logger.error({ subgraph, err: original, path: error.path }, 'A subgraph failed unexpectedly');
  return new GraphQLError(`${subgraph}: unexpected error`, {
    path: error.path,
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
}
