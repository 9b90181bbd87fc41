import { createHash } from 'node:crypto';
import type { DeliveryHeaders } from '../delivery.ts';
import { isJson, mediaTypeOf } from '../media-type.ts';
import { type Payload, parseKeepingNumbers } from '../payload.ts';
import { type Refusal, isRefusal, refusal } from '../problem.ts';
import {
  type CloudEventAttributes,
  decodeAttributeHeader,
  isAttribute,
  readAttributes,
} from './cloudevents-attributes.ts';
import type { DeliveredItem, DeliveryItems } from './items.ts';
import { readJson } from './json.ts';

/** Most events of one batch. */
export const batchItemsMax = 1000;

/** Most characters of `source` and `id` together. Where they are longer, the SHA-256 of both is the id. */
export const composedIdLengthMax = 255;

const structured = 'application/cloudevents+json';
const batch = 'application/cloudevents-batch+json';

/**
 * Takes the three content modes of the HTTP binding, events and their data in JSON. Which mode it is says the media
 * type (section 3): what is none of CloudEvents' own is the data of an event in binary mode.
 */
export function refuseCloudEventsMedia(headers: DeliveryHeaders): Refusal | undefined {
  const media = mediaTypeOf(headers);
  if (!media || media.essence === structured || media.essence === batch) return undefined;
  if (media.essence.startsWith('application/cloudevents')) return unsupported('CloudEvents must be in JSON.');
  return isJson(media.essence) ? undefined : unsupported(dataMustBeJson);
}

/**
 * Reads CloudEvents 1.0.2 by the HTTP protocol binding and the JSON event format. The payload of an event is its `data`,
 * and `null` without data. Its id is made of `source` and `id`: only both together are unique ("REQUIRED Attributes").
 */
export function readCloudEvents(headers: DeliveryHeaders, bytes: Buffer): DeliveryItems | Refusal {
  const essence = mediaTypeOf(headers)?.essence;
  if (essence === batch) return readBatch(headers, bytes);
  const item = essence === structured ? readStructured(headers, bytes) : readBinary(headers, bytes);
  return isRefusal(item) ? item : { isBatch: false, items: [item] };
}

/** HTTP binding, section 3.1: attributes in headers, the body is the data. */
function readBinary(headers: DeliveryHeaders, bytes: Buffer): DeliveredItem | Refusal {
  const given: [name: string, value: string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(prefix) || value === undefined) continue;
    const attribute = typeof value === 'string' ? decodeAttributeHeader(value) : null;
    if (attribute === null) {
      return malformed('A header of a CloudEvent is repeated, or no percent-encoded UTF-8.');
    }
    given.push([name.slice(prefix.length), attribute]);
  }
  const members = Object.fromEntries(given);
  if (members['datacontenttype'] !== undefined) {
    return malformed('In binary mode the content-type stands for datacontenttype.');
  }
  const attributes = readAttributes(members);
  if (typeof attributes === 'string') return malformed(attributes);
  const payload = bytes.length === 0 ? noData : readJson(bytes);
  return isRefusal(payload) ? payload : itemOf(withoutAttributes(headers), members, attributes, payload);
}

/** HTTP binding, section 3.2. */
function readStructured(headers: DeliveryHeaders, bytes: Buffer): DeliveredItem | Refusal {
  const body = readJson(bytes);
  if (isRefusal(body)) return body;
  return readEvent(withoutAttributes(headers), body.json, parseKeepingNumbers(body.text));
}

/** HTTP binding, section 3.3. One event that breaks a rule refuses all of them. */
function readBatch(headers: DeliveryHeaders, bytes: Buffer): DeliveryItems | Refusal {
  const body = readJson(bytes);
  if (isRefusal(body)) return body;
  if (!Array.isArray(body.json)) return malformed('A batch of CloudEvents must be a JSON array.');
  if (body.json.length > batchItemsMax) {
    return refusal('WEBHOOK_BODY_TOO_LARGE', `A batch has at most ${batchItemsMax} events.`);
  }
  const exact = parseKeepingNumbers(body.text) as readonly unknown[];
  const others = withoutAttributes(headers);
  const items: DeliveredItem[] = [];
  for (const [index, event] of body.json.entries()) {
    const item = readEvent(others, event, exact[index]);
    if (isRefusal(item)) return item;
    items.push(item);
  }
  return { isBatch: true, items };
}

