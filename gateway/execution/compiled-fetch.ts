import { GraphQLError } from 'graphql';
import { askFor, type AskedEntities } from './asked-entities.ts';
import { createEntityMerge } from './entity-merge.ts';
import { createData, mergeInto, type Data } from './merge.ts';
import { placesAt, type PlanPath, type ResponsePath } from './places.ts';
import type { ExecuteNode, PlanExecution, PlanScope } from './plan-execution.ts';
import type { PlanPlace } from './plan-places.ts';
import type { FetchNode, PlanSelection } from './plan.ts';
import { compileRepresentation } from './representation.ts';
import { applyRewrites } from './rewrites.ts';

/** What one execution of a fetch asks for, and does with the answer. */
interface Asking {
  variables: Data;
  /** Where an error of the answer belongs in the response. */
  responsePaths: (path: ResponsePath) => readonly ResponsePath[];
  merge: (data: Data) => void;
}

/** @returns undefined when there is nothing to ask for */
type Ask = (execution: PlanExecution) => Asking | undefined;

/** Compiles a fetch node: all its objects are asked for in one call of its subgraph, and the answer is merged into them. */
export function compileFetch(node: FetchNode, scope: PlanScope, path: PlanPath): ExecuteNode {
  const execute = scope.compilerOf(node.serviceName)(node.operation);
  const place = scope.placeAt(path);
  const ask = node.requires
    ? askForEntities(node, node.requires, scope, place)
    : askForRoot(node, scope, place);
  return async (execution) => {
    const { context, rootValue, errors } = execution;
    try {
      const asking = ask(execution);
      if (!asking) return;
      const { variables, responsePaths, merge } = asking;
      const answer = await execute({ variables, context, rootValue });
      for (const error of answer.errors ?? []) {
        for (const at of responsePaths(error.path ?? [])) errors.push(fetchError(node, error, at));
      }
      if (!answer.data) return;
      if (execution.asked.size > 0) execution.asked.clear();
      place.forgetBelow(execution);
      merge(answer.data);
    } catch (error) {
      if (context.signal?.aborted) return;
      const [first = []] = placesAt(execution.data, path, 1);
      errors.push(fetchError(node, error as Error, first));
    }
  };
}

function askForRoot(node: FetchNode, { supergraphSchema }: PlanScope, place: PlanPlace): Ask {
  return (execution) => {
    let first: ResponsePath | undefined;
    return {
      variables: usedVariables(node, execution),
      responsePaths: (at) => {
        first ??= placesAt(execution.data, place.path, 1)[0] ?? [];
        return [[...first, ...at]];
      },
      merge: (data) => {
        applyRewrites(supergraphSchema, node.outputRewrites, data);
        for (const target of place.objectsIn(execution)) mergeInto(target, data);
      },
    };
  };
}

function askForEntities(
  node: FetchNode,
  requires: readonly PlanSelection[],
  { supergraphSchema: schema, show, shareAsking }: PlanScope,
  place: PlanPlace,
): Ask {
  const representationOf = compileRepresentation(schema, requires, show);
  const mergeEntity = createEntityMerge(schema, node, show);
  const isRewritten = (node.inputRewrites ?? []).length > 0;
  const sharing = shareAsking(JSON.stringify([place.path, requires]));
  const askedIn = (execution: PlanExecution): AskedEntities => {
    const { asked } = execution;
    const isShared = sharing.fetches > 1 && !isRewritten;
    const known = isShared ? asked.get(sharing.key) : undefined;
    // A resolver may change what it is given.
    if (known) return { ...known, representations: known.representations.map((one) => ({ ...one })) };
    const found = askFor(place.objectsIn(execution), representationOf);
    if (isShared) asked.set(sharing.key, found);
    return found;
  };
  // An object with a prototype is made faster; nothing else is read of this one.
  const hasVariables = (node.variableUsages ?? []).length > 0;
  const areRewritten = (node.outputRewrites ?? []).length > 0;
  return (execution) => {
    const asked = askedIn(execution);
    const { representations, objects, indices } = asked;
    if (representations.length === 0) return undefined;
    if (isRewritten) for (const one of representations) applyRewrites(schema, node.inputRewrites, one);
    const variables = hasVariables ? usedVariables(node, execution) : {};
    variables['representations'] = representations;
    return {
      variables,
      responsePaths: entityErrorPaths(asked, execution.data, place.path),
      merge: (data) => {
        const entities = data['_entities'];
        if (!Array.isArray(entities)) return;
        if (areRewritten) for (const entity of entities) applyRewrites(schema, node.outputRewrites, entity);
        const merge = mergeEntity();
        for (let index = 0; index < objects.length; index++) {
          const entity = entities[indices[index] ?? -1] as Data | null | undefined;
          if (entity) merge(objects[index] as Data, entity);
        }
      },
    };
  };
}

/**
 * An error of an entity is one of every place where it stands (GraphQL, section 6.4.4); any other, of the first. The
 * places are found once for all errors: when a service is down, there are as many errors as entities.
 */
function entityErrorPaths(
  { indices }: AskedEntities,
  data: Data,
  path: PlanPath,
): (at: ResponsePath) => readonly ResponsePath[] {
  let placesOf: ReadonlyMap<number | undefined, readonly ResponsePath[]> | undefined;
  return (at) => {
    placesOf ??= Map.groupBy(placesAt(data, path), (_, place) => indices[place]);
    const [root, index] = at;
    const isOfEntity = root === '_entities' && typeof index === 'number';
    // Representations are numbered as their objects come: the first has number 0.
    const places = placesOf.get(isOfEntity ? index : 0) ?? [];
    return (isOfEntity ? places : places.slice(0, 1)).map((place) => [...place, ...at.slice(2)]);
  };
}

function usedVariables(node: FetchNode, { variables }: PlanExecution): Data {
  const used = createData();
  for (const name of node.variableUsages ?? []) {
    if (variables[name] !== undefined) used[name] = variables[name];
  }
  return used;
}

function fetchError(
  node: FetchNode,
  error: Pick<GraphQLError, 'message'> & Partial<GraphQLError>,
  path: ResponsePath,
): GraphQLError {
  return new GraphQLError(error.message, {
    path,
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', serviceName: node.serviceName, ...error.extensions },
  });
}
