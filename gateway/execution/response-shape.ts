import {
  defaultTypeResolver,
  execute,
  getOperationRootType,
  isInterfaceType,
  Kind,
  visit,
  type ASTNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLInterfaceType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { conditionVariables, createConditional } from './conditions.ts';
import type { ShowMade } from './generated-code.ts';
import type { Data } from './merge.ts';
import { compileProjection, isPlain, type Projection } from './projection.ts';
import { rootShape, type SelectionSource } from './selection.ts';

/** What is made into a response. */
export interface Answers {
  /** Merged answers of all fetches, by response name. */
  data: Data;
  /** Errors of the fetches. */
  errors: readonly GraphQLError[];
  /** Coerced, with defaults. */
  variables: Readonly<Record<string, unknown>>;
}

export interface ShapeOptions {
  /** The schema that clients see. */
  apiSchema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  show?: ShowMade | undefined;
}

/** Merged data has response names, and a `__typename` wherever several types are possible. */
const source: SelectionSource = {
  readOf: (_field, _nodes, responseName) => ({ property: responseName }),
  typeNameOf: () => (value) => (value as { __typename?: unknown }).__typename,
  areLeavesWritten: true,
};

/** How often an operation is executed before its projection is compiled: few operations are sent only once. */
const coldRuns = 2;

/**
 * Compiles how merged data is brought into the shape that the operation asks for: its fields in its order, nulls
 * propagated to the next nullable parent (GraphQL, section 6.4.4). A null that breaks the schema is an error of its own
 * only where no fetch failed; otherwise it follows from one that is reported already.
 */
export function compileResponse(
  options: ShapeOptions,
): (answers: Answers) => Promise<ExecutionResult> | ExecutionResult {
  const { apiSchema, document, operation } = options;
  const fragments = new Map(
    document.definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  const compile = (conditions: Readonly<Record<string, unknown>>): Projection => {
    const scope = { schema: apiSchema, fragments, conditions, source };
    const shape = rootShape(scope, getOperationRootType(apiSchema, operation), operation.selectionSet);
    return isPlain(apiSchema, shape)
      ? compileProjection(apiSchema, shape, 'Response', options.show)
      : () => undefined;
  };
  const projectionFor = createConditional(conditionVariables([operation, ...fragments.values()]), compile);
  // What introspection answers is in no answer.
  let runs = isIntrospection([operation, ...fragments.values()]) ? -Infinity : 0;
  return (answers) => {
    const projected = runs++ < coldRuns ? undefined : projectionFor(answers.variables)(answers.data);
    if (projected === undefined) return shapeSlowly(options, answers);
    return { data: projected as Data, ...(answers.errors.length > 0 && { errors: answers.errors }) };
  };
}

function isIntrospection(nodes: readonly ASTNode[]): boolean {
  let isFound = false;
  for (const node of nodes) {
    visit(node, {
      Field: ({ name }) => {
        if (name.value === '__schema' || name.value === '__type') isFound = true;
      },
    });
  }
  return isFound;
}

const byResponseName: GraphQLFieldResolver<Data, unknown> = (object, _args, _context, info) =>
  Object.hasOwn(object, info.path.key) ? object[info.path.key] : undefined;

/**
 * The planner finds out which type an object has only where it matters. Where nothing but fields of the interface is
 * asked for, the object may come from a subgraph that knows it as an interface object: any type has these fields.
 */
const byTypename: GraphQLTypeResolver<unknown, unknown> = (value, context, info, type) => {
  const typeName = (value as Data | null)?.['__typename'];
  const isKnown = typeof typeName === 'string' && typeName !== type.name;
  if (!isKnown && isInterfaceType(type) && info.fieldNodes.every((node) => isForAll(type, node, info))) {
    return info.schema.getPossibleTypes(type)[0]?.name;
  }
  return typeof typeName === 'string' ? typeName : defaultTypeResolver(value, context, info, type);
};

/** Whether a selection is the same for every possible type of an interface. */
function isForAll(
  type: GraphQLInterfaceType,
  { selectionSet }: { selectionSet?: SelectionSetNode | undefined },
  info: GraphQLResolveInfo,
): boolean {
  return (selectionSet?.selections ?? []).every((node) => {
    if (node.kind === Kind.FIELD) return node.name.value !== '__typename';
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : info.fragments[node.name.value];
    const condition = fragment?.typeCondition?.name.value ?? type.name;
    const isWider = condition === type.name || type.getInterfaces().some(({ name }) => name === condition);
    return isWider && fragment !== undefined && isForAll(type, fragment, info);
  });
}

async function shapeSlowly(
  { apiSchema, document, operation }: ShapeOptions,
  { data, errors, variables }: Answers,
): Promise<ExecutionResult> {
  const shaped = await execute({
    schema: apiSchema,
    document,
    operationName: operation.name?.value ?? null,
    variableValues: variables,
    rootValue: data,
    fieldResolver: byResponseName,
    typeResolver: byTypename,
  });
  const all = errors.length > 0 ? errors : (shaped.errors ?? []);
  return { data: shaped.data ?? null, ...(all.length > 0 && { errors: all }) };
}
