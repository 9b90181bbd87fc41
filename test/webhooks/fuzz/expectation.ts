/** What a delivery is, as far as the documentation of the door says so: the slow and obvious reading of it. */
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import type { WebhookEvent, WebhookSource } from '../../../webhooks/source.ts';
import type { Sent } from './compose.ts';
import { isSigned, soleValue, valuesOf } from './signature-oracle.ts';
import { bodyBytesMax, sources } from './sources.ts';

export interface Expectation {
  readonly sent: Sent;
  /** Null where the URL names nothing. */
  readonly place: { readonly source: WebhookSource; readonly event: string | null } | null;
  /** The events that can arrive at the URL. */
  readonly events: readonly WebhookEvent[];
  readonly isHttp: boolean;
  /** Whether the body comes to its end. */
  readonly isWhole: boolean;
  /** The body as it comes, and without its content coding. */
  readonly received: Buffer;
  readonly decoded: Buffer | 'too large' | 'unsupported' | 'invalid';
  readonly isMediaTaken: boolean;
  /** The events that the delivery is signed for; none where its body or its media type is refused before. */
  readonly signedFor: readonly WebhookEvent[];
}

/** Reads a delivery. Nothing here is the receiver's own. */
export function expectationOf(onWire: Sent, nowMs: number): Expectation {
  // A whole URL says the same as its path and query (RFC 9112, section 3.2.2).
  const sent = { ...onWire, target: onWire.target.replace(/^https?:\/\/[^/]+/i, '') };
  const place = placeOf(sent.target);
  const all = place?.source.events ?? [];
  const events = place?.event == null ? all : all.filter(({ name }) => name === place.event);
  const isHttp = isWellFormed(sent);
  const isWhole = ['length', 'chunked', 'none', 'too long for its length'].includes(sent.framing);
  const received = receivedBody(sent);
  const decoded = withoutCoding(sent, received);
  const isMediaTaken = events.some(({ format = 'json' }) => takesMedia(format, sent));
  const isLooked = isHttp && isWhole && isMediaTaken && sent.method === 'POST';
  const isReadable = received.length <= bodyBytesMax && decoded !== 'too large' && decoded !== 'unsupported';
  const bodies = isLooked && isReadable ? [received, ...(Buffer.isBuffer(decoded) ? [decoded] : [])] : [];
  // One body for all events: the plain one, where it is signed for any.
  const signedBy = (body: Buffer) =>
    events.filter(({ verify }) => isSigned(verify, { head: sent, body, nowMs }));
  const signedFor =
    bodies
      .toReversed()
      .map(signedBy)
      .find((good) => good.length > 0) ?? [];
  return { sent, place, events, isHttp, isWhole, received, decoded, isMediaTaken, signedFor };
}

function placeOf(target: string): Expectation['place'] {
  const path = (target.split('?')[0] ?? '').replace(/\/$/, '');
  const [, sourceName = '', eventName] = /^\/webhooks\/([^/]*)(?:\/([^/]*))?$/.exec(path) ?? [];
  try {
    const source = sources.find(({ name }) => name === decodeURIComponent(sourceName));
    const event = eventName === undefined ? null : decodeURIComponent(eventName);
    if (!source || (event !== null && source.events.every(({ name }) => name !== event))) return null;
    return { source, event };
  } catch {
    return null;
  }
}

function isWellFormed(sent: Sent): boolean {
  if (['length and chunks', 'two lengths'].includes(sent.framing)) return false;
  if (valuesOf(sent, 'host').length === 0 || !/^[A-Z]+$/.test(sent.method) || sent.method === 'NONE')
    return false;
  return sent.headers.every(
    ([name, value]) => /^[\w-]+$/.test(name) && /^[^\p{Control}]*$/u.test(value.replaceAll('\t', '')),
  );
}

function receivedBody({ framing, body }: Sent): Buffer {
  if (framing === 'none') return Buffer.alloc(0);
  return framing === 'too long for its length' ? body.subarray(0, Math.max(0, body.length - 3)) : body;
}

type Decoder = (bytes: Buffer, options: { maxOutputLength: number }) => Buffer;

const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflateSync],
  ['br', brotliDecompressSync],
  ['zstd', zstdDecompressSync],
]);

function withoutCoding(sent: Sent, bytes: Buffer): Expectation['decoded'] {
  if (valuesOf(sent, 'content-encoding').length === 0) return bytes;
  const coding = soleValue(sent, 'content-encoding')?.toLowerCase() ?? '';
  if (coding === 'identity') return bytes;
  const decode = decoders.get(coding);
  if (!decode) return 'unsupported';
  try {
    return decode(bytes, { maxOutputLength: bodyBytesMax });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too large' : 'invalid';
  }
}

const jsonType = /^application\/([a-z0-9!#$&^_.-]+\+)?json$/;

function takesMedia(format: NonNullable<WebhookEvent['format']>, sent: Sent): boolean {
  const isStated = valuesOf(sent, 'content-type').length > 0;
  const stated = (soleValue(sent, 'content-type') ?? '').toLowerCase();
  const type = (stated.split(';')[0] ?? '').trim();
  if (format === 'form') {
    const charset = /;\s*charset="?([^;"]*)/.exec(stated)?.[1] ?? 'utf-8';
    return type === 'application/x-www-form-urlencoded' && charset.trim() === 'utf-8';
  }
  if (!isStated || format === 'json') return !isStated || jsonType.test(type);
  if (type.startsWith('application/cloudevents'))
    return /^application\/cloudevents(-batch)?\+json$/.test(type);
  return /^[a-z0-9!#$&^_.+-]+\/([a-z0-9!#$&^_.-]+\+)?json$/.test(type);
}

/** The payloads of a delivery that was taken, in every way in which it can be read; none is a batch without events. */
export function payloadsOf({ sent, decoded, signedFor }: Expectation): unknown[][] {
  const text = Buffer.isBuffer(decoded) ? decoded.toString() : '';
  const formats = new Set(signedFor.map(({ format = 'json' }) => format));
  return [...formats].flatMap((format) => {
    try {
      if (format === 'json') return [[JSON.parse(text)]];
      return [format === 'form' ? [formOf(text)] : cloudEventData(sent, text)];
    } catch {
      return [];
    }
  });
}

function formOf(text: string): unknown {
  const form = new URLSearchParams(text);
  const names = [...new Set(form.keys())];
  const [document, ...others] = form.getAll('payload');
  if (names.length === 1 && document !== undefined && others.length === 0) return JSON.parse(document);
  return Object.fromEntries(
    names.map((name) => [name, form.getAll(name).length === 1 ? form.get(name) : form.getAll(name)]),
  );
}

interface Envelope {
  readonly data?: unknown;
  readonly data_base64?: string;
}

function cloudEventData(sent: Sent, text: string): unknown[] {
  const type = soleValue(sent, 'content-type')?.toLowerCase() ?? '';
  if (!type.startsWith('application/cloudevents')) return [text === '' ? null : JSON.parse(text)];
  const read = JSON.parse(text) as Envelope | Envelope[];
  return (Array.isArray(read) ? read : [read]).map(({ data = null, data_base64: encoded }) =>
    encoded === undefined ? data : JSON.parse(Buffer.from(encoded, 'base64').toString()),
  );
}
