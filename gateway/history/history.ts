import type { GraphQLError } from 'graphql';
import { InvalidCursorError } from '../../events/cursor.ts';
import {
  CursorExpiredError,
  EventLogUnavailableError,
  type EventLog,
  type StoredEvent,
} from '../../events/event-log.ts';
import type {
  EventArguments,
  EventConnection,
  EventHistory,
  EventsArguments,
  HistoryEvent,
} from '../../mesh/federation/event-history.ts';
import type { EventField } from '../../mesh/federation/events-subgraph.ts';
import { parseJsonExactly } from '../../mesh/exact-integers.ts';
import { compileJsonPointer } from '../../webhooks/json-pointer.ts';
import { clientError } from '../errors.ts';
import type { Cut, Cuts } from './cut.ts';
import {
  pageEventsDefault,
  pageEventsMax,
  readEventPage,
  type EventPage,
  type PageLimits,
} from './event-page.ts';
import { findEvent } from './find-event.ts';

export interface HistoryOptions {
  readonly log: Pick<EventLog, 'find' | 'read' | 'readBefore'>;
  readonly cuts: Cuts;
  /** Fields of Subscription: their events are what clients may read. */
  readonly fields: readonly EventField[];
  readonly limits?: PageLimits;
}

/** Most sources that are read together: a cursor has the place of each. */
const sourcesMax = 50;

/** `Query.events` and `Query.event`, read from the log. What they throw has a code for clients. */
export function createEventHistory({ log, cuts, fields, limits = {} }: HistoryOptions): EventHistory {
  const sources = [...new Set(fields.map(({ source }) => source))].sort();
  const types = new Set(fields.map(({ type }) => type));
  const dataOf = dataReader(fields);

  const nodeOf = (event: StoredEvent): HistoryEvent => {
    const { id, type, source, subject, time } = event;
    return { id, type, source, subject, time, cursor: cuts.of(event), data: dataOf(event) };
  };

  function sourcesOf(source: string | null | undefined): readonly string[] {
    if (source === undefined || source === null) return sources;
    if (!sources.includes(source)) {
      throw wrongInput(`There is no source of events of this name; there are: ${sources.join(', ')}`);
    }
    return [source];
  }

  async function events(args: EventsArguments, signal: AbortSignal | undefined): Promise<EventConnection> {
    const asked = sourcesOf(args.source);
    if (asked.length > sourcesMax) {
      throw wrongInput(`Name one source: no more than ${sourcesMax} are read together`);
    }
    for (const type of args.types ?? []) {
      if (!types.has(type)) throw wrongInput(`There is no event type "${type}"`);
    }
    const [after, before] = [cutOf(cuts, args.after, asked), cutOf(cuts, args.before, asked)];
    const { end, count, last } = countOf(args, before !== null && after === null);
    const page = await readEventPage({
      log,
      sources: asked,
      after,
      before,
      end,
      count,
      fits: fitsOf(args),
      limits,
      signal,
    });
    return connectionOf({ page, end, last, after, before, nodeOf, write: cuts.write });
  }

  async function event({ id, source }: EventArguments): Promise<HistoryEvent | null> {
    const found = await Promise.all(sourcesOf(source).map((name) => findEvent(log, name, id)));
    const [first, ...others] = found.filter((one) => one !== null);
    if (others.length > 0) throw wrongInput('Several sources have an event of this id: name one of them');
    return first ? nodeOf(first) : null;
  }

  return {
    events: (args, { signal }) => forClients(cuts, () => events(args, signal)),
    event: (args) => forClients(cuts, () => event(args)),
  };
}

interface ConnectionParts {
  readonly page: EventPage;
  readonly end: 'first' | 'last';
  /** Of the first events, only so many of the last; undefined: all. */
  readonly last: number | undefined;
  readonly after: Cut | null;
  readonly before: Cut | null;
  readonly nodeOf: (event: StoredEvent) => HistoryEvent;
  readonly write: Cuts['write'];
}

