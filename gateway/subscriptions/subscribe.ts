import {
  getArgumentValues,
  Kind,
  parse,
  type ExecutionResult,
  type FieldNode,
  type GraphQLSchema,
} from 'graphql';
import {
  CursorExpiredError,
  EventLogUnavailableError,
  type EventLog,
  type Position,
  type StoredEvent,
} from '../../events/event-log.ts';
import { followEvents } from '../../events/follow.ts';
import type { LogCursors } from '../../events/log-cursors.ts';
import type { Logger } from '../../events/logger.ts';
import { retryWhileUnavailable } from '../../events/retry.ts';
import type { EventField, EventRoot } from '../../mesh/federation/events-subgraph.ts';
import { parseJsonExactly } from '../../mesh/exact-integers.ts';
import { createSubgraphContext } from '../../mesh/subgraph-context.ts';
import { compileJsonPointer, type JsonPointer } from '../../webhooks/json-pointer.ts';
import type { SubscribedTo } from '../../webhooks/registrations/first-subscriptions.ts';
import { clientError } from '../errors.ts';
import { errorsBounded } from '../operations/client-errors.ts';
import type { PreparedSubscription } from '../operations/operations.ts';
import { coerceVariables, type SubscriptionOperation, type Supergraph } from '../supergraph/supergraph.ts';

/** Longest pause before a log that does not answer is asked again for its key. */
const RETRY_DELAY_MS_MAX = 1000;

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
  /** Those of the log. */
  cursors: LogCursors;
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
  const { supergraph, subscribed } = options;
  const closing = new AbortController();
  const subscribe: Subscribe = async (request) => {
    const prepared = prepare(request, supergraph);
    if (!('operation' in prepared)) return prepared;
    const { field } = prepared;
    const refused = await refusalOf(prepared, options);
    if (refused) return { errors: [refused] };
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
  /** As the client sent it; null: only what comes from now on. */
  cursor: string | null;
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
    const cursor = cursorOf(args['after']);
    return {
      operation,
      field,
      variables: values.coerced,
      payloadIn: compileJsonPointer(field.pointer),
      cursor,
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

function cursorOf(given: unknown): string | null {
  if (given === undefined || given === null) return null;
  if (typeof given !== 'string')
    throw new Error('The cursor must be a string, as extensions.event.cursor gave it');
  return given;
}

/** Where the subscription begins, or why it does not. */
function placeOf({ cursor, field }: SubscriptionStart, cursors: LogCursors) {
  if (cursor === null) return { after: null };
  try {
    const after = cursors.decode(cursor).get(field.source);
    return after ? { after } : { refused: clientError('CURSOR_INVALID', 'The cursor is of another stream') };
  } catch (error) {
    return { refused: clientError('CURSOR_INVALID', (error as Error).message) };
  }
}

/** Looks before the first result at what can be refused. A log that does not answer is waited for by the subscription itself. */
async function refusalOf(start: SubscriptionStart, { log, cursors }: SubscriberOptions) {
  if (start.cursor === null) return undefined;
  try {
    await cursors.ready();
  } catch (error) {
    if (error instanceof EventLogUnavailableError) return undefined;
    throw error;
  }
  const { after, refused } = placeOf(start, cursors);
  return after ? expiryOf(log, cursors, start.field.source, after) : refused;
}

/** Asks before the first result whether everything above the cursor is still kept. */
async function expiryOf(log: EventLog, cursors: LogCursors, source: string, after: Position) {
  try {
    await log.read(source, after, 1);
    return undefined;
  } catch (error) {
    // A log that does not answer now is waited for by the subscription itself.
    return error instanceof CursorExpiredError ? cursorExpired(error, cursors) : undefined;
  }
}

function cursorExpired({ source, earliest }: CursorExpiredError, cursors: LogCursors) {
  return clientError('CURSOR_EXPIRED', 'Events above this cursor are no longer kept', {
    earliest: cursors.encodeOne(source, earliest),
  });
}

interface EventResultsOptions extends SubscriptionStart, SubscriberOptions {
  request: SubscribeRequest;
  closing: AbortSignal;
}

function eventResults(options: EventResultsOptions): EventResults {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, options.closing]);
  const results = generateResults(options, signal);
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
  options: EventResultsOptions,
  signal: AbortSignal,
): AsyncGenerator<ExecutionResult, undefined> {
  const { field, log, cursors, logger } = options;
  let epoch: string | null = null;
  try {
    const retry = { ended: signal, delayMsMax: RETRY_DELAY_MS_MAX, random: Math.random };
    if ((await retryWhileUnavailable(() => cursors.ready(), retry)) === null) return;
    const { after, refused } = placeOf(options, cursors);
    if (refused) {
      yield { errors: [refused] };
      return;
    }
    for await (const events of followEvents({ log, source: field.source, after, signal })) {
      for (const event of events) {
        if (signal.aborted) return;
        // Another history may be that of a log which was emptied, and lost its key.
        if (epoch !== null && event.epoch !== epoch) await cursors.ready(true);
        epoch = event.epoch;
        if (event.type !== field.type) continue;
        const result = await resultOf(event, options, signal);
        // Cut short, it would be an event with holes, and its cursor would keep the client from asking again.
        if (signal.aborted) return;
        yield result;
      }
    }
  } catch (error) {
    if (error instanceof CursorExpiredError) yield { errors: [cursorExpired(error, cursors)] };
    else {
      logger.error({ err: error, source: field.source }, 'A subscription failed unexpectedly');
      yield { errors: [clientError('INTERNAL_SERVER_ERROR', 'The subscription failed')] };
    }
  }
}

async function resultOf(
  event: StoredEvent,
  options: EventResultsOptions,
  signal: AbortSignal,
): Promise<ExecutionResult> {
  const { request, operation, variables, payloadIn, cursors } = options;
  const extensions = { event: eventExtension(event, cursors) };
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

function eventExtension(event: StoredEvent, cursors: LogCursors) {
  const { id, type, source, time } = event;
  return { id, type, source, time, cursor: cursors.encodeOne(source, event) };
}