/**
 * JSON format, section 3.
 * @param headers those that are no attributes
 * @param exact the same event as `parseKeepingNumbers` reads it
 */
function readEvent(headers: DeliveryHeaders, event: unknown, exact: unknown): DeliveredItem | Refusal {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    return malformed('A CloudEvent must be a JSON object.');
  }
  const { data, data_base64: encoded, ...members } = event as Readonly<Record<string, unknown>>;
  const attributes = readAttributes(members);
  if (typeof attributes === 'string') return malformed(attributes);
  if (!Object.entries(members).every(([name, value]) => isAttribute(name, value))) {
    return malformed(
      'An attribute is named by lower-case letters and digits, and is a string, a boolean or an integer.',
    );
  }
  const { datacontenttype = 'application/json' } = attributes;
  if (!isJson(datacontenttype.split(';', 1)[0]?.trim().toLowerCase() ?? ''))
    return unsupported(dataMustBeJson);
  if (data !== undefined && encoded !== undefined) {
    return malformed('A CloudEvent has data or data_base64, not both.');
  }
  const payload = encoded === undefined ? dataOf(data, exact as { data: unknown }) : decodeData(encoded);
  return isRefusal(payload) ? payload : itemOf(headers, members, attributes, payload);
}

const noData: Payload = { text: 'null', json: null };

function dataOf(data: unknown, exact: { data: unknown }): Payload {
  return data === undefined ? noData : { text: JSON.stringify(exact.data), json: data };
}

/** JSON format, section 3.1.2; base64 by RFC 4648, section 4. */
function decodeData(encoded: unknown): Payload | Refusal {
  const bytes = typeof encoded === 'string' ? Buffer.from(encoded, 'base64') : null;
  if (bytes?.toString('base64') !== encoded) return malformed('data_base64 must be base64.');
  return readJson(bytes as Buffer, 'data_base64');
}

function itemOf(
  headers: DeliveryHeaders,
  members: Readonly<Record<string, unknown>>,
  known: CloudEventAttributes,
  payload: Payload,
): DeliveredItem {
  const { id, source, type, subject } = known;
  const attributes = Object.entries(members)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [`${prefix}${name}`, String(value)]);
  return {
    payload,
    headers: { ...headers, ...(Object.fromEntries(attributes) as DeliveryHeaders) },
    content: contentOf(known, payload),
    id: composedId(source, id),
    type,
    subject,
  };
}

/**
 * What an event says, without the way in which it came: its data as JSON without spaces, and the attributes that become
 * the event. Others, such as those of a trace, may change whenever it is passed on.
 */
function contentOf({ source, type, subject }: CloudEventAttributes, { text }: Payload): string {
  return `${JSON.stringify([source, type, subject ?? null])}\n${JSON.stringify(parseKeepingNumbers(text))}`;
}

const prefix = 'ce-';

/** Whether a header is an attribute of an event: each event of a delivery has its own. */
export function isAttributeHeader(name: string): boolean {
  return name.toLowerCase().startsWith(prefix);
}

/** Nobody has signed a header that contradicts the body. */
function withoutAttributes(headers: DeliveryHeaders): DeliveryHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(prefix)));
}

/** A URI reference has no space, so two that differ never give one. */
function composedId(source: string, id: string): string {
  const composed = `${source} ${id}`;
  if (composed.length <= composedIdLengthMax) return composed;
  return createHash('sha256').update(composed).digest('hex');
}

const dataMustBeJson = 'The data of a CloudEvent must be JSON.';

function malformed(detail: string): Refusal {
  return refusal('WEBHOOK_BODY_MALFORMED', detail);
}

function unsupported(detail: string): Refusal {
  return refusal('WEBHOOK_MEDIA_TYPE_UNSUPPORTED', detail);
}
