import {
  defaultFieldResolver,
  GraphQLError,
  isObjectType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { afterwards, isPromise, settled, type Complete, type ResponsePath, type Run } from './completion.ts';
import { compileArguments, type Arguments } from './input-values.ts';
import { answersJson } from '../../../mesh/wire-fields.ts';
import type { ShowMade } from '../generated-code.ts';
import { compileLeaf } from '../leaf-value.ts';
import { objectsMax, tooManyObjects } from '../object-limit.ts';
import { compileProjection, isPlain, type Projection } from '../projection.ts';
import type { AbstractShape, ListShape, ObjectShape, SelectedField, Shape } from '../selection.ts';

/** What is the same for all values of one operation. */
export interface CompletionScope {
  schema: GraphQLSchema;
  info: Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'operation'>;
  show?: ShowMade | undefined;
}

/** How often an operation is executed before its projections are compiled: many operations are sent only once. */
const coldRuns = 2;

/** Compiles the root selection; the fields of a mutation come one after the other (GraphQL, section 6.2.2). */
export function compileRoot(scope: CompletionScope, shape: ObjectShape, isSerial: boolean) {
  const fields = fieldsOf(scope, shape);
  return (run: Run): unknown =>
    isSerial ? inSeries(fields(), run) : allFields(fields(), run.rootValue, undefined, run);
}

async function inSeries(fields: readonly CompleteField[], run: Run): Promise<Record<string, unknown>> {
  const data = Object.create(null) as Record<string, unknown>;
  for (const { responseName, complete } of fields) {
    data[responseName] = await complete(run.rootValue, undefined, run);
  }
  return data;
}

interface CompleteField {
  responseName: string;
  /** @param parent the object that has the field */
  complete: (parent: unknown, path: ResponsePath | undefined, run: Run) => unknown;
}

function allFields(
  fields: readonly CompleteField[],
  parent: unknown,
  path: ResponsePath | undefined,
  run: Run,
): unknown {
  const data = Object.create(null) as Record<string, unknown>;
  const pending: PromiseLike<typeof data>[] = [];
  try {
    for (const { responseName, complete } of fields) {
      const value = complete(parent, path, run);
      data[responseName] = value;
      if (isPromise(value)) pending.push(value.then((result) => ((data[responseName] = result), data)));
    }
  } catch (error) {
    abandon(pending);
    throw error;
  }
  // Nearly always one field of the root.
  if (pending.length <= 1) return pending[0] ?? data;
  return Promise.all(pending).then(() => data);
}

/** What nobody waits for any more may still fail. */
function abandon(pending: readonly unknown[]): void {
  for (const value of pending) if (isPromise(value)) value.then(undefined, () => undefined);
}

/** Compiles how the value of a field, or of one item of its list, is brought into form. */
export function compileComplete(scope: CompletionScope, shape: Shape, field: SelectedField): Complete {
  const complete = compileNullable(scope, shape, field);
  if (!shape.isNonNull) return complete;
  const nonNull = (value: unknown) => {
    if (value !== null) return value;
    throw new GraphQLError(
      `Cannot return null for non-nullable field ${field.parentType.name}.${field.definition?.name ?? ''}.`,
    );
  };
  return (value, path, run) => {
    const completed = complete(value, path, run);
    return isPromise(completed) ? completed.then(nonNull) : nonNull(completed);
  };
}

/** Tries the projection first, where there is one. */
function compileNullable(scope: CompletionScope, shape: Shape, field: SelectedField): Complete {
  const complete = compileKind(scope, shape, field);
  const project =
    shape.kind === 'leaf'
      ? undefined
      : projectionOf(scope, shape, `Answer of ${field.parentType.name}.${field.responseName}`);
  return (value, path, run) => {
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    return project?.(value, run) ?? complete(value, path, run);
  };
}

/** The projection of a selection that is plain, made when it is worth it. */
function projectionOf(
  { schema, show }: CompletionScope,
  shape: Shape,
  what: string,
): (value: unknown, run: Run) => unknown {
  let projection: Projection | undefined;
  return (value, run) => {
    if (projection) return projection(value);
    if (run.number <= coldRuns) return undefined;
    const isCompiled = answersJson(schema) && isPlain(schema, shape);
    projection = isCompiled ? compileProjection(schema, shape, what, show) : () => undefined;
    return projection(value);
  };
}

function compileKind(scope: CompletionScope, shape: Shape, field: SelectedField): Complete {
  if (shape.kind === 'list') return compileList(scope, shape, field);
  if (shape.kind === 'object') return compileObject(scope, shape);
  if (shape.kind === 'abstract') return compileAbstract(scope, shape, field);
  const write = compileLeaf(shape.type);
  return (value) => {
    const written = write(value);
    if (written === undefined) throw new GraphQLError(`${shape.type.name} cannot represent this value`);
    return written;
  };
}

function compileList(scope: CompletionScope, { item }: ListShape, field: SelectedField): Complete {
  const complete = compileComplete(scope, item, field);
  return (value, path, run) => {
    if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) {
      const place = `${field.parentType.name}.${field.definition?.name ?? ''}`;
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${place}".`);
    }
    const results: unknown[] = [];
    try {
      for (const element of value as Iterable<unknown>) {
        const at: ResponsePath = { prev: path, key: results.length, typename: undefined };
        results.push(settled(item, at, run, () => element, complete));
      }
    } catch (error) {
      abandon(results);
      throw error;
    }
    return results.some(isPromise) ? Promise.all(results) : results;
  };
}

