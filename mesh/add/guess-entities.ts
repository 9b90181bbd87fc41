import { camelCase } from 'change-case';
import {
  Kind,
  type DocumentNode,
  type InputValueDefinitionNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import pluralize from 'pluralize';
import { wireName } from '../annotations.ts';
import { dereference, type OpenApiDocument } from '../document/openapi-document.ts';
import { fieldOf, isListType, namedTypeOf, objectType } from '../schema-document.ts';
import type { EntityConfig } from '../config/subgraph-config.ts';
import type { RestSubgraphParts } from '../subgraph.ts';
import { describedOperations, type DescribedOperation } from './described-operations.ts';

/** A type that a document lets one look up, and how. */
export interface GuessedEntity {
  type: string;
  config: EntityConfig;
  /** Whether one call answers for many keys. */
  isBatched: boolean;
}

/**
 * Guesses the entities of a service: what `GET /orders/{id}` answers, or `GET /orders?ids=`, which is preferred because
 * it is one call for many keys. Only what is certain by name is taken: the key is a field of the type, and no other
 * argument is needed.
 */
export function guessEntities(document: OpenApiDocument, rest: RestSubgraphParts): GuessedEntity[] {
  const reads = describedOperations(document, rest).filter(({ method }) => method === 'get');
  const singles = new Map<string, GuessedEntity>();
  // The shortest path is the thing's own: /orders/{id} before /customers/{customerId}/orders/{id}.
  for (const read of reads.toSorted((a, b) => depth(a) - depth(b))) {
    const guess = single(read, rest.document);
    if (guess && !singles.has(guess.type)) singles.set(guess.type, guess);
  }
  const entities = new Map(singles);
  for (const read of reads) {
    const guess = batched(read, rest.document, document, singles);
    if (guess && !entities.get(guess.type)?.isBatched) entities.set(guess.type, guess);
  }
  return [...entities.values()].toSorted((a, b) => (a.type < b.type ? -1 : 1));
}

function depth({ path }: DescribedOperation): number {
  return path.split('/').length;
}

function single(
  { operationId, path, field }: DescribedOperation,
  document: DocumentNode,
): GuessedEntity | undefined {
  const type = objectType(document, namedTypeOf(field.type));
  if (!type || isListType(field.type) || !/\{[^/]+\}\/?$/.test(path)) return undefined;
  const inPath = (field.arguments ?? []).filter((argument) => path.includes(`{${wireName(argument)}}`));
  if (inPath.length !== path.split('{').length - 1 || !onlyNeeds(field.arguments, inPath)) return undefined;
  const keys = inPath.map((argument) => keyField(type, argument.name.value));
  const known = keys.filter((key) => key !== undefined);
  if (known.length !== keys.length || new Set(known).size !== known.length) return undefined;
  const [argument] = inPath;
  const resolve =
    inPath.length === 1 && argument
      ? { operation: operationId, argument: argument.name.value }
      : {
          operation: operationId,
          arguments: Object.fromEntries(inPath.map(({ name }, index) => [name.value, known[index] ?? ''])),
        };
  return { type: type.name.value, config: { key: known.join(' '), resolve }, isBatched: false };
}

function batched(
  { operationId, operation, field }: DescribedOperation,
  document: DocumentNode,
  source: OpenApiDocument,
  singles: ReadonlyMap<string, GuessedEntity>,
): GuessedEntity | undefined {
  const type = objectType(document, namedTypeOf(field.type));
  if (!type || !isListType(field.type)) return undefined;
  const name = type.name.value;
  const known = singles.get(name)?.config.key;
  for (const argument of field.arguments ?? []) {
    if (!isListType(argument.type) || !onlyNeeds(field.arguments, [argument])) continue;
    const key = listKey(type, argument.name.value);
    if (key === undefined || (known !== undefined && known !== key)) continue;
    const max = maxItems(source, operation, wireName(argument));
    const resolve = {
      operation: operationId,
      argument: argument.name.value,
      ...(max !== undefined && { max }),
    };
    return { type: name, config: { key, resolve }, isBatched: true };
  }
  return undefined;
}

/** Whether a call with these arguments is complete. */
function onlyNeeds(
  all: readonly InputValueDefinitionNode[] = [],
  given: readonly InputValueDefinitionNode[],
): boolean {
  return all.every(
    (argument) =>
      given.includes(argument) ||
      argument.type.kind !== Kind.NON_NULL_TYPE ||
      argument.defaultValue !== undefined,
  );
}

/** The field that a path argument is taken from: `orderId` is `orderId`, or `id` of an Order; `order` is `id`. */
function keyField(type: ObjectTypeDefinitionNode, argument: string): string | undefined {
  const own = camelCase(type.name.value);
  const candidates = [argument];
  if (/(^|[a-z0-9])(Id|_id)$|^id$/.test(argument) || pluralize.singular(own).endsWith(argument))
    candidates.push('id');
  if (argument.startsWith(own)) candidates.push(camelCase(argument.slice(own.length)));
  return candidates.find((name) => isPlain(type, name));
}

/** The field that a list argument is many of: `ids`, `orderIds` and `id` are `id` of an Order, `skus` is `sku`. */
function listKey(type: ObjectTypeDefinitionNode, argument: string): string | undefined {
  const own = camelCase(type.name.value);
  const candidates = [pluralize.singular(argument), argument.replace(/s$/, '')];
  if (candidates.includes(`${own}Id`)) candidates.push('id');
  return candidates.find((name) => isPlain(type, name));
}

/** Whether a field holds one value that can be a key. */
function isPlain(type: ObjectTypeDefinitionNode, name: string): boolean {
  const field = name === '' ? undefined : fieldOf(type, name);
  return (
    field !== undefined &&
    !isListType(field.type) &&
    /^(ID|String|Int|BigInt|UUID|NonEmptyString)$/.test(namedTypeOf(field.type))
  );
}

/** Most values that a query parameter takes. */
function maxItems(document: OpenApiDocument, operation: DescribedOperation['operation'], name: string) {
  for (const one of operation.parameters ?? []) {
    const parameter = dereference(document, one);
    if (parameter?.['name'] !== name) continue;
    const max = dereference(document, parameter['schema'])?.['maxItems'];
    if (typeof max === 'number' && max >= 1) return Math.floor(max);
  }
  return undefined;
}
