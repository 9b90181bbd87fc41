import { createHash, hash } from 'node:crypto';
import type { VerifiedDelivery } from '../events/event-log.ts';
import type { CompiledEvent, Route } from './compiled-source.ts';
import { type VerifiedBytes, verifiedDelivery } from './delivery.ts';
import type { DeliveredItems } from './delivered-items.ts';
import type { DeliveredItem } from './formats/format.ts';
import { type Refusal, isRefusal, refusal } from './problem.ts';
import { validationStepsMax } from './validation-work.ts';

/** Most characters of a delivery id. */
export const deliveryIdLengthMax = 255;

/** What can be appended: every item of a delivery, in order. */
export interface CheckedItems {
  readonly deliveries: readonly VerifiedDelivery[];
  readonly successStatus: number;
}

/** What makes a delivery unique within its source, and what tells whether it is the same one again. */
export interface DeliveryIdentity {
  readonly id: string;
  /** SHA-256, hex: of the item's own content where its format has that (CloudEvents), else of the body. */
  readonly bodyHash: string;
}

/** What was verified and is no event, and what is known of it all the same. */
export interface RejectedItems extends Refusal {
  /** One for each item; none when some item has no usable id. */
  readonly identities: readonly DeliveryIdentity[];
  readonly successStatus: number;
  readonly isStrict: boolean;
}

/** A verified delivery, on its way through what its configuration asks. */
export interface CheckOptions {
  readonly route: Route;
  readonly verified: VerifiedBytes<CompiledEvent>;
  /** When it was received, in milliseconds since the epoch. */
  readonly receivedMs: number;
}

/** Holds every item against the configuration: which event it is, the schema of that, and its id. */
export function checkItems(delivered: DeliveredItems, options: CheckOptions): CheckedItems | RejectedItems {
  const { items } = delivered;
  const { route, receivedMs } = options;
  const time = new Date(receivedMs).toISOString();
  const stepsMax = validationStepsMax / Math.max(1, items.length);
  const deliveries: VerifiedDelivery[] = [];
  const identified: Identified[] = [];
  let first: Refusal | undefined;
  for (const item of items) {
    const found = identify(item, delivered, options);
    identified.push(found);
    // Once one of them is refused, the others are asked for their ids alone.
    const refused = first ?? problemOf(item, found, stepsMax);
    if (refused) first ??= refused;
    else deliveries.push(deliveryOf(item, found as Acceptable, time, options));
  }
  const { successStatus, isStrict } = eventIn(identified[0]) ?? route.unknownEvent;
  if (!first) return { deliveries, successStatus };
  return { ...first, identities: identitiesOf(identified), successStatus, isStrict };
}

/** What is known of a delivery that can't be read: at most its id, where that is in a header. */
export function rejectUnread(reason: Refusal, { route, verified }: CheckOptions): RejectedItems {
  const candidates = route.soleEvent ? [route.soleEvent] : verified.events;
  const item = { payload: { text: '', json: undefined }, headers: verified.headers };
  const id = idOf(candidates, item, false, verified.bytes);
  const identities = isUsable(id) ? [{ id, bodyHash: hash('sha256', verified.bytes, 'hex') }] : [];
  return { ...reason, identities, ...route.unknownEvent };
}

interface Identified {
  readonly event: CompiledEvent | Refusal;
  readonly id: string | null;
  readonly bodyHash: string;
}

type Acceptable = Identified & { readonly event: CompiledEvent; readonly id: string };

function identify(
  item: DeliveredItem,
  { isBatch, format }: DeliveredItems,
  { route, verified }: CheckOptions,
): Identified {
  const event = matchEvent(
    route,
    verified.events.filter((candidate) => candidate.format === format),
    item,
  );
  const content = item.content ?? verified.bytes;
  const candidates = isRefusal(event) ? verified.events : [event];
  const id = idOf(candidates, item, isBatch, content);
  return { event, id, bodyHash: hash('sha256', content, 'hex') };
}

function problemOf(
  { payload }: DeliveredItem,
  { event, id }: Identified,
  stepsMax: number,
): Refusal | undefined {
  if (isRefusal(event)) return event;
  const violations = event.validate?.(payload.json, stepsMax) ?? [];
  if (violations.length > 0) return refusal('WEBHOOK_PAYLOAD_INVALID', undefined, violations);
  if (id === null)
    return refusal('WEBHOOK_ID_INVALID', 'The id that this event is configured with is missing.');
  if (isUsable(id)) return undefined;
  return refusal('WEBHOOK_ID_INVALID', `An id has 1 to ${deliveryIdLengthMax} printable characters.`);
}

function deliveryOf(
  item: DeliveredItem,
  { event, id, bodyHash }: Acceptable,
  time: string,
  { route, verified }: CheckOptions,
): VerifiedDelivery {
  const { payload, headers } = item;
  const subject = event.readSubject ? event.readSubject(headers, payload) : item.subject;
  return verifiedDelivery(verified, {
    id,
    source: route.source,
    type: event.name,
    subject: subject?.toWellFormed() ?? null,
    time,
    dataJson: payload.text,
    bodyHash,
  });
}

/** Which of the events that the signature is good for this is. One that was signed otherwise is never found. */
function matchEvent(
  { soleEvent }: Route,
  events: readonly CompiledEvent[],
  { headers, payload, type }: DeliveredItem,
): CompiledEvent | Refusal {
  if (soleEvent && !soleEvent.matches) return soleEvent;
  const matching = events.filter(({ name, matches }) =>
    matches ? matches(headers, payload) : name === type,
  );
  const [event] = matching;
  if (!event) return refusal('WEBHOOK_EVENT_UNMATCHED', 'No event that this signature is good for matches.');
  if (matching.length === 1) return event;
  const names = matching.map(({ name }) => name).join(', ');
  return refusal('WEBHOOK_EVENT_UNMATCHED', `More than one event matches: ${names}.`);
}

/** The id on which all events agree that the item may be; null when they don't, or there is none. */
function idOf(
  candidates: readonly CompiledEvent[],
  { headers, payload, id }: DeliveredItem,
  isBatch: boolean,
  content: Buffer | string,
): string | null {
  const ids = candidates.map((event) => {
    if (event.readId && !(isBatch && event.isIdHeader)) return event.readId(headers, payload);
    if (id !== undefined) return id;
    if (event.readSchemeId && !isBatch) return event.readSchemeId(headers, payload);
    return hashOfEvent(event, content);
  });
  return ids.every((other) => other === ids[0]) ? (ids[0] ?? null) : null;
}

/** With the name: two events of a source may have equal bodies, told apart by their routes. */
function hashOfEvent({ name }: CompiledEvent, content: Buffer | string): string {
  return createHash('sha256').update(`${name}\n`).update(content).digest('hex');
}

const printable = new RegExp(`^[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ]{1,${deliveryIdLengthMax}}$`, 'u');

function isUsable(id: string | null): id is string {
  return id !== null && printable.test(id);
}

function eventIn(identified: Identified | undefined): CompiledEvent | undefined {
  return identified && !isRefusal(identified.event) ? identified.event : undefined;
}

function identitiesOf(identified: readonly Identified[]): readonly DeliveryIdentity[] {
  const usable = identified.flatMap(({ id, bodyHash }) => (isUsable(id) ? [{ id, bodyHash }] : []));
  return usable.length === identified.length ? usable : [];
}
