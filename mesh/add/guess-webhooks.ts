import { wireName } from '../annotations.ts';
import {
  dereference,
  isObject,
  pointerTo,
  type JsonObject,
  type OpenApiDocument,
} from '../document/openapi-document.ts';
import { isListType, namedTypeOf, objectType } from '../schema-document.ts';
import type { WebhookConfig } from '../config/webhook-config.ts';
import type { RestSubgraphParts, SubgraphEvent } from '../subgraph.ts';
import type { GuessedEntity } from './guess-entities.ts';

/** An event of a document, and what can be told about it without asking its service. */
export interface GuessedWebhook {
  name: string;
  config: Pick<WebhookConfig, 'entity' | 'match' | 'subject'>;
  callback: SubgraphEvent['callback'];
}

/** Guesses what the payloads of a service are about, and what tells one from another. */
export function guessWebhooks(
  document: OpenApiDocument,
  { document: named, events }: RestSubgraphParts,
  entities: readonly GuessedEntity[],
): GuessedWebhook[] {
  const matches = guessMatches(document, events);
  return events.map((event) => {
    const match = matches.get(event.name);
    const about = payloadEntity(event, named, entities);
    return { name: event.name, config: { ...about, ...(match && { match }) }, callback: event.callback };
  });
}

/** The entity that a payload is, or holds in one of its properties. */
function payloadEntity(
  { payloadType }: SubgraphEvent,
  named: RestSubgraphParts['document'],
  entities: readonly GuessedEntity[],
): Pick<WebhookConfig, 'entity' | 'subject'> {
  if (!payloadType || isListType(payloadType)) return {};
  const entityOf = (type: string) => entities.find((entity) => entity.type === type);
  const name = namedTypeOf(payloadType);
  const whole = entityOf(name);
  if (whole) return { entity: name, ...subjectAt(named, whole, '') };
  const held = (objectType(named, name)?.fields ?? []).flatMap((field) => {
    const entity = isListType(field.type) ? undefined : entityOf(namedTypeOf(field.type));
    return entity ? [{ entity, at: pointerTo(wireName(field)) }] : [];
  });
  const [only, ...others] = held;
  if (!only || others.length > 0) return {};
  return { entity: { type: only.entity.type, at: only.at }, ...subjectAt(named, only.entity, only.at) };
}

/** What the event is about: the key of its entity, when that is one field. */
function subjectAt(
  named: RestSubgraphParts['document'],
  { type, config }: GuessedEntity,
  at: string,
): Pick<WebhookConfig, 'subject'> {
  const field = objectType(named, type)?.fields?.find((one) => one.name.value === config.key);
  return field ? { subject: `${at}${pointerTo(wireName(field))}` } : {};
}

/** A property that every payload has, with one value that no other has. */
function guessMatches(
  document: OpenApiDocument,
  events: readonly SubgraphEvent[],
): ReadonlyMap<string, NonNullable<WebhookConfig['match']>> {
  if (events.length < 2) return new Map();
  const constants = events.map(({ schema }) =>
    schema ? constantsOf(document, schema) : new Map<string, string>(),
  );
  for (const property of constants[0]?.keys() ?? []) {
    const values = constants.map((one) => one.get(property));
    if (values.includes(undefined) || new Set(values).size !== values.length) continue;
    return new Map(
      events.map(({ name }, index) => {
        const equals = values[index] ?? '';
        const pointer = pointerTo(property);
        return [name, equals === name ? { pointer } : { pointer, equals }];
      }),
    );
  }
  return new Map();
}

/** Properties of a payload that can have one text only, at the top of it. */
function constantsOf(document: OpenApiDocument, schema: JsonObject, depth = 0): Map<string, string> {
  const found = new Map<string, string>();
  const resolved = dereference(document, schema);
  if (!resolved || depth > 5) return found;
  for (const part of Array.isArray(resolved['allOf']) ? resolved['allOf'] : []) {
    if (!isObject(part)) continue;
    for (const [name, value] of constantsOf(document, part, depth + 1)) found.set(name, value);
  }
  const properties = isObject(resolved['properties']) ? resolved['properties'] : {};
  for (const [name, property] of Object.entries(properties)) {
    const { const: constant, enum: values } = dereference(document, property) ?? {};
    const only = constant ?? (Array.isArray(values) && values.length === 1 ? values[0] : undefined);
    if (typeof only === 'string') found.set(name, only);
  }
  return found;
}
