import { Kind, type DocumentNode, type TypeNode } from 'graphql';
import { wireName } from '../annotations.ts';
import type { RestOperation } from '../rest/rest-operations.ts';
import { isListType, namedTypeOf, objectType } from '../schema-document.ts';
import type { ResultPlace } from '../config/subgraph-config.ts';

/** What an operation answers at a place. */
export interface Result {
  isList: boolean;
  /** GraphQL type of the result, or of one item of the list. */
  typeName: string;
}

/**
 * The type of what stands at a place of an answer, found through the names of the wire.
 * @param answer type of the whole answer
 * @returns a sentence when the place leads nowhere, or to another thing than it says
 */
export function resultAt(document: DocumentNode, answer: TypeNode, place: ResultPlace): Result | string {
  let type = answer;
  for (const part of partsOf(place)) {
    const parent = isListType(type) ? undefined : objectType(document, namedTypeOf(type));
    const field = parent?.fields?.find((candidate) => wireName(candidate) === part);
    if (!field) return `${isListType(type) ? 'a list' : namedTypeOf(type)} has no property "${part}"`;
    ({ type } = field);
  }
  if (place.items !== undefined && !isListType(type)) return `${namedTypeOf(type)} is no list there`;
  if (place.item !== undefined && isListType(type))
    return `a list of ${namedTypeOf(type)} is there: say items`;
  return { isList: isListType(type), typeName: namedTypeOf(type) };
}

/**
 * An operation that answers with what stands at a place of its answer. What is not there is null.
 * @throws GraphQLError UPSTREAM_INVALID from its call when something else stands there
 */
export function operationAt(
  document: DocumentNode,
  operation: RestOperation,
  place: ResultPlace,
): Result & Pick<RestOperation, 'call'> {
  const parts = partsOf(place);
  if (parts.length === 0) return operation;
  const name: TypeNode = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: operation.typeName } };
  const result = resultAt(document, name, place);
  if (typeof result === 'string') throw new Error(result);
  const isObject = objectType(document, result.typeName) !== undefined;
  const shape = result.isList ? 'list' : isObject ? 'object' : 'any';
  return {
    ...result,
    call: async (args, context) => {
      let value = await operation.call(args, context);
      for (const part of parts) {
        if (value === null || value === undefined) return null;
        value = Object.hasOwn(operation.shaped(value, 'object') as object, part)
          ? (value as Record<string, unknown>)[part]
          : null;
      }
      return operation.shaped(value ?? null, shape);
    },
  };
}

/** The parts of a JSON pointer (RFC 6901). */
function partsOf({ items, item }: ResultPlace): string[] {
  const [, ...parts] = (items ?? item ?? '').split('/');
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
