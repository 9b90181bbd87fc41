import {
  getArgumentValues,
  Kind,
  parse,
  type ExecutionResult,
  type FieldNode,
  type GraphQLSchema,
} from 'graphql';
import { decodeCursor, encodeCursor } from '../../events/cursor.ts';
import {
  CursorExpiredError,
  type EventLog,
  type Position,
  type StoredEvent,
} from '../../events/event-log.ts';
import { followEvents } from '../../events/follow.ts';
import type { Logger } from '../../events/logger.ts';
import type { EventField, EventRoot } from '../../mesh/federation/events-subgraph.ts';
import { parseJsonExactly } from '../../mesh/exact-integers.ts';
import { createSubgraphContext } from '../../mesh/subgraph-context.ts';
import { compileJsonPointer, type JsonPointer } from '../../webhooks/json-pointer.ts';
import type { SubscribedTo } from '../../webhooks/registrations/first-subscriptions.ts';
import { clientError } from '../errors.ts';
import { errorsBounded } from '../operations/client-errors.ts';
import type { PreparedSubscription } from '../operations/operations.ts';
import { coerceVariables, type SubscriptionOperation, type Supergraph } from '../supergraph/supergraph.ts';

export interface SubscribeRequest {
  operation: PreparedSubscription;
  /** As the client sent them. */
  variables: Readonly<Record<string, unknown>>;
  /** Headers of the client's request, names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
}

/** Results of one subscription: one per event, each with `extensions.event`. */
export type EventResults = AsyncIterableIterator<ExecutionResult, undefined>;

export interface SubscriberOptions {
  supergraph: Supergraph;
  log: EventLog;
  logger: Logger;
  /** Is told of each subscription that begins. */
  subscribed: SubscribedTo;
}

/** @returns errors instead of results when the subscription can't begin */
export type Subscribe = (request: SubscribeRequest) => Promise<EventResults | ExecutionResult>;

export interface Subscriber {
  subscribe: Subscribe;
  /** Ends every subscription, as if its client had left. Later ones end at once. */
  close: () => void;
}

/** Turns the event log into the results of subscription operations. */
export function createSubscriber(options: SubscriberOptions): Subscriber {
  const { supergraph, log, subscribed } = options;
  const closing = new AbortController();
  const subscribe: Subscribe = async (request) => {
    const prepared = prepare(request, supergraph);
    if (!('operation' in prepared)) return prepared;
    const { field, after } = prepared;
    const expired = after && (await expiryOf(log, field.source, after));
    if (expired) return { errors: [expired] };
    subscribed(field.source, field.type);
    return eventResults({ ...options, ...prepared, request, closing: closing.signal });
  };
  return { subscribe, close: () => closing.abort() };
}

/** A subscription of one client, as it begins. */
interface SubscriptionStart {
  operation: SubscriptionOperation;
  field: EventField;
  /** Coerced, with defaults. */
  variables: Readonly<Record<string, unknown>>;
  /** Finds in a payload what the field answers with. */
  payloadIn: JsonPointer;
  after: Position | null;
}

function prepare(request: SubscribeRequest, supergraph: Supergraph): SubscriptionStart | ExecutionResult {
  const { apiSchema } = supergraph;
  const { document, operationName, plan: operation } = request.operation;
  const values = coerceVariables({ document, operationName, variables: request.variables }, apiSchema);
  if ('errors' in values) return values;
  const node = primaryField(operation);
  const field = node && supergraph.eventFields.get(node.name.value);
  if (!node || !field)
    throw new Error('The plan of a subscription begins with a field of the events subgraph');
  try {
    const args = argumentsOf(apiSchema, node, values.coerced);
    const after = positionOf(args['after'], field.source);
    return {
      operation,
      field,
      variables: values.coerced,
      payloadIn: compileJsonPointer(field.pointer),
      after,
    };
  } catch (error) {
    return { errors: [clientError('CURSOR_INVALID', (error as Error).message)] };
  }
}

function primaryField({ primary }: SubscriptionOperation): FieldNode | undefined {
  const [operation] = parse(primary.operation, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return undefined;
  return operation.selectionSet.selections.find((selection) => selection.kind === Kind.FIELD);
}

function argumentsOf(apiSchema: GraphQLSchema, node: FieldNode, variables: Record<string, unknown>) {
  const definition = apiSchema.getSubscriptionType()?.getFields()[node.name.value];
  return definition ? getArgumentValues(definition, node, variables) : {};
}

function positionOf(cursor: unknown, source: string): Position | null {
  if (cursor === undefined || cursor === null) return null;
  if (typeof cursor !== 'string')
    throw new Error('The cursor must be a string, as extensions.event.cursor gave it');
  const position = decodeCursor(cursor).get(source);
  if (!position) throw new Error('The cursor is of another stream');
  return position;
}

/** Asks before the first result whether everything above the cursor is still kept. */
async function expiryOf(log: EventLog, source: string, after: Position) {
  try {
    await log.read(source, after, 1);
    return undefined;
  } catch (error) {
    // A log that does not answer now is waited for by the subscription itself.
    return error instanceof CursorExpiredError ? cursorExpired(error) : undefined;
  }
}

function cursorExpired({ source, earliest }: CursorExpiredError) {
  return clientError('CURSOR_EXPIRED', 'Events above this cursor are no longer kept', {
    earliest: encodeCursor(new Map([[source, earliest]])),
  });
}

interface EventResultsOptions extends SubscriptionStart, SubscriberOptions {
  request: SubscribeRequest;
  closing: AbortSignal;
}

function eventResults(options: EventResultsOptions): EventResults {
  const { log, field, after, closing } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, closing]);
  const batches = followEvents({ log, source: field.source, after, signal });
  const results = generateResults(batches, options, signal);
  return {
    next: () => results.next(),
    return: () => {
      stop.abort();
      return results.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* generateResults(
  batches: AsyncIterable<readonly StoredEvent[]>,
  options: EventResultsOptions,
  signal: AbortSignal,
): AsyncGenerator<ExecutionResult, undefined> {
  const { field, logger } = options;
  let gap: Position | undefined;
  try {
    for await (const events of batches) {
      for (const event of events) {
        if (signal.aborted) return;
        // The first event after a loss may be of a type that is not subscribed to.
        gap ??= event.gap;
        if (event.type !== field.type) continue;
        const result = await resultOf(event, { ...options, gap }, signal);
        gap = undefined;
        // Cut short, it would be an event with holes, and its cursor would keep the client from asking again.
        if (signal.aborted) return;
        yield result;
      }
    }
  } catch (error) {
    if (error instanceof CursorExpiredError) yield { errors: [cursorExpired(error)] };
    else {
      logger.error({ err: error, source: field.source }, 'A subscription failed unexpectedly');
      yield { errors: [clientError('INTERNAL_SERVER_ERROR', 'The subscription failed')] };
    }
  }
}

async function resultOf(
  event: StoredEvent,
  options: EventResultsOptions & { gap: Position | undefined },
  signal: AbortSignal,
): Promise<ExecutionResult> {
  const { request, operation, variables, payloadIn, gap } = options;
  const extensions = { event: eventExtension(event, gap) };
  try {
    const rootValue: EventRoot = { payload: payloadIn(parseJsonExactly(event.dataJson)) };
    // What is called for an event belongs to the trace of its delivery, not to that of a subscription long ago.
    const headers = {
      ...request.headers,
      traceparent: event.traceparent ?? undefined,
      tracestate: undefined,
    };
    const context = createSubgraphContext({ headers, signal });
    const result = errorsBounded(await operation.execute({ variables, context, rootValue }));
    return { ...result, extensions };
  } catch (error) {
    // The subscriber learns of the event all the same, and the next one is tried.
    options.logger.error({ err: error, source: event.source, id: event.id }, 'An event failed unexpectedly');
    return { data: null, errors: [clientError('INTERNAL_SERVER_ERROR', 'The event failed')], extensions };
  }
}

function eventExtension(event: StoredEvent, gap: Position | undefined) {
  const { id, type, source, time, epoch, offset } = event;
  const cursorOf = (position: Position): string => encodeCursor(new Map([[source, position]]));
  const extension = { id, type, source, time, cursor: cursorOf({ epoch, offset }) };
  return gap === undefined ? extension : { ...extension, gap: { after: cursorOf(gap) } };
}
