import type { DeliveryHeaders } from '../delivery.ts';
import type { Refusal } from '../problem.ts';
import { readCloudEvents, refuseCloudEventsMedia } from './cloudevents.ts';
import { readFormItems, refuseFormMedia } from './form.ts';
import type { DeliveryItems } from './items.ts';
import { readJsonItems, refuseJsonMedia } from './json.ts';

export type { DeliveredItem, DeliveryItems } from './items.ts';

/** How a source writes its deliveries. */
export type DeliveryFormat = 'json' | 'cloudevents' | 'form';

interface Format {
  readonly refuseMedia: (headers: DeliveryHeaders) => Refusal | undefined;
  readonly read: (headers: DeliveryHeaders, bytes: Buffer) => DeliveryItems | Refusal;
}

const formats: Readonly<Record<DeliveryFormat, Format>> = {
  json: { refuseMedia: refuseJsonMedia, read: readJsonItems },
  cloudevents: { refuseMedia: refuseCloudEventsMedia, read: readCloudEvents },
  form: { refuseMedia: refuseFormMedia, read: readFormItems },
};

/** Refuses a media type that the format does not take. It reads headers only, so it can be asked before the signature. */
export function refuseMedia(format: DeliveryFormat, headers: DeliveryHeaders): Refusal | undefined {
  return formats[format].refuseMedia(headers);
}

/**
 * Reads the events of a delivery. Never throws.
 * @param bytes the verified body, without a content coding
 */
export function readItems(
  format: DeliveryFormat,
  headers: DeliveryHeaders,
  bytes: Buffer,
): DeliveryItems | Refusal {
  return refuseMedia(format, headers) ?? formats[format].read(headers, bytes);
}
