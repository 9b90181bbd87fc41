import {
  defaultTypeResolver,
  execute,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  type GraphQLTypeResolver,
} from 'graphql';

export interface ShapeOptions {
  /** The schema that clients see. */
  apiSchema: GraphQLSchema;
  document: DocumentNode;
  operationName: string | undefined;
  variables: Readonly<Record<string, unknown>>;
  /** Merged answers of all fetches, by response name. */
  data: Record<string, unknown>;
  /** Errors of the fetches. */
  errors: readonly GraphQLError[];
}

const byResponseName: GraphQLFieldResolver<Record<string, unknown>, unknown> = (
  source,
  _args,
  _context,
  info,
) => (Object.hasOwn(source, info.path.key) ? source[info.path.key] : undefined);

const byTypename: GraphQLTypeResolver<unknown, unknown> = (value, context, info, type) => {
  const typeName = (value as Record<string, unknown> | null)?.['__typename'];
  return typeof typeName === 'string' ? typeName : defaultTypeResolver(value, context, info, type);
};

/**
 * Brings merged data into the shape that the operation asks for: its fields in its order, nulls propagated to the
 * next nullable parent (GraphQL, section 6.4.4). A null that breaks the schema is an error of its own only
 * where no fetch failed; otherwise it follows from one that is reported already.
 */
export async function shapeResponse(options: ShapeOptions): Promise<ExecutionResult> {
  const { apiSchema, document, operationName, variables, data, errors } = options;
  const shaped = await execute({
    schema: apiSchema,
    document,
    operationName,
    variableValues: variables,
    rootValue: data,
    fieldResolver: byResponseName,
    typeResolver: byTypename,
  });
  const all = errors.length > 0 ? errors : (shaped.errors ?? []);
  return { data: shaped.data ?? null, ...(all.length > 0 && { errors: all }) };
}
