import { parse } from 'graphql';
import { definedNames, type DefinedNames } from './defined-names.ts';
import { addResolver, type ResolverMap } from '../resolvers.ts';
import type { SubgraphContext } from '../subgraph-context.ts';

/** Arguments of `Query.events`, as clients give them. */
export interface EventsArguments {
  readonly source?: string | null;
  readonly types?: readonly string[] | null;
  readonly subject?: string | null;
  readonly after?: unknown;
  readonly before?: unknown;
  readonly first?: number | null;
  readonly last?: number | null;
}

/** Arguments of `Query.event`, as clients give them. */
export interface EventArguments {
  readonly id: string;
  readonly source?: string | null;
}

/** An event as the type `Event` reads it. */
export interface HistoryEvent {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string | null;
  readonly time: string;
  readonly cursor: string;
  /** What the subscription field of the event answers from, under the name of the field; null when there is no field. */
  readonly data: Readonly<Record<string, unknown>> | null;
}

/** A page of events (Relay Cursor Connections Specification). */
export interface EventConnection {
  readonly edges: readonly { readonly node: HistoryEvent; readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** What the fields of Query in the events subgraph are resolved from: its root value. What they throw is for clients. */
export interface EventHistory {
  readonly events: (args: EventsArguments, context: SubgraphContext) => Promise<EventConnection>;
  readonly event: (args: EventArguments, context: SubgraphContext) => Promise<HistoryEvent | null>;
}

/** Name of the subgraph that owns Subscription and history; no folder may have it. */
export const eventsSubgraphName = 'events';

/**
 * The types of history, as SDL. They take scalars `EventCursor` and `DateTime`.
 * @param dataFields a field for each event, named as its field of Subscription
 */
export function printHistory(dataFields: readonly string[]): string {
  return `${historySdl}

"""
The payload of an event, in the field that is called like its field of Subscription. The others are null.
"""
type EventData {
${dataFields.join('\n')}
}`;
}

const historySdl = `type Query {
  """
  Events of the log, oldest first. Without \`source\`, those of all sources by the time at which they came. A page may
  have fewer events than asked for: \`pageInfo\` says whether there are more.
  """
  events(
    "Those of this source."
    source: String
    "Those of these types, as \`Event.type\` names them."
    types: [String!]
    "Those about this."
    subject: String
    "Those behind this cursor."
    after: EventCursor
    "Those in front of this cursor."
    before: EventCursor
    "The first so many, at most 100. Without \`first\` and \`last\`, 20."
    first: Int
    "The last so many, at most 100."
    last: Int
  ): EventConnection
  "An event by the id that its sender gave it. Where several sources have one of this id, \`source\` is needed."
  event(id: ID!, source: String): Event
}

type EventConnection {
  edges: [EventEdge!]!
  pageInfo: PageInfo!
}

type EventEdge {
  node: Event!
  "The place of the event on this page and on the next ones."
  cursor: EventCursor!
}

type PageInfo @shareable {
  hasNextPage: Boolean!
  hasPreviousPage: Boolean!
  startCursor: String
  endCursor: String
}

"An event of the log. What its payload answers is as of the event, all other fields are as of now."
type Event {
  "Unique within its source."
  id: ID!
  type: String!
  source: String!
  "What it is about."
  subject: String
  "When it was received."
  time: DateTime!
  "Its place in its source, for \`after\` of subscriptions, too."
  cursor: EventCursor!
  "Null for an event that has no field of Subscription any more."
  data: EventData
}`;

/** Lets the root fields of history ask the root value. */
export function addHistoryResolvers(resolvers: ResolverMap): void {
  for (const field of ['events', 'event'] as const) {
    const resolve = (history: EventHistory, args: never, context: SubgraphContext) =>
      history[field](args, context);
    addResolver(resolvers, 'Query', field, resolve);
  }
}

/** The names of history, which no service may have for something else. */
export function historyNames(): DefinedNames {
  const typeDefs = parse(`${printHistory(['_: ID'])}\nscalar EventCursor`, { noLocation: true });
  return definedNames({ typeDefs });
}
