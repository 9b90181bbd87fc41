import { isDeepStrictEqual } from 'node:util';
import { singleHeader } from './delivery.ts';
import type { DeliveryHeaders } from './delivery.ts';
import { type Payload, textAt } from './payload.ts';
import { isAttributeHeader } from './formats/cloudevents.ts';
import type { DeliveryFormat } from './formats/format.ts';
import { type Handshake, type HandshakeConfig, createHandshake } from './handshakes/handshake.ts';
import { compileJsonPointer } from './json-pointer.ts';
import { type CompiledPayloadSchema, compilePayloadSchema } from './schema.ts';
import type { DeliveryPlace, EventMatch, WebhookEvent, WebhookSource } from './source.ts';
import { secretsNow } from './verification/secrets.ts';
import { isShortSecret, secretBytesMin } from './verification/standard-webhooks.ts';
import { type SourceRateLimit, createSourceRateLimit } from './rate-limit.ts';
import { type VerificationGroup, createVerifier, idPlaceOf } from './verification/verification.ts';

/** Reads a text from a delivery; null when nothing is there. */
type Reader = (headers: DeliveryHeaders, payload: Payload) => string | null;

/** An event with everything prepared that need not wait for a delivery. */
export interface CompiledEvent {
  readonly name: string;
  readonly format: DeliveryFormat;
  /** Null when the event states no match. */
  readonly matches: ((headers: DeliveryHeaders, payload: Payload) => boolean) | null;
  /** Where the configuration says that the id is; null when it says nothing. */
  readonly readId: Reader | null;
  /** Whether that is a header that is the same for all events of a batch. */
  readonly isIdHeader: boolean;
  /** Where the signature scheme has its id; null when it has none. */
  readonly readSchemeId: Reader | null;
  readonly readSubject: Reader | null;
  readonly validate: CompiledPayloadSchema['validate'] | null;
  readonly successStatus: number;
  readonly isStrict: boolean;
}

/** One URL that takes deliveries. */
export interface Route {
  readonly source: string;
  readonly bodyBytesMax: number;
  /** The only event that can arrive here; null when a delivery has to be matched. */
  readonly soleEvent: CompiledEvent | null;
  readonly groups: readonly VerificationGroup<CompiledEvent>[];
  /** Those of its events; one that takes only what says so itself stands before one that takes more. */
  readonly formats: readonly DeliveryFormat[];
  readonly handshakes: readonly Handshake[];
  /** How a delivery is answered that is none of the events. */
  readonly unknownEvent: Pick<CompiledEvent, 'successStatus' | 'isStrict'>;
  /** How many secrets a delivery is held against now. */
  readonly secretCount: () => number;
  /** One for all URLs of the source. */
  readonly rateLimit: SourceRateLimit;
}

export interface CompiledSource {
  /** `/webhooks/:source` */
  readonly route: Route;
  /** `/webhooks/:source/:event` by event name */
  readonly routeOfEvent: ReadonlyMap<string, Route>;
  readonly warnings: readonly SourceWarning[];
}

