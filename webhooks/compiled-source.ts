import { singleHeader } from './delivery.ts';
import type { DeliveryHeaders } from './delivery.ts';
import { type Payload, textAt } from './payload.ts';
import { compileJsonPointer } from './json-pointer.ts';
import { type PayloadValidator, compilePayloadSchema } from './schema.ts';
import type { DeliveryPlace, EventMatch, WebhookEvent, WebhookSource } from './source.ts';
import { type VerificationGroup, createVerifier, idHeaderOfScheme } from './verification/verification.ts';

/** Reads a text from a delivery; null when nothing is there. */
type Reader = (headers: DeliveryHeaders, payload: Payload) => string | null;

/** An event with everything prepared that need not wait for a delivery. */
export interface CompiledEvent {
  readonly name: string;
  /** Null when the event states no match. */
  readonly matches: ((headers: DeliveryHeaders, payload: Payload) => boolean) | null;
  /** Null when the hash of the body is the id. */
  readonly readId: Reader | null;
  readonly readSubject: Reader | null;
  readonly validate: PayloadValidator | null;
  readonly successStatus: number;
}

/** One URL that takes deliveries. */
export interface Route {
  readonly source: string;
  readonly bodyBytesMax: number;
  /** The only event that can arrive here; null when a delivery has to be matched. */
  readonly soleEvent: CompiledEvent | null;
  readonly groups: readonly VerificationGroup<CompiledEvent>[];
}

export interface CompiledSource {
  readonly bodyBytesMax: number;
  /** `/webhooks/:source` */
  readonly route: Route;
  /** `/webhooks/:source/:event` by event name */
  readonly routeOfEvent: ReadonlyMap<string, Route>;
}

/** A source can't be served as it is configured. The message names source and event, never a secret. */
export class WebhookConfigError extends Error {
  override readonly name = 'WebhookConfigError';
}

/**
 * Prepares sources for deliveries: secrets decoded, pointers and schemas compiled.
 * @throws WebhookConfigError naming the source and the event that can't be served.
 */
export function compileSources(sources: readonly WebhookSource[]): ReadonlyMap<string, CompiledSource> {
  const compiled = new Map<string, CompiledSource>();
  for (const source of sources) {
    if (compiled.has(source.name))
      throw new WebhookConfigError(`Webhook source "${source.name}" is given twice`);
    compiled.set(source.name, compileSource(source));
  }
  return compiled;
}

function compileSource({ name: source, bodyBytesMax, events }: WebhookSource): CompiledSource {
  const compiled = new Map<string, CompiledEvent>();
  const groups = new Map<
    string,
    { verifier: VerificationGroup<CompiledEvent>['verifier']; events: CompiledEvent[] }
  >();
  const routeOfEvent = new Map<string, Route>();
  for (const event of events) {
    const where = `Webhook source "${source}", event "${event.name}"`;
    if (compiled.has(event.name)) throw new WebhookConfigError(`${where}: the name is given twice`);
    const ready = naming(where, () => compileEvent(event));
    compiled.set(event.name, ready);
    // Two configs that say the same are the same: the loader may make one object per event.
    const key = JSON.stringify(Object.entries(event.verify).sort(([a], [b]) => (a < b ? -1 : 1)));
    const group = groups.get(key) ?? {
      verifier: naming(where, () => createVerifier(event.verify)),
      events: [],
    };
    group.events.push(ready);
    groups.set(key, group);
    const ownGroup = { verifier: group.verifier, events: [ready] };
    routeOfEvent.set(event.name, {
      source,
      bodyBytesMax,
      soleEvent: { ...ready, matches: null },
      groups: [ownGroup],
    });
  }
  const [first] = compiled.values();
  const soleEvent = compiled.size === 1 && first ? first : null;
  return {
    bodyBytesMax,
    route: { source, bodyBytesMax, soleEvent, groups: [...groups.values()] },
    routeOfEvent,
  };
}

function compileEvent(event: WebhookEvent): CompiledEvent {
  const { name, match, subject, schema, dialect, successStatus } = event;
  if (successStatus < 200 || successStatus > 299) throw new Error('successStatus must be a 2xx');
  const idHeader = idHeaderOfScheme[event.verify.scheme];
  const idPlace = event.id ?? (idHeader === null ? null : { header: idHeader });
  return {
    name,
    matches: match ? matcherOf(match) : null,
    readId: idPlace && readerOf(idPlace),
    readSubject: subject === undefined ? null : readerOf({ pointer: subject }),
    validate: schema ? compilePayloadSchema(schema, dialect) : null,
    successStatus,
  };
}

function readerOf(place: DeliveryPlace): Reader {
  if ('header' in place) {
    const header = place.header.toLowerCase();
    return (headers) => singleHeader(headers, header);
  }
  const read = textAt(place.pointer);
  return (_headers, payload) => read(payload);
}

function matcherOf(match: EventMatch): NonNullable<CompiledEvent['matches']> {
  if ('header' in match) {
    const read = readerOf(match);
    return (headers, payload) => read(headers, payload) === match.equals;
  }
  const find = compileJsonPointer(match.pointer);
  return (_headers, { json }) => {
    const value = find(json);
    return ['string', 'number', 'boolean'].includes(typeof value) && String(value) === match.equals;
  };
}

function naming<Value>(where: string, make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    throw new WebhookConfigError(`${where}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
