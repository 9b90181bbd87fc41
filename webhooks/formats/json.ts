import { isUtf8 } from 'node:buffer';
import type { DeliveryHeaders } from '../delivery.ts';
import { mediaTypeOf } from '../media-type.ts';
import type { Payload } from '../payload.ts';
import { type Refusal, isRefusal, refusal } from '../problem.ts';
import { type DeliveryItems, soleItem } from './items.ts';

/** Deeper JSON is refused: whatever walks a payload later may then recurse without a limit of its own. */
export const payloadNestingMax = 128;

/** Takes `application/json`, `application/<anything>+json` and no media type at all. */
export function refuseJsonMedia(headers: DeliveryHeaders): Refusal | undefined {
  const media = mediaTypeOf(headers);
  if (!media || /^application\/(?:[a-z0-9!#$&^_.-]+\+)?json$/.test(media.essence)) return undefined;
  return refusal('WEBHOOK_MEDIA_TYPE_UNSUPPORTED', 'The content-type must be JSON.');
}

/** The body is the payload. */
export function readJsonItems(headers: DeliveryHeaders, bytes: Buffer): DeliveryItems | Refusal {
  const payload = readJson(bytes);
  return isRefusal(payload) ? payload : soleItem(headers, payload);
}

/**
 * Reads JSON in strict UTF-8 without a byte order mark (RFC 8259, section 8.1). A `charset` parameter changes nothing,
 * as section 11 says.
 * @param what it is, for the sender who has to correct it
 */
export function readJson(bytes: Buffer, what = 'The body'): Payload | Refusal {
  if (!isUtf8(bytes)) return refusal('WEBHOOK_BODY_MALFORMED', `${what} is not UTF-8.`);
  if (mayNestTooDeep(bytes) && nestingOf(bytes) > payloadNestingMax) {
    return refusal('WEBHOOK_BODY_MALFORMED', `${what} is nested deeper than ${payloadNestingMax} levels.`);
  }
  const text = bytes.toString('utf8');
  try {
    return { text, json: JSON.parse(text) as unknown };
  } catch {
    // The parser's message quotes the body, so it is not passed on.
    return refusal('WEBHOOK_BODY_MALFORMED', `${what} is not JSON.`);
  }
}

/** What has no more brackets than levels are allowed can't be nested deeper. Most bodies have few, and are searched fast. */
function mayNestTooDeep(bytes: Buffer): boolean {
  let brackets = 0;
  for (const bracket of [OPEN_BRACE, OPEN_BRACKET]) {
    for (let at = bytes.indexOf(bracket); at !== -1; at = bytes.indexOf(bracket, at + 1)) {
      if (++brackets > payloadNestingMax) return true;
    }
  }
  return false;
}

/** Counts over bytes: in UTF-8 no byte of a longer character looks like a bracket, a quote or a backslash. */
function nestingOf(bytes: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (inString) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) deepest = Math.max(deepest, ++depth);
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return deepest;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
