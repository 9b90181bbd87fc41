import {
  execute,
  GraphQLError,
  isInterfaceType,
  parse,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { silentLogger } from '../../../../events/logger.ts';
import type { SubgraphExecutor } from '../../../../gateway/execution/subgraph-executor.ts';
import { createApolloExecutor } from '../../../../gateway/supergraph/apollo-executor.ts';
import { coerceVariables } from '../../../../gateway/supergraph/supergraph.ts';
import type { SupergraphRequest } from '../../../../gateway/supergraph/supergraph-request.ts';
import type { ComposedSupergraph } from '../../../../mesh/federation/compose.ts';

/** The slow, obvious way: `@apollo/gateway` executes the plan and graphql-js each operation of a subgraph. */
export async function createReference(composed: ComposedSupergraph, apiSchema: GraphQLSchema) {
  const isInterface = (name: unknown) => isInterfaceType(apiSchema.getType(String(name)));
  const executors = new Map(
    [...composed.services].map(([name, schema]) => [
      name,
      withGraphQLJs(schema, composed.answerErrors?.get(name), isInterface),
    ]),
  );
  const executorOf = (name: string): SubgraphExecutor => {
    const found = executors.get(name);
    if (!found) throw new Error(`there is no subgraph ${name}`);
    return found;
  };
  const apollo = await createApolloExecutor({ sdl: composed.sdl, executorOf, logger: silentLogger });
  return {
    async execute(request: SupergraphRequest): Promise<ExecutionResult> {
      const result = coerceVariables(request, apiSchema);
      if ('errors' in result) return result;
      return apollo.execute({ ...request, variables: result.coerced }, apiSchema);
    },
    close: () => apollo.close(),
  };
}

type AnswerErrors = NonNullable<ComposedSupergraph['answerErrors']>;

function withGraphQLJs(
  schema: GraphQLSchema,
  describe: ReturnType<AnswerErrors['get']>,
  isInterface: (name: unknown) => boolean,
): SubgraphExecutor {
  return async ({ operation, variables, context }) => {
    const result = await execute({
      schema,
      document: parse(operation),
      variableValues: variables,
      contextValue: context,
    });
    // Clients may call a field `_entities` too.
    if (Array.isArray(variables['representations'])) forgetInterfaceObjects(result, isInterface);
    if (!result.errors) return result;
    const errors = result.errors.map(
      (error) => describe?.(error, { operation, variables }) ?? forClients(error),
    );
    return { ...result, errors };
  };
}

/**
 * An entity of an interface object is of an interface, which `@apollo/gateway` takes for its type from then on: the
 * difference `type-of-interface-object`. What is left out does not replace what is known.
 */
function forgetInterfaceObjects({ data }: ExecutionResult, isInterface: (name: unknown) => boolean): void {
  const entities = (data?.['_entities'] ?? []) as ({ __typename?: unknown } | null)[];
  for (const entity of entities) {
    if (entity && isInterface(entity.__typename)) delete entity.__typename;
  }
}

/** graphql-js throws a plain Error at a null that must not be; ours is a GraphQLError, as all that clients cause. */
function forClients(error: GraphQLError): GraphQLError {
  const { originalError, path, message } = error;
  const isKnown = message.startsWith('Cannot return null for non-nullable');
  if (!originalError || originalError instanceof GraphQLError || isKnown) return error;
  return new GraphQLError('unexpected error', { path, extensions: { code: 'INTERNAL_SERVER_ERROR' } });
}