function compileObject(scope: CompletionScope, shape: ObjectShape): Complete {
  const fields = fieldsOf(scope, shape);
  return (value, path, run) => allFields(fields(), value, path, run);
}

function compileAbstract(scope: CompletionScope, shape: AbstractShape, field: SelectedField): Complete {
  const { type } = shape;
  const completers = new Map<string, Complete>();
  const completerOf = (name: unknown): Complete => {
    const found = typeof name === 'string' ? completers.get(name) : undefined;
    if (found) return found;
    const possible = typeof name === 'string' ? scope.schema.getType(name) : undefined;
    if (!isObjectType(possible) || !scope.schema.isSubType(type, possible)) {
      throw new GraphQLError(
        `Abstract type "${type.name}" must resolve to one of its Object types at runtime.`,
      );
    }
    const object = { ...shape.of(possible), isNonNull: false };
    const complete = compileComplete(scope, object, field);
    completers.set(possible.name, complete);
    return complete;
  };
  return (value, path, run) => {
    const name = type.resolveType
      ? type.resolveType(value, run.context, infoOf(scope, field, path, run), type)
      : (value as { __typename?: unknown }).__typename;
    return afterwards(name, (found) => completerOf(found)(value, path, run));
  };
}

function fieldsOf(scope: CompletionScope, shape: ObjectShape): () => readonly CompleteField[] {
  let fields: readonly CompleteField[] | undefined;
  return () => (fields ??= shape.fields().map((field) => compileField(scope, field, shape.type)));
}

function compileField(scope: CompletionScope, field: SelectedField, type: GraphQLObjectType): CompleteField {
  const { responseName, definition, shape } = field;
  if (!definition || !shape) return { responseName, complete: () => type.name };
  const complete = compileComplete(scope, shape, field);
  const argumentsOf = compileArguments(definition, field.nodes[0]);
  const resolve = definition.resolve ?? defaultFieldResolver;
  const isLink = shape.kind !== 'leaf' && !field.read && !isRootType(scope.schema, type);
  const completeLink: Complete = (value, path, run) => {
    run.linked += Array.isArray(value) ? value.length : 1;
    if (run.linked > objectsMax) throw tooManyObjects();
    return complete(value, path, run);
  };
  return {
    responseName,
    complete: (parent, path, run) => {
      const at: ResponsePath = { prev: path, key: responseName, typename: type.name };
      const answer = (): unknown => {
        const args: Arguments = argumentsOf(run.variables);
        return resolve(parent, args, run.context, infoOf(scope, field, at, run));
      };
      return settled(shape, at, run, answer, isLink ? completeLink : complete);
    },
  };
}

function isRootType(schema: GraphQLSchema, type: GraphQLObjectType): boolean {
  return type === schema.getQueryType() || type === schema.getMutationType();
}

function infoOf(
  { info }: CompletionScope,
  { definition, parentType, nodes }: SelectedField,
  path: ResponsePath | undefined,
  run: Run,
): GraphQLResolveInfo {
  return {
    ...info,
    fieldName: definition?.name,
    fieldNodes: nodes,
    returnType: definition?.type,
    parentType,
    path,
    rootValue: run.rootValue,
    variableValues: run.variables,
  } as unknown as GraphQLResolveInfo;
}
