import { timingSafeEqual } from 'node:crypto';
import SipHash from 'siphash';
import type { Position } from './event-log.ts';

/** Longest cursor in characters, about a hundred sources; anything longer is refused before it is decoded. */
const CURSOR_CHARS_MAX = 8192;
const EPOCH_CHARS_MAX = 64;
/** The first byte. Version 1 had no signature and is refused. */
const VERSION = 2;
const COUNT_AT = 1;
const OFFSETS_AT = 3;
const OFFSET_BYTES = 8;
const TAG_BYTES = 8;
/** Of so many sources the parts that don't change are kept; a log has far fewer. */
const TEMPLATES_MAX = 1024;

/** Bytes of the key that cursors are signed with. */
export const CURSOR_KEY_BYTES = 16;

/** The text is no cursor of ours. The message never repeats it. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';

  constructor(reason: string) {
    super(`The cursor is not valid: ${reason}`);
  }
}

/**
 * Positions as opaque, signed text, all with one key. A cursor is base64url of: the version (1 byte), the number of
 * positions (2 bytes), their offsets (8 bytes each), the JSON list `[source, epoch, source, epoch, ...]` in UTF-8 with its
 * sources in code unit order, and the SipHash-2-4 tag of all that (8 bytes). Numbers are big-endian. Equal positions give
 * equal text.
 */
export interface Cursors {
  /**
   * @param positions one entry for each source, at least one.
   * @throws RangeError when there is no position, an impossible one, or more than a cursor can hold.
   */
  readonly encode: (positions: ReadonlyMap<string, Position>) => string;
  /**
   * Writes what `encode` does for one source, for the hot path: a cursor goes with each event.
   * @throws RangeError
   */
  readonly encodeOne: (source: string, position: Position) => string;
  /**
   * Reads what was written with this key, and nothing else.
   * @throws InvalidCursorError
   */
  readonly decode: (text: string) => Map<string, Position>;
}

/** The bytes of cursors of one source and epoch, of which only offset and tag change, and the newest text. */
interface Template {
  readonly epoch: string;
  readonly bytes: Buffer;
  readonly signed: Uint8Array;
  offset: number;
  text: string;
}

/**
 * @param keyBytes `CURSOR_KEY_BYTES` random bytes; who knows them can write cursors.
 * @throws RangeError for a key of another length.
 */
export function createCursors(keyBytes: Uint8Array): Cursors {
  if (keyBytes.length !== CURSOR_KEY_BYTES) throw new RangeError('The key of cursors has another length');
  const view = new DataView(keyBytes.buffer, keyBytes.byteOffset, keyBytes.length);
  const key = Uint32Array.of(...[0, 4, 8, 12].map((at) => view.getUint32(at, true)));
  const templates = new Map<string, Template>();

  function encode(positions: ReadonlyMap<string, Position>): string {
    if (positions.size === 0) throw new RangeError('A cursor needs at least one position');
    const sources = [...positions.keys()].sort();
    const inOrder = sources.map((source) => positions.get(source) as Position);
    sources.forEach((source, at) => assertPosition(source, inOrder[at] as Position));
    const names = sources.flatMap((source, at) => [source, (inOrder[at] as Position).epoch]);
    const bytes = unsigned(names);
    inOrder.forEach(({ offset }, at) => writeOffset(bytes, at, offset));
    writeTag(bytes, SipHash.hash(key, signedOf(bytes)));
    return textOf(bytes);
  }

  function encodeOne(source: string, position: Position): string {
    const { epoch, offset } = position;
    const kept = templates.get(source);
    if (kept?.epoch === epoch && kept.offset === offset) return kept.text;
    assertPosition(source, position);
    const template = kept?.epoch === epoch ? kept : addTemplate(source, epoch);
    const { bytes, signed } = template;
    writeOffset(bytes, 0, offset);
    writeTag(bytes, SipHash.hash(key, signed));
    template.text = textOf(bytes);
    template.offset = offset;
    return template.text;
  }

  function addTemplate(source: string, epoch: string): Template {
    const bytes = unsigned([source, epoch]);
    const template = { epoch, bytes, signed: signedOf(bytes), offset: -1, text: '' };
    if (templates.size >= TEMPLATES_MAX) templates.clear();
    templates.set(source, template);
    return template;
  }

  function decode(text: string): Map<string, Position> {
    const bytes = bytesOf(text);
    const expected = Buffer.from(bytes);
    writeTag(expected, SipHash.hash(key, signedOf(bytes)));
    if (!timingSafeEqual(expected, bytes))
      throw new InvalidCursorError('its signature is of another event log');
    // What was signed is what was written above: nothing else about it is in doubt.
    const count = bytes.readUInt16BE(COUNT_AT);
    const names = JSON.parse(bytes.toString('utf8', offsetAt(count), bytes.length - TAG_BYTES)) as string[];
    const positions = new Map<string, Position>();
    for (let at = 0; at < count; at += 1) {
      const [source, epoch] = names.slice(2 * at) as [string, string];
      positions.set(source, { epoch, offset: Number(bytes.readBigUInt64BE(offsetAt(at))) });
    }
    return positions;
  }

  return { encode, encodeOne, decode };
}

const offsetAt = (at: number): number => OFFSETS_AT + OFFSET_BYTES * at;

const signedOf = (bytes: Buffer): Uint8Array => bytes.subarray(0, bytes.length - TAG_BYTES);

/** All of a cursor but its offsets and its tag, with room for both. */
function unsigned(names: readonly string[]): Buffer {
  const json = Buffer.from(JSON.stringify(names), 'utf8');
  const count = names.length / 2;
  const bytes = Buffer.alloc(offsetAt(count) + json.length + TAG_BYTES);
  bytes.writeUInt8(VERSION, 0);
  bytes.writeUInt16BE(count, COUNT_AT);
  json.copy(bytes, offsetAt(count));
  return bytes;
}

function writeOffset(bytes: Buffer, at: number, offset: number): void {
  bytes.writeUInt32BE(Math.floor(offset / 2 ** 32), offsetAt(at));
  bytes.writeUInt32BE(offset % 2 ** 32, offsetAt(at) + 4);
}

function writeTag(bytes: Buffer, { h, l }: { readonly h: number; readonly l: number }): void {
  bytes.writeUInt32BE(h, bytes.length - TAG_BYTES);
  bytes.writeUInt32BE(l, bytes.length - TAG_BYTES + 4);
}

function textOf(bytes: Buffer): string {
  const text = bytes.toString('base64url');
  if (text.length > CURSOR_CHARS_MAX) throw new RangeError('Too many sources for one cursor');
  return text;
}

/** @throws InvalidCursorError for what is not the one spelling of its bytes, or of another version. */
function bytesOf(text: string): Buffer {
  if (typeof text !== 'string' || text === '') throw new InvalidCursorError('it is empty');
  if (text.length > CURSOR_CHARS_MAX) throw new InvalidCursorError('it is too long');
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new InvalidCursorError('it is not base64url');
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new InvalidCursorError('it is not in canonical form');
  if (bytes[0] !== VERSION) throw new InvalidCursorError('its version is unknown');
  if (bytes.length < offsetAt(1) + TAG_BYTES) throw new InvalidCursorError('it is incomplete');
  return bytes;
}

function assertPosition(source: string, { epoch, offset }: Position): void {
  const isPossible =
    source !== '' &&
    epoch !== '' &&
    epoch.length <= EPOCH_CHARS_MAX &&
    Number.isSafeInteger(offset) &&
    offset >= 0 &&
    !Object.is(offset, -0);
  if (!isPossible) throw new RangeError('A position of the cursor is not possible');
}
