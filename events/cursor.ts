import type { Position } from './event-log.ts';

/** Longest cursor in characters, about a hundred sources; anything longer is refused before it is decoded. */
const CURSOR_CHARS_MAX = 8192;
const EPOCH_CHARS_MAX = 64;
const VERSION = 1;

/** The text is no cursor of ours. The message never repeats it. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';

  constructor(reason: string) {
    super(`The cursor is not valid: ${reason}`);
  }
}

/**
 * Writes positions as one opaque cursor: base64url of the JSON list
 * `[version, source, epoch, offset, source, epoch, offset, ...]`, sources in code unit order, so that equal
 * positions give equal text.
 * @param positions one entry for each source, at least one.
 * @throws RangeError when there is no position, an impossible one, or more than a cursor can hold.
 */
export function encodeCursor(positions: ReadonlyMap<string, Position>): string {
  if (positions.size === 0) throw new RangeError('A cursor needs at least one position');
  const parts: (string | number)[] = [VERSION];
  for (const source of [...positions.keys()].sort()) {
    const { epoch, offset } = positions.get(source) as Position;
    if (!isPosition(source, epoch, offset)) throw new RangeError('A position of the cursor is not possible');
    parts.push(source, epoch, offset);
  }
  const text = Buffer.from(JSON.stringify(parts), 'utf8').toString('base64url');
  if (text.length > CURSOR_CHARS_MAX) throw new RangeError('Too many sources for one cursor');
  return text;
}

/**
 * Reads what {@link encodeCursor} wrote, and nothing else: another spelling of the same positions is refused too.
 * @throws InvalidCursorError
 */
export function decodeCursor(text: string): Map<string, Position> {
  if (typeof text !== 'string' || text === '') throw new InvalidCursorError('it is empty');
  if (text.length > CURSOR_CHARS_MAX) throw new InvalidCursorError('it is too long');
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new InvalidCursorError('it is not base64url');
  const parts = parse(text);
  if (parts[0] !== VERSION) throw new InvalidCursorError('its version is unknown');
  if (parts.length < 4 || parts.length % 3 !== 1) throw new InvalidCursorError('it is incomplete');
  const positions = new Map<string, Position>();
  for (let at = 1; at < parts.length; at += 3) {
    const [source, epoch, offset] = parts.slice(at, at + 3);
    if (!isPosition(source, epoch, offset)) throw new InvalidCursorError('a position in it is not possible');
    positions.set(source as string, { epoch: epoch as string, offset: offset as number });
  }
  if (encodeCursor(positions) !== text) throw new InvalidCursorError('it is not in canonical form');
  return positions;
}

function parse(text: string): unknown[] {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    throw new InvalidCursorError('it does not decode');
  }
  if (!Array.isArray(parts)) throw new InvalidCursorError('it does not decode');
  return parts;
}

function isPosition(source: unknown, epoch: unknown, offset: unknown): boolean {
  return (
    typeof source === 'string' &&
    source !== '' &&
    typeof epoch === 'string' &&
    epoch !== '' &&
    epoch.length <= EPOCH_CHARS_MAX &&
    Number.isSafeInteger(offset) &&
    (offset as number) >= 0 &&
    !Object.is(offset, -0)
  );
}
