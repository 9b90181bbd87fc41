import { isUtf8 } from 'node:buffer';
import type { DeliveryHeaders } from '../delivery.ts';
import { mediaTypeOf } from '../media-type.ts';
import { type Refusal, isRefusal, refusal } from '../problem.ts';
import { type UrlencodedFields, parseUrlencoded } from '../urlencoded.ts';
import { type DeliveryItems, soleItem } from './items.ts';
import { readJson } from './json.ts';

/** Takes `application/x-www-form-urlencoded` in UTF-8, which is what it is when it does not say otherwise. */
export function refuseFormMedia(headers: DeliveryHeaders): Refusal | undefined {
  const media = mediaTypeOf(headers);
  if (media?.essence !== 'application/x-www-form-urlencoded') {
    return refusal('WEBHOOK_MEDIA_TYPE_UNSUPPORTED', 'The content-type must be that of a form.');
  }
  if ((media.charset ?? 'utf-8') === 'utf-8') return undefined;
  return refusal('WEBHOOK_MEDIA_TYPE_UNSUPPORTED', 'The charset must be UTF-8.');
}

/**
 * A form becomes a JSON object: each value a string, those of a repeated name a list in their order. Where `payload` is
 * the only field, its text is the payload's JSON, as GitHub ("Creating webhooks", content type) and Slack ("Handling user
 * interaction") send it.
 */
export function readFormItems(headers: DeliveryHeaders, bytes: Buffer): DeliveryItems | Refusal {
  const fields = isUtf8(bytes) ? parseUrlencoded(bytes.toString('utf8')) : null;
  if (!fields) return refusal('WEBHOOK_BODY_MALFORMED', 'The body is no form in percent-encoded UTF-8.');
  if (fields.size === 0) return refusal('WEBHOOK_BODY_MALFORMED', 'The form has no fields.');
  const document = soleDocument(fields);
  const payload =
    document === undefined
      ? readJson(Buffer.from(asObject(fields)))
      : readJson(Buffer.from(document), 'payload');
  return isRefusal(payload) ? payload : soleItem(headers, payload);
}

function soleDocument(fields: UrlencodedFields): string | undefined {
  const [document, ...others] = fields.get('payload') ?? [];
  return fields.size === 1 && others.length === 0 ? document : undefined;
}

/** As text, because `__proto__` is a name like any other there. */
function asObject(fields: UrlencodedFields): string {
  const members = [...fields].map(
    ([name, values]) => `${JSON.stringify(name)}:${JSON.stringify(values.length === 1 ? values[0] : values)}`,
  );
  return `{${members.join(',')}}`;
}