function connectionOf({ page, end, last, after, before, nodeOf, write }: ConnectionParts): EventConnection {
  const { steps, isMore, stoppedAt } = page;
  // Of both, `last` takes its events from those of `first` (Relay Cursor Connections, section 4.4, EdgesToReturn).
  const cutAway = Math.max(steps.length - (last ?? steps.length), 0);
  const edges = steps.slice(cutAway).map(({ event, cut }) => ({ node: nodeOf(event), cursor: write(cut) }));
  const stopped = stoppedAt && write(stoppedAt);
  const [startCursor, endCursor] = [edges[0]?.cursor ?? null, edges.at(-1)?.cursor ?? null];
  if (end === 'first') {
    const hasPreviousPage = cutAway > 0 || after !== null;
    const pageInfo = { hasNextPage: isMore, hasPreviousPage, startCursor, endCursor: stopped ?? endCursor };
    return { edges, pageInfo };
  }
  const hasNextPage = before !== null;
  const pageInfo = { hasNextPage, hasPreviousPage: isMore, startCursor: stopped ?? startCursor, endCursor };
  return { edges, pageInfo };
}

/** Puts a payload under the name of its field; one without a field can not be read. */
function dataReader(fields: readonly EventField[]) {
  const known = new Map(
    fields.map(({ name, source, type, pointer }) => [
      JSON.stringify([source, type]),
      { name, payloadIn: compileJsonPointer(pointer) },
    ]),
  );
  return ({ source, type, dataJson }: StoredEvent): HistoryEvent['data'] => {
    const field = known.get(JSON.stringify([source, type]));
    return field ? { [field.name]: field.payloadIn(parseJsonExactly(dataJson)) } : null;
  };
}

/** @returns undefined where every event fits */
function fitsOf({ types, subject }: EventsArguments): ((event: StoredEvent) => boolean) | undefined {
  if (!types && typeof subject !== 'string') return undefined;
  const asked = types ? new Set(types) : undefined;
  return (event) =>
    (asked?.has(event.type) ?? true) &&
    (subject === undefined || subject === null || event.subject === subject);
}

function cutOf(cuts: Cuts, cursor: unknown, sources: readonly string[]): Cut | null {
  if (cursor === undefined || cursor === null) return null;
  if (typeof cursor !== 'string') throw new InvalidCursorError('it must be a string');
  const cut = cuts.read(cursor);
  const [only] = sources;
  if (sources.length === 1 && only !== undefined && !cut.positions.has(only) && cut.positions.size === 1) {
    throw new InvalidCursorError('it is of another source');
  }
  return cut;
}

function countOf({ first, last }: EventsArguments, isTowardsStart: boolean) {
  for (const [name, value] of Object.entries({ first, last })) {
    if (value === undefined || value === null) continue;
    if (value < 0) throw wrongInput(`"${name}" must not be negative`);
    if (value > pageEventsMax) throw wrongInput(`"${name}" must be at most ${pageEventsMax}`);
  }
  if (typeof first === 'number') return { end: 'first', count: first, last: last ?? undefined } as const;
  const isLast = typeof last === 'number' || isTowardsStart;
  return { end: isLast ? 'last' : 'first', count: last ?? pageEventsDefault, last: undefined } as const;
}

function wrongInput(message: string): GraphQLError {
  return clientError('BAD_USER_INPUT', message);
}

async function forClients<Value>(cuts: Cuts, work: () => Promise<Value>): Promise<Value> {
  try {
    await cuts.ready();
    return await work();
  } catch (error) {
    if (error instanceof InvalidCursorError) throw clientError('CURSOR_INVALID', error.message);
    if (error instanceof CursorExpiredError) throw cursorExpired(error, cuts);
    if (error instanceof EventLogUnavailableError) {
      throw clientError('EVENT_LOG_UNAVAILABLE', 'The event log does not answer now');
    }
    throw error;
  }
}

function cursorExpired({ source, earliest }: CursorExpiredError, cuts: Cuts): GraphQLError {
  return clientError('CURSOR_EXPIRED', 'Events above this cursor are no longer kept', {
    earliest: cuts.of({ source, ...earliest }),
  });
}
