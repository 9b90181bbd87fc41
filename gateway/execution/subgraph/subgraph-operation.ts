import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  visit,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { compileRoot, type Run } from './complete-value.ts';
import { compileVariables } from './input-values.ts';
import { rootShape } from './selection.ts';

/** What an operation is executed with. */
export interface OperationInput {
  variables: Readonly<Record<string, unknown>>;
  context: unknown;
  rootValue: unknown;
}

type Data = Record<string, unknown>;

/** An operation, ready to be executed on its schema. */
export type SubgraphOperation = (input: OperationInput) => Promise<ExecutionResult<Data>>;

/**
 * Compiles an operation of a plan for the subgraph it is sent to. It is executed as the specification has it (GraphQL,
 * section 6) and as graphql-js does, which the tests compare it with; what graphql-js finds out anew for every call is
 * found out once. One document is one operation, as planners make them.
 * @param text a valid operation without introspection, which no plan asks of a subgraph
 */
export function compileSubgraphOperation(schema: GraphQLSchema, text: string): SubgraphOperation {
  const { operation, fragments } = readDocument(text);
  const coerce = compileVariables(schema, operation.variableDefinitions ?? []);
  const conditionNames = conditionVariables([operation, ...fragments.values()]);
  const rootType = schema.getRootType(operation.operation);
  if (!rootType) throw new Error(`the subgraph has no ${operation.operation}`);
  const info = { schema, fragments: Object.fromEntries(fragments), operation };
  const isSerial = operation.operation === OperationTypeNode.MUTATION;
  const compileFor = (conditions: Readonly<Data>) => {
    const shape = rootShape({ schema, fragments, conditions }, rootType, operation.selectionSet);
    return compileRoot({ schema, info }, shape, isSerial);
  };
  // One for each combination of the conditions: a plan has few of them, because it is made of them itself.
  const compiled = new Map<string, ReturnType<typeof compileFor>>();
  return async ({ variables, context, rootValue }) => {
    const result = coerce(variables);
    if ('errors' in result) return { errors: [...result.errors] };
    const conditions = Object.fromEntries(conditionNames.map((name) => [name, result.coerced[name]]));
    const key = conditionNames.map((name) => (conditions[name] === true ? '1' : '0')).join('');
    const execute = compiled.get(key) ?? compileFor(conditions);
    compiled.set(key, execute);
    const run: Run = { context, rootValue, variables: result.coerced, errors: [] };
    try {
      const data = (await execute(run)) as Data;
      return run.errors.length > 0 ? { data, errors: run.errors } : { data };
    } catch (error) {
      return { data: null, errors: [...run.errors, error as GraphQLError] };
    }
  };
}

function readDocument(text: string) {
  const { definitions } = parse(text, { noLocation: true });
  const operation = definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('the document has no operation');
  const fragments = new Map(
    definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  return { operation, fragments };
}

/** Names of the variables that `@skip` and `@include` look at. */
function conditionVariables(nodes: readonly (OperationDefinitionNode | FragmentDefinitionNode)[]): string[] {
  const names = new Set<string>();
  for (const node of nodes) {
    visit(node, {
      Directive: (directive) => {
        for (const { value } of directive.arguments ?? []) {
          if (value.kind === Kind.VARIABLE) names.add(value.name.value);
        }
      },
    });
  }
  return [...names];
}
