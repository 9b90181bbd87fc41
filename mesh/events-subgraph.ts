import { buildSubgraphSchema } from '@apollo/subgraph';
import { Kind, parse, print, type DocumentNode, type GraphQLSchema, type TypeNode } from 'graphql';
import { wireName, withoutAnnotations } from './annotations.ts';
import { createEventTypes, type EventTypes } from './event-types.ts';
import { isObject } from './openapi-document.ts';
import { addResolver } from './resolvers.ts';
import { fieldOf, namedTypeOf, objectType } from './schema-document.ts';
import { SubgraphConfigError } from './subgraph-config.ts';
import type { RestSubgraphParts, Subgraph, SubgraphEvent } from './subgraph.ts';

/** A subscription field and the events that feed it. */
export interface EventField {
  /** Field of Subscription. */
  name: string;
  source: string;
  /** Event type in the log. */
  type: string;
  /** JSON pointer to the part of the payload that the field answers with; empty for all of it. */
  pointer: string;
}

/** The generated subgraph that owns Subscription. */
export interface EventsSubgraph {
  typeDefs: DocumentNode;
  /** Executable: its root value is an EventRoot. */
  schema: GraphQLSchema;
  fields: readonly EventField[];
  /** Subgraph to the fields (`Type.field`) that payloads answer too, and must be shareable there. */
  shared: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What the primary selection of a subscription reads: the part of the payload that its field answers with. */
export interface EventRoot {
  payload: unknown;
}

export const eventsSubgraphName = 'events';

/**
 * Generates the events subgraph: one subscription field per webhook, typed by its payload, with `@provides` for
 * what the payload answers, so that the planner fetches only the rest from the services.
 * @returns undefined when no subgraph has a webhook
 * @throws SubgraphConfigError for a webhook that can't be typed
 */
export function createEventsSubgraph(subgraphs: readonly Subgraph[]): EventsSubgraph | undefined {
  const types = createEventTypes();
  const fields: (EventField & { sdl: string })[] = [];
  for (const { name, rest } of subgraphs) {
    for (const event of rest?.events ?? []) {
      if (!rest) continue;
      const taken = fields.find((field) => field.name === event.name);
      if (taken) {
        throw new SubgraphConfigError(
          `subgraphs/${name}: webhooks.${event.name}: ${taken.source} has an event of this name already`,
        );
      }
      fields.push(eventField(name, rest, event, types));
    }
  }
  if (fields.length === 0) return undefined;
  const subscription = `type Subscription {\n${fields.map(({ sdl }) => sdl).join('\n')}\n}`;
  const annotated = parse(`${eventCursorSdl}\n${subscription}\n${types.print()}`, { noLocation: true });
  const typeDefs = withoutAnnotations(annotated);
  const resolvers = types.resolvers(annotated);
  for (const field of fields)
    addResolver(resolvers, 'Subscription', field.name, (root: EventRoot) => root.payload);
  return {
    typeDefs,
    schema: buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]),
    fields: fields.map(({ sdl: _, ...field }) => field),
    shared: types.shared,
  };
}

const eventCursorSdl = `"""
A place in the stream of events, as \`extensions.event.cursor\` gave it. Opaque: pass it back as it is.
"""
scalar EventCursor`;

function eventField(source: string, rest: RestSubgraphParts, event: SubgraphEvent, types: EventTypes) {
  const { type, provides } = payloadOf(source, rest, event, types);
  const description = event.description === undefined ? '' : `${JSON.stringify(event.description)}\n`;
  const cursor =
    '"Events above this cursor first, then live ones; without it, live ones only." after: EventCursor';
  const directive = provides === '' ? '' : ` @provides(fields: ${JSON.stringify(provides)})`;
  return {
    name: event.name,
    source,
    type: event.name,
    pointer: pointerOf(event),
    sdl: `${description}${event.name}(${cursor}): ${type}${directive}`,
  };
}

function pointerOf({ webhook }: SubgraphEvent): string {
  return isObject(webhook.entity) ? webhook.entity.at : '';
}

function payloadOf(
  source: string,
  rest: RestSubgraphParts,
  event: SubgraphEvent,
  types: EventTypes,
): { type: string; provides: string } {
  const { entity } = event.webhook;
  const place = `subgraphs/${source}: webhooks.${event.name}`;
  if (!event.payloadType) {
    if (entity !== undefined) {
      throw new SubgraphConfigError(`${place}.entity: the document describes no payload for this event`);
    }
    types.addScalar('JSON');
    return { type: 'JSON', provides: '' };
  }
  if (entity === undefined) return types.addPayload(source, rest, nullable(event.payloadType), place);
  const entityType = typeof entity === 'string' ? entity : entity.type;
  if (!Object.hasOwn(rest.config.entities, entityType)) {
    throw new SubgraphConfigError(
      `${place}.entity: ${entityType} is not one of the entities of this subgraph`,
    );
  }
  const payloadType = typeAt(rest.document, event.payloadType, pointerOf(event), `${place}.entity`);
  return types.addEntity(source, rest, entityType, payloadType);
}

function nullable(type: TypeNode): TypeNode {
  return type.kind === Kind.NON_NULL_TYPE ? type.type : type;
}

/** The named type that a JSON pointer leads to from a payload type. */
function typeAt(document: DocumentNode, payload: TypeNode, pointer: string, place: string): string {
  let type = namedTypeOf(payload);
  for (const part of pointer.split('/').slice(1)) {
    const wanted = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const definition = objectType(document, type);
    const field = definition?.fields?.find((candidate) => wireName(candidate) === wanted);
    if (!definition || !field || !fieldOf(definition, field.name.value)) {
      throw new SubgraphConfigError(`${place}.at: the payload ${print(payload)} has nothing at ${pointer}`);
    }
    type = namedTypeOf(field.type);
  }
  return type;
}