/** What a source can be served with, and somebody should know. Names no secret. */
export interface SourceWarning {
  readonly event: string;
  /** RFC 6901 pointer into the event's schema, when it is about a place there. */
  readonly pointer?: string;
  readonly message: string;
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

/**
 * Says why a source can't be served, so that it can be left out and the others served; undefined when it can. The
 * message names source and event, never a secret.
 */
export function webhookSourceProblem(source: WebhookSource): string | undefined {
  try {
    compileSource(source);
    return undefined;
  } catch (error) {
    if (error instanceof WebhookConfigError) return error.message;
    throw error;
  }
}

type EventGroup = VerificationGroup<CompiledEvent> & {
  readonly verify: WebhookEvent['verify'];
  readonly events: CompiledEvent[];
};

function compileSource({ name: source, bodyBytesMax, rateMax, events }: WebhookSource): CompiledSource {
  if (source === registrationsSegment) {
    throw new WebhookConfigError(`Webhook source "${source}": the name is that of /webhooks/${source}`);
  }
  const compiled = new Map<string, CompiledEvent>();
  const groups: EventGroup[] = [];
  const routeOfEvent = new Map<string, Route>();
  const warnings: SourceWarning[] = [];
  const common = { source, bodyBytesMax, rateLimit: createSourceRateLimit({ rateMax }) };
  for (const event of events) {
    const where = `Webhook source "${source}", event "${event.name}"`;
    if (compiled.has(event.name)) throw new WebhookConfigError(`${where}: the name is given twice`);
    const ready = naming(where, () => compileEvent(event, warnings));
    compiled.set(event.name, ready);
    // Two configs that say the same are the same: the loader may make one object per event.
    const known = groups.find(({ verify }) => isDeepStrictEqual(verify, event.verify));
    const group = known ?? naming(where, () => verificationGroup(event, warnings));
    group.events.push(ready);
    if (!known) groups.push(group);
    routeOfEvent.set(event.name, {
      ...common,
      soleEvent: { ...ready, matches: null },
      groups: [{ verifier: group.verifier, events: [ready] }],
      secretCount: () => secretsOf(group.verify).length,
      unknownEvent: ready,
      formats: [ready.format],
      handshakes: naming(where, () => handshakesOf([event])),
    });
  }
  const [first] = compiled.values();
  const soleEvent = compiled.size === 1 && first ? first : null;
  const isStrict = [...compiled.values()].every((event) => event.isStrict);
  const unknownEvent = { successStatus: soleEvent?.successStatus ?? 202, isStrict };
  const route = {
    ...common,
    soleEvent,
    groups,
    secretCount: () => groups.reduce((count, { verify }) => count + secretsOf(verify).length, 0),
    unknownEvent,
    formats: formatsOf(compiled.values()),
    handshakes: naming(`Webhook source "${source}"`, () => handshakesOf(events)),
  };
  return { route, routeOfEvent, warnings };
}

function formatsOf(events: Iterable<CompiledEvent>): DeliveryFormat[] {
  const used = new Set([...events].map(({ format }) => format));
  return (['cloudevents', 'form', 'json'] as const).filter((format) => used.has(format));
}

/** Each handshake once, whichever of the events asks for it. */
function handshakesOf(events: readonly WebhookEvent[]): Handshake[] {
  const configs: HandshakeConfig[] = [];
  for (const { handshake } of events) {
    if (handshake && !configs.some((config) => isDeepStrictEqual(config, handshake))) configs.push(handshake);
  }
  return configs.map(createHandshake);
}

/** `/webhooks/registrations` is where services register themselves. */
export const registrationsSegment = 'registrations';

function verificationGroup({ name, verify }: WebhookEvent, warnings: SourceWarning[]): EventGroup {
  const verifier = createVerifier(verify);
  const secrets = secretsOf(verify);
  if (verify.scheme === 'standard-webhooks' && secrets.some(isShortSecret)) {
    const message = `a secret is shorter than the ${secretBytesMin} bytes that Standard Webhooks asks for`;
    warnings.push({ event: name, message });
  }
  if (secrets.some((secret) => secret !== secret.trim())) {
    const message = 'a secret begins or ends with white space, which is taken for a part of it';
    warnings.push({ event: name, message });
  }
  return { verify, verifier, events: [] };
}

function secretsOf(verify: WebhookEvent['verify']): readonly string[] {
  return verify.scheme === 'none' ? [] : secretsNow(verify.secrets);
}

function compileEvent(event: WebhookEvent, warnings: SourceWarning[]): CompiledEvent {
  const { name, match, subject, schema, dialect, successStatus } = event;
  if (successStatus < 200 || successStatus > 299) throw new Error('successStatus must be a 2xx');
  const schemeIdPlace = idPlaceOf(event.verify);
  const payload = schema ? compilePayloadSchema(schema, dialect) : null;
  for (const pointer of payload?.unenforced ?? []) {
    warnings.push({ event: name, pointer, message: "a pattern is not enforced: RE2 can't express it" });
  }
  return {
    name,
    matches: match ? matcherOf(match) : null,
    readId: event.id ? readerOf(event.id) : null,
    isIdHeader: event.id !== undefined && 'header' in event.id && !isAttributeHeader(event.id.header),
    readSchemeId: schemeIdPlace && readerOf(schemeIdPlace),
    readSubject: subject === undefined ? null : readerOf({ pointer: subject }),
    validate: payload?.validate ?? null,
    successStatus,
    isStrict: event.isStrict ?? false,
    format: event.format ?? 'json',
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
