import { isUtf8 } from 'node:buffer';
import { type DeliveryHeaders, type VerifiedBytes, singleHeader } from './delivery.ts';
import { compileJsonPointer } from './json-pointer.ts';
import { type Refusal, refusal } from './problem.ts';

/** Deeper JSON is refused: whatever walks a payload later may then recurse without a limit of its own. */
export const payloadNestingMax = 128;

/** The JSON body of a delivery: the text as received, and its value. */
export interface Payload {
  readonly text: string;
  readonly json: unknown;
}

/**
 * Reads verified bytes as JSON: a JSON media type (or none stated), no content coding, strict UTF-8 without a
 * byte order mark (RFC 8259, section 8.1). A `charset` parameter changes nothing, as RFC 8259 section 11 says.
 */
export function readPayload<Event>({ headers, bytes }: VerifiedBytes<Event>): Payload | Refusal {
  const unsupported = unsupportedMedia(headers);
  if (unsupported) return refusal('WEBHOOK_MEDIA_TYPE_UNSUPPORTED', unsupported);
  if (!isUtf8(bytes)) return refusal('WEBHOOK_BODY_MALFORMED', 'The body is not UTF-8.');
  if (nestingOf(bytes) > payloadNestingMax) {
    return refusal('WEBHOOK_BODY_MALFORMED', `The body is nested deeper than ${payloadNestingMax} levels.`);
  }
  const text = bytes.toString('utf8');
  try {
    return { text, json: JSON.parse(text) as unknown };
  } catch {
    // The parser's message quotes the body, so it is not passed on.
    return refusal('WEBHOOK_BODY_MALFORMED', 'The body is not JSON.');
  }
}

/**
 * The string or number at a pointer, as text; null when there is neither. A number too large for a double keeps
 * all of its digits: two ids above 2^53 must not become one.
 */
export function textAt(pointer: string): (payload: Payload) => string | null {
  const find = compileJsonPointer(pointer);
  return ({ text, json }) => {
    const value = find(json);
    if (typeof value === 'string') return value;
    if (typeof value !== 'number') return null;
    return Number.isSafeInteger(value) ? String(value) : String(find(withNumbersAsText(text)));
  };
}

function withNumbersAsText(text: string): unknown {
  return JSON.parse(text, keepDigits) as unknown;
}

/** A reviver; its third argument is ECMAScript's "JSON.parse source text access". */
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? value) : value;
}

export function unsupportedMedia(headers: DeliveryHeaders): string | null {
  const coding = headers['content-encoding'];
  if (coding !== undefined && coding !== 'identity') return 'A content-encoding is not supported.';
  if (headers['content-type'] === undefined) return null;
  const essence = singleHeader(headers, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return /^application\/(?:[a-z0-9!#$&^_.-]+\+)?json$/.test(essence)
    ? null
    : 'The content-type must be JSON.';
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
