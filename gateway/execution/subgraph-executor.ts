import { GraphQLError, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { Logger } from '../../events/logger.ts';
import type { DescribeAnswerError } from '../../mesh/rest/answer-errors.ts';
import type { SubgraphContext } from '../../mesh/subgraph-context.ts';
import type { RegisterCache } from '../metrics/cache-metrics.ts';
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

export interface SubgraphExecutorOptions {
  name: string;
  schema: GraphQLSchema;
  /** For subgraphs whose values come from a service. */
  describeAnswerError?: DescribeAnswerError | undefined;
  logger: Logger;
  /** @default nobody is shown the cache */
  registerCache?: RegisterCache | undefined;
}

/**
 * Executes operations on a subgraph in this process. An error that is not one of ours for clients is logged and
 * answered as INTERNAL_SERVER_ERROR, so that no inner message gets out.
 */
export function createSubgraphExecutor(options: SubgraphExecutorOptions): SubgraphExecutor {
  const { name, schema, describeAnswerError, logger } = options;
  const operations = createDocumentCache<SubgraphOperation>();
  options.registerCache?.('subgraph operations', operations.statistics);
  const compiled = (text: string): SubgraphOperation => {
    const found = operations.get(text);
    if (found) return found;
    const operation = compileSubgraphOperation(schema, text);
    operations.set(text, operation);
    return operation;
  };
  return async ({ operation, variables, context, rootValue }) => {
    const result = await compiled(operation)({ variables, context, rootValue });
    if (!result.errors) return result;
    const errors = result.errors.map(
      (error) => describeAnswerError?.(error, { operation, variables }) ?? forClients(error, name, logger),
    );
    return { ...result, errors };
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
