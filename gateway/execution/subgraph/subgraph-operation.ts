import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { compileRoot } from './complete-value.ts';
import type { Run } from './completion.ts';
import { compileEntities } from './entities.ts';
import { compileVariables } from './input-values.ts';
import type { ShowMade } from '../generated-code.ts';
import { conditionVariables, createConditional } from '../conditions.ts';
import { objectsMax, tooManyObjects } from '../object-limit.ts';
import { rootShape, type SelectionSource } from '../selection.ts';
import { wireReadOf } from '../../../mesh/wire-fields.ts';

/** Objects of services are parsed JSON, and only theirs have fields that name a property. */
const source: SelectionSource = {
  readOf: wireReadOf,
  typeNameOf: (type) => {
    const { resolveType } = type;
    return resolveType ? (value) => resolveType(value, undefined, unasked, type) : undefined;
  },
  areLeavesWritten: false,
};

/** Types of JSON are told by the value alone. */
const unasked = undefined as never;

/** What an operation is executed with. */
export interface OperationInput {
  variables: Readonly<Record<string, unknown>>;
  context: unknown;
  rootValue?: unknown;
}

type Data = Record<string, unknown>;

/** An operation, ready to be executed on its schema. */
export type SubgraphOperation = (input: OperationInput) => Promise<ExecutionResult<Data>>;

export interface SubgraphOperationOptions {
  /** Makes of an error what clients may read. @default errors stay as they are */
  describeError?: (error: GraphQLError, variables: Readonly<Data>) => GraphQLError;
  /** @default nobody is shown what is made */
  show?: ShowMade | undefined;
}

/**
 * Compiles an operation of a plan for the subgraph it is sent to. It is executed as the specification has it (GraphQL,
 * section 6) and as graphql-js does, which the tests compare it with; what graphql-js finds out anew for every call is
 * found out once. One document is one operation, as planners make them.
 * @param text a valid operation without introspection, which no plan asks of a subgraph
 */
export function compileSubgraphOperation(
  schema: GraphQLSchema,
  text: string,
  { describeError = (error) => error, show }: SubgraphOperationOptions = {},
): SubgraphOperation {
  const { operation, fragments } = readDocument(text);
  const coerce = compileVariables(schema, operation.variableDefinitions ?? []);
  const rootType = schema.getRootType(operation.operation);
  if (!rootType) throw new Error(`the subgraph has no ${operation.operation}`);
  const info = { schema, fragments: Object.fromEntries(fragments), operation };
  const isSerial = operation.operation === OperationTypeNode.MUTATION;
  const compileFor = (conditions: Readonly<Data>) => {
    const shape = rootShape({ schema, fragments, conditions, source }, rootType, operation.selectionSet);
    const scope = { schema, info, show };
    return compileEntities(scope, shape) ?? compileRoot(scope, shape, isSerial);
  };
  const executeFor = createConditional(conditionVariables([operation, ...fragments.values()]), compileFor);
  let runs = 0;
  return async ({ variables, context, rootValue }) => {
    const described = (errors: readonly GraphQLError[]) =>
      errors.map((error) => describeError(error, variables));
    const result = coerce(variables);
    if ('errors' in result) return { errors: described(result.errors) };
    const execute = executeFor(result.coerced);
    const run: Run = { number: ++runs, context, rootValue, variables: result.coerced, errors: [], linked: 0 };
    try {
      const data = (await execute(run)) as Data;
      if (run.linked > objectsMax) return { data: null, errors: described([tooManyObjects()]) };
      return run.errors.length > 0 ? { data, errors: described(run.errors) } : { data };
    } catch (error) {
      return { data: null, errors: described([...run.errors, error as GraphQLError]) };
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
