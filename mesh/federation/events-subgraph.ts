import { buildSubgraphSchema } from '@apollo/subgraph';
import { Kind, parse, print, type DocumentNode, type GraphQLSchema, type TypeNode } from 'graphql';
import { wireName, withoutAnnotations } from '../annotations.ts';
import {
  addEntity,
  addPayload,
  addScalar,
  addUntypedPayload,
  createEventTypes,
  eventTypeResolvers,
  printEventTypes,
  type EventType,
  type EventTypes,
  type PayloadOwner,
} from './event-types.ts';
import { addHistoryResolvers, printHistory } from './event-history.ts';
import { isObject } from '../document/openapi-document.ts';
import { addResolver } from '../resolvers.ts';
import { fieldOf, namedTypeOf, objectType } from '../schema-document.ts';
import { createProblemList } from '../config/problem-list.ts';
import type { ConfigPath } from '../config/config-problem.ts';
import type { RestSubgraphParts, Subgraph, SubgraphEvent } from '../subgraph.ts';
import { markWireFields } from '../wire-fields.ts';

/** A subscription field and the events that feed it. */
export interface EventField {
  /** Field of Subscription. */
  name: string;
  source: string;
  /** Event type in the log: the name that the document gives it. */
  type: string;
  /** JSON pointer to the part of the payload that the field answers with; empty for all of it. */
  pointer: string;
}

/** The generated subgraph that owns Subscription and history. */
export interface EventsSubgraph {
  typeDefs: DocumentNode;
  /** Executable: the root value of a subscription is an EventRoot, that of a query an EventHistory. */
  schema: GraphQLSchema;
  fields: readonly EventField[];
  /** Subgraph to the fields (`Type.field`) that payloads answer too, and must be shareable there. */
  shared: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What the primary selection of a subscription reads: the part of the payload that its field answers with. */
export interface EventRoot {
  payload: unknown;
}

/** Webhooks of a subgraph that can't be typed. */
export class EventTypeError extends Error {
  override readonly name = 'EventTypeError';
  readonly subgraph: string;

  constructor(subgraph: string, reason: Error) {
    super(reason.message, { cause: reason });
    this.subgraph = subgraph;
  }
}

/**
 * Generates the events subgraph: one subscription field per webhook, typed by its payload, with `@provides` for
 * what the payload answers, so that the planner fetches only the rest from the services. Its Query reads the events that
 * were, with the same types.
 * @param subgraphs without names that two of them use: see name-collisions.ts
 * @returns undefined when no subgraph has a webhook
 * @throws EventTypeError for the first subgraph with webhooks that can't be among them, with all of their reasons
 */
export function createEventsSubgraph(subgraphs: readonly Subgraph[]): EventsSubgraph | undefined {
  const { types, fields, printed } = collectEvents(subgraphs);
  if (fields.size === 0) return undefined;
  addScalar(types, 'DateTime');
  const subscription = `type Subscription {\n${printed.map(({ live }) => live).join('\n')}\n}`;
  const history = printHistory(printed.map(({ past }) => past));
  const annotated = parse([eventCursorSdl, subscription, history, printEventTypes(types)].join('\n'), {
    noLocation: true,
  });
  const typeDefs = withoutAnnotations(annotated);
  const resolvers = eventTypeResolvers(types, annotated);
  addHistoryResolvers(resolvers);
  for (const name of fields.keys()) {
    addResolver(resolvers, 'Subscription', name, (root: EventRoot) => root.payload);
  }
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
  markWireFields(schema);
  return {
    typeDefs,
    schema,
    fields: [...fields.values()],
    shared: types.shared,
  };
}

/**
 * What is wrong with the webhooks of one subgraph, whatever the others are: a line each.
 * @returns undefined when nothing is
 */
export function eventsProblem(subgraph: Subgraph): string | undefined {
  try {
    collectEvents([subgraph]);
    return undefined;
  } catch (error) {
    if (error instanceof EventTypeError) return error.message;
    throw error;
  }
}

/** @throws EventTypeError */
function collectEvents(subgraphs: readonly Subgraph[]) {
  const types = createEventTypes();
  const fields = new Map<string, EventField>();
  const printed: PrintedField[] = [];
  for (const { name: source, rest } of subgraphs) {
    if (!rest) continue;
    const problems = createProblemList();
    for (const event of rest.events) {
      const owner = { source, rest, place: ['webhooks', event.name] };
      const field = problems.attempt(() => addEvent(types, fields, owner, event));
      if (field !== undefined) printed.push(field);
    }
    try {
      problems.throwAny();
    } catch (error) {
      throw new EventTypeError(source, error as Error);
    }
  }
  return { types, fields, printed };
}

/** A field that answers with the payload of an event. */
interface PrintedField {
  /** As a field of Subscription. */
  live: string;
  /** As a field of EventData. */
  past: string;
}

function addEvent(
  types: EventTypes,
  fields: Map<string, EventField>,
  owner: PayloadOwner,
  event: SubgraphEvent,
): PrintedField {
  const { source } = owner;
  const { name: type, field: name, webhook } = event;
  const pointer = isObject(webhook.entity) ? webhook.entity.at : '';
  fields.set(name, { name, source, type, pointer });
  return printField(event, payloadOf(types, owner, event, pointer));
}

const eventCursorSdl = `"""
A place in the stream of events, as \`extensions.event.cursor\` gave it. Opaque: pass it back as it is.
"""
scalar EventCursor`;

function printField({ field, description }: SubgraphEvent, { type, provides }: EventType): PrintedField {
  const text = description === undefined ? '' : `${JSON.stringify(description)}\n`;
  const cursor =
    '"Events above this cursor first, then live ones; without it, live ones only." after: EventCursor';
  const directive = provides === '' ? '' : ` @provides(fields: ${JSON.stringify(provides)})`;
  const answer = `${type}${directive}`;
  return { live: `${text}${field}(${cursor}): ${answer}`, past: `${text}${field}: ${answer}` };
}

function payloadOf(types: EventTypes, owner: PayloadOwner, event: SubgraphEvent, pointer: string): EventType {
  const { config } = owner.rest;
  const { entity } = event.webhook;
  const place = [...owner.place, 'entity'];
  if (!event.payloadType) {
    if (entity !== undefined) {
      throw config.problem(place, 'the document describes no payload for this event');
    }
    return addUntypedPayload(types);
  }
  if (entity === undefined) return addPayload(types, owner, nullable(event.payloadType));
  const entityType = typeof entity === 'string' ? entity : entity.type;
  if (!Object.hasOwn(config.entities, entityType)) {
    throw config.problem(place, `${entityType} is not one of the entities of this subgraph`);
  }
  return addEntity(types, owner, entityType, typeAt(owner.rest, event.payloadType, pointer, place));
}

function nullable(type: TypeNode): TypeNode {
  return type.kind === Kind.NON_NULL_TYPE ? type.type : type;
}

/** The named type that a JSON pointer leads to from a payload type. */
function typeAt(rest: RestSubgraphParts, payload: TypeNode, pointer: string, place: ConfigPath): string {
  let type = namedTypeOf(payload);
  for (const part of pointer.split('/').slice(1)) {
    const wanted = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const definition = objectType(rest.document, type);
    const field = definition?.fields?.find((candidate) => wireName(candidate) === wanted);
    if (!definition || !field || !fieldOf(definition, field.name.value)) {
      throw rest.config.problem([...place, 'at'], `the payload ${print(payload)} has nothing at ${pointer}`);
    }
    type = namedTypeOf(field.type);
  }
  return type;
}
