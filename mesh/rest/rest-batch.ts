import DataLoader from 'dataloader';
import type { SubgraphContext } from '../subgraph-context.ts';
import { isNotFound } from './rest-error.ts';
import type { RestOperation } from './rest-operations.ts';

export interface RestBatchOptions {
  /** Unique among the loaders of one context. */
  name: string;
  operation: Pick<RestOperation, 'call'>;
  /** GraphQL argument that takes the values. */
  argument: string;
  /** Whether it takes many; else each value has a call of its own. */
  takesMany: boolean;
  /** Property of a result (as on the wire) that tells which value it answers. */
  resultProperty: string;
  /** Most values of one call. */
  max: number;
}

/**
 * Loads what belongs to a value; values asked for together in one context become one call, and each is asked once.
 * @returns every result whose `resultProperty` equals the value, in the order of the answer; none when the service
 * does not find anything (404 or 410)
 */
export type RestBatch = (value: string, context: SubgraphContext) => Promise<readonly unknown[]>;

/** A batched call of an operation that takes many values and answers a list. */
export function createRestBatch(options: RestBatchOptions): RestBatch {
  const { operation, argument, takesMany, resultProperty, max } = options;
  const load = async (values: readonly string[], context: SubgraphContext) => {
    const answer = await operation
      .call({ [argument]: takesMany ? values : values[0] }, context)
      .catch(nullWhenNotFound);
    const results = Array.isArray(answer) ? (answer as (Record<string, unknown> | null)[]) : [];
    const groups = Map.groupBy(results, (result) => belongsTo(result, resultProperty));
    return values.map((value) => groups.get(value) ?? []);
  };
  return (value, context) =>
    loaderOf(
      context,
      options.name,
      () =>
        new DataLoader<string, readonly unknown[]>((values) => load(values, context), {
          maxBatchSize: takesMany ? max : 1,
        }),
    ).load(value);
}

/** The value that a result answers, as text; undefined for one that tells none, which is not that of `"null"`. */
export function belongsTo(
  result: Readonly<Record<string, unknown>> | null,
  resultProperty: string,
): string | undefined {
  const value = result?.[resultProperty];
  const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isText ? String(value) : undefined;
}

/**
 * Calls an operation once for each distinct set of arguments of a context. What the service does not have is null, as
 * for an entity or a link.
 */
export function createRestSingle(options: {
  name: string;
  operation: Pick<RestOperation, 'call'>;
}): (args: Readonly<Record<string, unknown>>, context: SubgraphContext) => Promise<unknown> {
  const { name, operation } = options;
  type Arguments = Readonly<Record<string, unknown>>;
  return (args, context) =>
    loaderOf(context, name, () => {
      const load = (all: readonly Arguments[]) =>
        Promise.all(all.map((one) => operation.call(one, context).catch(nullWhenNotFound).catch(asError)));
      return new DataLoader<Arguments, unknown, string>(load, {
        cacheKeyFn: (one) => JSON.stringify(one, digits),
      });
    }).load(args);
}

/** JSON has no digits for a bigint. */
function digits(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

function nullWhenNotFound(error: unknown): null {
  if (isNotFound(error)) return null;
  throw error;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function loaderOf<T>(context: SubgraphContext, name: string, create: () => T): T {
  const found = context.loaders.get(name) as T | undefined;
  if (found) return found;
  const loader = create();
  context.loaders.set(name, loader);
  return loader;
}
