import { getOperationAST, GraphQLError, Kind, parse } from 'graphql';
import { waysTo } from '../federation/entity-key.ts';
import type { SubgraphConfig } from '../config/subgraph-config.ts';
import { notAsDocumented } from './rest-answer.ts';

/** What was executed when an error arose. */
export interface ExecutedOperation {
  /** Text of the operation. */
  operation: string;
  variables: Readonly<Record<string, unknown>>;
}

/**
 * Says what an error of execution is to a client when it is about a value that a service answered: UPSTREAM_INVALID
 * with service, operation and field. The error itself may quote the value.
 * @returns undefined for every other error
 */
export type DescribeAnswerError = (
  error: GraphQLError,
  executed: ExecutedOperation,
) => GraphQLError | undefined;

export interface AnswerErrorsOptions {
  subgraph: string;
  config: Pick<SubgraphConfig, 'entities' | 'links'>;
  /** Root field of an operationId. */
  rootFieldOf: (operationId: string) => string | undefined;
}

export function createAnswerErrors(options: AnswerErrorsOptions): DescribeAnswerError {
  const { subgraph } = options;
  return (error, executed) => {
    const { path, originalError } = error;
    if (!path || !isAboutAnswer(originalError)) return undefined;
    const field = path.findLast((part) => typeof part === 'string');
    const operation = operationAt(path, executed, options);
    const { message, extensions } = notAsDocumented({ subgraph, operation }, field);
    return new GraphQLError(message, { path, extensions });
  };
}

/** Resolvers throw errors with a code; what has none was found when a value was completed. */
function isAboutAnswer(original: Error | undefined): boolean {
  if (original instanceof GraphQLError) {
    return original.extensions['code'] === undefined && !original.message.startsWith('Argument ');
  }
  return /^(Cannot return null for non-nullable field |Expected `[\w[\]!]+\.serialize\()/.test(
    original?.message ?? '',
  );
}

/** The operation that answered: of the root field, or the one by which an entity or its link is found. */
function operationAt(
  path: readonly (string | number)[],
  { operation, variables }: ExecutedOperation,
  { config, rootFieldOf }: AnswerErrorsOptions,
): string {
  const [root, index, link] = path;
  const field = rootFieldNamed(String(root), operation);
  if (field !== '_entities') return field;
  const references = variables['representations'] as readonly Record<string, unknown>[] | undefined;
  const reference = references?.[Number(index)];
  const type = String(reference?.['__typename']);
  const found = config.links[`${type}.${link}`];
  const operationId =
    found && 'operation' in found ? found.operation : waysTo(config, type)(reference)?.resolve.operation;
  return (operationId !== undefined && rootFieldOf(operationId)) || type;
}

function rootFieldNamed(responseName: string, operation: string): string {
  for (const node of getOperationAST(parse(operation, { noLocation: true }))?.selectionSet.selections ?? []) {
    if (node.kind === Kind.FIELD && (node.alias ?? node.name).value === responseName) return node.name.value;
  }
  return responseName;
}
