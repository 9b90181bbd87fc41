import { compilePayloadSchema } from '../../webhooks/schema.ts';
import type { DeliveryPlace, JsonSchemaObject, WebhookEvent } from '../../webhooks/source.ts';
import { idPlaceOf } from '../../webhooks/verification/verification.ts';

/** Makes an example of what a schema describes; its references resolve within it. */
export type SampleOf = (schema: JsonSchemaObject) => unknown;

/** A delivery before it is signed. */
export interface SampleDelivery {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Makes deliveries of an event, each with an id of its own. */
export type SampleDeliveries = (id: string) => SampleDelivery;

/**
 * Deliveries of an event as its sender would make them: in its format, with the id where the receiver looks for it.
 * @param data what is sent instead of a sample; as it is, unless the id is in it and `isRepeated` wants several of them
 * @throws Error when `data` is no JSON and an id has to be put into it
 */
export function sampleDeliveries({
  source,
  event,
  sampleOf,
  data,
  isRepeated,
}: {
  source: string;
  event: WebhookEvent;
  sampleOf: SampleOf;
  data?: Buffer | undefined;
  isRepeated: boolean;
}): SampleDeliveries {
  const place = event.id ?? idPlaceOf(event.verify);
  const format = event.format ?? 'json';
  if (data && !(isRepeated && place && 'pointer' in place)) {
    return (id) => ({ body: data, headers: { 'content-type': mediaTypes[format], ...idHeader(place, id) } });
  }
  const payload = data ? parsed(data) : event.schema ? sampleOf(event.schema) : {};
  return (id) => {
    const withId = place && 'pointer' in place ? withIdAt(payload, place.pointer, id) : payload;
    const body = Buffer.from(written(format, withId, { id, source, type: event.name }));
    return { body, headers: { 'content-type': mediaTypes[format], ...idHeader(place, id) } };
  };
}

/** Where a sample breaks the schema that it was made of; undefined when it fits. */
export function sampleProblem({ schema, dialect }: WebhookEvent, sampleOf: SampleOf): string | undefined {
  if (!schema) return undefined;
  const [violation] = compilePayloadSchema(schema, dialect).validate(sampleOf(schema));
  return violation && `${violation.path || 'the payload'} ${violation.message}`;
}

const mediaTypes = {
  json: 'application/json',
  cloudevents: 'application/cloudevents+json',
  form: 'application/x-www-form-urlencoded',
} as const satisfies Record<NonNullable<WebhookEvent['format']>, string>;

function written(
  format: keyof typeof mediaTypes,
  payload: unknown,
  { id, source, type }: { id: string; source: string; type: string },
): string {
  if (format === 'json') return JSON.stringify(payload);
  if (format === 'cloudevents') {
    const attributes = { specversion: '1.0', id, source: `/${source}`, type };
    return JSON.stringify({ ...attributes, datacontenttype: 'application/json', data: payload });
  }
  const fields = Object.entries(payload as Record<string, unknown>);
  return new URLSearchParams(
    fields.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  ).toString();
}

function idHeader(place: DeliveryPlace | null, id: string): Record<string, string> {
  return place && 'header' in place ? { [place.header.toLowerCase()]: id } : {};
}

function parsed(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8')) as unknown;
  } catch {
    throw new Error('the data is not JSON, so it can be sent only once: its id is in it');
  }
}

/** A copy with the id at a pointer, where there is an object to hold it. */
function withIdAt(payload: unknown, pointer: string, id: string): unknown {
  const copy = structuredClone(payload);
  const tokens = pointer.split('/').slice(1);
  const names = tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = names.pop();
  let holder = copy;
  for (const name of names) holder = isObject(holder) ? holder[name] : undefined;
  if (last !== undefined && isObject(holder)) Object.assign(holder, { [last]: id });
  return copy;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
