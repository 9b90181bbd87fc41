import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import { within } from './until.ts';

/** What `extensions.event` of a subscription's result says. */
export interface EventExtension {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly time: string;
  readonly cursor: string;
  /** Where something was lost, the place up to which nothing was. */
  readonly gap?: { readonly after: string };
}

export interface SubscriptionResult {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: { readonly event?: EventExtension };
}

/** The results of one subscription, as they come. */
export interface ResultStream {
  /** Resolves with the next result; rejects when none comes in time, or when there will be none. */
  next(): Promise<SubscriptionResult>;
  /** The results up to the first that `isLast` says yes to, and that one. */
  through(isLast: (result: SubscriptionResult) => boolean): Promise<readonly SubscriptionResult[]>;
  /** Resolves when the server or the client has ended it; rejects when a result comes instead. */
  ended(): Promise<void>;
  /** Ends it from here. */
  stop(): Promise<void>;
}

/** Reads on its own, so that results are taken off the wire whether or not a test asks for them. */
export function readResults(results: AsyncIterableIterator<ExecutionResult>): ResultStream {
  const arrived: Promise<IteratorResult<ExecutionResult>>[] = [];
  const waiting: ((result: Promise<IteratorResult<ExecutionResult>>) => void)[] = [];
  const done: IteratorResult<ExecutionResult> = { done: true, value: undefined };
  let finished = false;

  function hand(result: Promise<IteratorResult<ExecutionResult>>): void {
    const first = waiting.shift();
    if (first) first(result);
    else arrived.push(result);
  }

  async function read(): Promise<void> {
    try {
      for await (const value of results) hand(Promise.resolve({ done: false, value }));
    } catch (error) {
      const failure = Promise.reject(error);
      failure.catch(() => {});
      hand(failure);
    }
    finished = true;
    for (const resolve of waiting) resolve(Promise.resolve(done));
  }

  function take(): Promise<IteratorResult<ExecutionResult>> {
    const first = arrived.shift();
    if (first) return first;
    if (finished) return Promise.resolve(done);
    return new Promise((resolve) => void waiting.push(resolve));
  }

  async function next(): Promise<SubscriptionResult> {
    const result = await within('the next result of a subscription', take());
    if (result.done === true) throw new Error('The subscription has ended');
    return result.value as SubscriptionResult;
  }

  async function through(isLast: (result: SubscriptionResult) => boolean) {
    const taken: SubscriptionResult[] = [];
    for (;;) {
      const result = await next();
      taken.push(result);
      if (isLast(result)) return taken;
    }
  }

  async function ended(): Promise<void> {
    const result = await within('the end of a subscription', take());
    if (result.done !== true) throw new Error(`Not the end: ${JSON.stringify(result.value)}`);
  }

  void read();
  return { next, through, ended, stop: async () => void (await results.return?.(undefined)) };
}

/** The id of the order that a result of `orderCreated` tells of. */
export function orderIdOf({ data }: SubscriptionResult): unknown {
  return (data?.['orderCreated'] as { id?: unknown } | undefined)?.id;
}
