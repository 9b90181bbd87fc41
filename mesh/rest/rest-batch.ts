import type { SubgraphContext } from '../subgraph-context.ts';
import { isNotFound } from './rest-error.ts';
import type { RestOperation } from './rest-operations.ts';

export interface RestBatchOptions {
  /** Unique among all that a context keeps. */
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

/** What belongs to one value, in the order of the answer; or what its call failed with. */
export type Results = readonly unknown[] | Error;

/**
 * Loads what belongs to some values. Values that are asked for in one turn of the event loop with one context become one
 * call, whoever asks, and each is asked once.
 * @returns for each value in turn every result whose `resultProperty` equals it; none when the service does not find
 * anything (404 or 410)
 */
export type RestBatch = (values: readonly string[], context: SubgraphContext) => Promise<readonly Results[]>;

/** A value, and what belongs to it once its batch is answered. */
interface AskedValue {
  readonly value: string;
  readonly batch: Batch;
  results: unknown[] | Error;
}

/** Values that are asked for together. */
interface Batch {
  readonly values: AskedValue[];
  /** Never fails: a failure is an answer. */
  answered: Promise<void>;
}

/** What one context has asked for. */
interface Asked {
  readonly values: Map<string, AskedValue>;
  /** The batch that takes further values, until its calls are made. */
  open: Batch | undefined;
}

/** A batched call of an operation that takes many values and answers a list. */
export function createRestBatch(options: RestBatchOptions): RestBatch {
  const { name, takesMany, max } = options;
  const callsMax = takesMany ? max : 1;
  const openBatch = (asked: Asked, context: SubgraphContext): Batch => {
    const batch: Batch = { values: [], answered: Promise.resolve() };
    const callAtEndOfTurn = async (): Promise<void> => {
      await endOfTurn();
      asked.open = undefined;
      const { values } = batch;
      const calls: Promise<void>[] = [];
      for (let at = 0; at < values.length; at += callsMax) {
        calls.push(answer(options, values.slice(at, at + callsMax), context));
      }
      await Promise.all(calls);
    };
    batch.answered = callAtEndOfTurn();
    return batch;
  };
  return async (values, context) => {
    const asked = kept(context, name, (): Asked => ({ values: new Map(), open: undefined }));
    const own = values.map((value) => {
      const known = asked.values.get(value);
      if (known) return known;
      const batch = (asked.open ??= openBatch(asked, context));
      const made: AskedValue = { value, batch, results: [] };
      batch.values.push(made);
      asked.values.set(value, made);
      return made;
    });
    let answered: Batch | undefined;
    for (const { batch } of own) {
      if (batch === answered) continue;
      answered = batch;
      await batch.answered;
    }
    return own.map(({ results }) => results);
  };
}

/** Everybody who asks in this turn of the event loop has asked by then, after promises that are settled already. */
function endOfTurn(): Promise<void> {
  return new Promise((resolve) => {
    queueMicrotask(() => process.nextTick(resolve));
  });
}

/** Makes one call, and notes what each value has of its answer. */
async function answer(
  { operation, argument, takesMany, resultProperty }: RestBatchOptions,
  asked: readonly AskedValue[],
  context: SubgraphContext,
): Promise<void> {
  const values = asked.map(({ value }) => value);
  try {
    const found = await operation
      .call({ [argument]: takesMany ? values : values[0] }, context)
      .catch(nullWhenNotFound);
    if (!Array.isArray(found)) return;
    const [only] = asked;
    if (only && asked.length === 1) {
      only.results = found.filter((result) => belongsTo(result, resultProperty) === only.value);
      return;
    }
    const resultsOf = new Map<string | undefined, unknown[]>();
    for (const one of asked) {
      const results: unknown[] = [];
      one.results = results;
      resultsOf.set(one.value, results);
    }
    for (const result of found as (Record<string, unknown> | null)[]) {
      resultsOf.get(belongsTo(result, resultProperty))?.push(result);
    }
  } catch (error) {
    for (const one of asked) one.results = asError(error);
  }
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
  return (args, context) => {
    const called = kept(context, name, () => new Map<string, Promise<unknown>>());
    const key = JSON.stringify(args, digits);
    const known = called.get(key);
    if (known) return known;
    const result = operation.call(args, context).catch(nullWhenNotFound);
    called.set(key, result);
    return result;
  };
}

/** JSON has no digits for a bigint. */
function digits(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

function nullWhenNotFound(error: unknown): null {
  if (isNotFound(error)) return null;
  throw error;
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function kept<T>(context: SubgraphContext, name: string, create: () => T): T {
  const found = context.loaders.get(name) as T | undefined;
  if (found) return found;
  const made = create();
  context.loaders.set(name, made);
  return made;
}
