import { isObjectType, type GraphQLObjectType } from 'graphql';
import type { SubgraphContext } from '../../../mesh/subgraph-context.ts';
import { answersJson, entityLoaderOf, type LoadEntities } from '../../../mesh/wire-fields.ts';
import type { AbstractShape, ObjectShape, SelectedField } from '../selection.ts';
import { compileComplete, type CompletionScope } from './complete-value.ts';
import { completed, isPromise, type Complete, type ResponsePath, type Run } from './completion.ts';
import { compileArguments } from './input-values.ts';

type Reference = Readonly<Record<string, unknown>>;

/** What is asked of the entities of one type. */
interface Entities {
  load: LoadEntities;
  complete: Complete;
}

/** An entity of another service that this one only has fields of: the reference is all there is. */
const asReferred: LoadEntities = async (references) => references;

/**
 * Compiles `{ _entities(representations: …) { … } }` (Apollo Federation, subgraph specification) of a subgraph whose
 * objects are JSON: all references of a type are loaded with one call, where `@apollo/subgraph` resolves each by itself.
 * @returns undefined for any other operation
 */
export function compileEntities(
  scope: CompletionScope,
  shape: ObjectShape,
): ((run: Run) => Promise<unknown>) | undefined {
  const [field, ...others] = shape.fields();
  const list = field?.shape;
  if (!answersJson(scope.schema) || others.length > 0 || field?.definition?.name !== '_entities')
    return undefined;
  if (list?.kind !== 'list' || list.item.kind !== 'abstract') return undefined;
  const { item } = list;
  const argumentsOf = compileArguments(field.definition, field.nodes[0]);
  const entitiesOf = rememberEntities(scope, item, field);
  return async (run) => {
    const references = argumentsOf(run.variables)['representations'] as readonly Reference[];
    const types = references.map(entitiesOf);
    const objects = await loadAll(references, types, run.context as SubgraphContext);
    const root: ResponsePath = { prev: undefined, key: field.responseName, typename: shape.type.name };
    const answers = objects.map((object, index): unknown => {
      const at: ResponsePath = { prev: root, key: index, typename: undefined };
      return completed(item, at, run, object, (types[index] as Entities).complete);
    });
    const entities = answers.some(isPromise) ? await Promise.all(answers) : answers;
    return { [field.responseName]: entities };
  };
}

function rememberEntities(scope: CompletionScope, item: AbstractShape, field: SelectedField) {
  const known = new Map<unknown, Entities>();
  return ({ __typename: name }: Reference): Entities => {
    const found = known.get(name);
    if (found) return found;
    const type = entityType(scope, item, name);
    const complete = compileComplete(scope, item.of(type), field);
    const entities = { load: entityLoaderOf(type) ?? asReferred, complete };
    known.set(name, entities);
    return entities;
  };
}

/** @throws Error for a reference that no planner makes */
function entityType({ schema }: CompletionScope, { type }: AbstractShape, name: unknown): GraphQLObjectType {
  const found = typeof name === 'string' ? schema.getType(name) : undefined;
  if (isObjectType(found) && schema.isSubType(type, found)) return found;
  throw new Error('A representation is of a type that is no entity here');
}

/** For each reference in turn an object, null, or the Error that it ended with. */
function loadAll(
  references: readonly Reference[],
  types: readonly Entities[],
  context: SubgraphContext,
): Promise<readonly unknown[]> {
  const [first] = types;
  const isAlike = first && types.every((type) => type === first);
  return isAlike ? first.load(references, context) : loadByType(references, types, context);
}

async function loadByType(
  references: readonly Reference[],
  types: readonly Entities[],
  context: SubgraphContext,
): Promise<readonly unknown[]> {
  const objects: unknown[] = references.map(() => null);
  const places = Map.groupBy(references.keys(), (index) => types[index]);
  await Promise.all(
    [...places].map(async ([type, own]) => {
      const found = await type?.load(
        own.map((index) => references[index] as Reference),
        context,
      );
      own.forEach((index, at) => (objects[index] = found?.[at]));
    }),
  );
  return objects;
}
