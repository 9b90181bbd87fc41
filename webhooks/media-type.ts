import { type DeliveryHeaders, singleHeader } from './delivery.ts';

/** What a delivery says that its body is. */
export interface MediaType {
  /** `type/subtype` in lower case (RFC 9110, section 8.3.1); empty when the header is empty or came several times. */
  readonly essence: string;
  /** The `charset` parameter in lower case; null without one. */
  readonly charset: string | null;
}

/** The media type of a delivery; null when it states none. */
export function mediaTypeOf(headers: DeliveryHeaders): MediaType | null {
  if (headers['content-type'] === undefined) return null;
  const value = singleHeader(headers, 'content-type')?.toLowerCase() ?? '';
  const [essence = '', ...parameters] = value.split(';').map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  return { essence, charset: charset?.slice('charset='.length).replaceAll('"', '') ?? null };
}

/** Whether a media type holds JSON: `json` as its subtype, or as the suffix of it (RFC 6839, section 3.1). */
export function isJson(essence: string): boolean {
  return /^[a-z0-9!#$&^_.+-]+\/(?:[a-z0-9!#$&^_.-]+\+)?json$/.test(essence);
}
