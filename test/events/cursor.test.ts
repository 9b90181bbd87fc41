import * as fc from 'fast-check';
import { decodeCursor, encodeCursor, InvalidCursorError } from '../../events/cursor.ts';
import type { Position } from '../../events/event-log.ts';

const encodeText = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

const position: fc.Arbitrary<Position> = fc.record({
  epoch: fc.string({ minLength: 1, maxLength: 64, unit: 'binary' }).filter((epoch) => epoch.length <= 64),
  offset: fc.maxSafeNat(),
});
const source = fc.oneof(
  fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'orders'),
);
const positions = fc
  .array(fc.tuple(source, position), { minLength: 1, maxLength: 8 })
  .map((entries) => new Map(entries));

test('what was encoded is decoded', () => {
  fc.assert(
    fc.property(positions, (given) => {
      expect(new Map(decodeCursor(encodeCursor(given)))).toEqual(given);
    }),
  );
});

test('equal positions give equal text, in whatever order they came', () => {
  fc.assert(
    fc.property(positions, (given) => {
      expect(encodeCursor(new Map([...given].toReversed()))).toBe(encodeCursor(given));
    }),
  );
});

test('a cursor is safe in a URL and in a header', () => {
  const text = encodeCursor(new Map([['größe/🜁?', { epoch: 'a b', offset: Number.MAX_SAFE_INTEGER }]]));
  expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
});

test('any text either is the only spelling of its positions, or is refused', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.base64String(),
    fc.json().map(encodeText),
    fc
      .array(fc.oneof(fc.string(), fc.integer(), fc.constantFrom(1, 'a', null)))
      .map((parts) => encodeText(JSON.stringify([1, ...parts]))),
  );
  fc.assert(
    fc.property(text, (given) => {
      let decoded: Map<string, Position>;
      try {
        decoded = decodeCursor(given);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidCursorError);
        return;
      }
      expect(encodeCursor(decoded)).toBe(given);
    }),
    { numRuns: 1000 },
  );
});

test('a cursor changed in one character is refused or is another place, never an error of another kind', () => {
  const text = encodeCursor(new Map([['orders', { epoch: 'kafete', offset: 12 }]]));
  for (let at = 0; at < text.length; at += 1) {
    const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
    try {
      expect(encodeCursor(decodeCursor(changed))).toBe(changed);
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidCursorError);
    }
  }
});

const junk: readonly (readonly [string, string])[] = [
  ['empty', ''],
  ['not base64url', 'a+b/c='],
  ['padded', `${encodeText('[1,"a","e",1]')}=`],
  ['with a line break', `${encodeText('[1,"a","e",1]')}\n`],
  ['not JSON', encodeText('[1,"a"')],
  ['not UTF-8', Buffer.from('[1,"\xff","e",1]', 'latin1').toString('base64url')],
  ['an object', encodeText('{"__proto__":[1,"a","e",1]}')],
  ['no list', encodeText('1')],
  ['no version', encodeText('[]')],
  ['another version', encodeText('[2,"a","e",1]')],
  ['no position', encodeText('[1]')],
  ['half a position', encodeText('[1,"a","e"]')],
  ['no source', encodeText('[1,"","e",1]')],
  ['no epoch', encodeText('[1,"a","",1]')],
  ['a long epoch', encodeText(`[1,"a","${'e'.repeat(65)}",1]`)],
  ['a negative offset', encodeText('[1,"a","e",-1]')],
  ['minus zero', encodeText('[1,"a","e",-0]')],
  ['a fraction', encodeText('[1,"a","e",1.5]')],
  ['an unsafe offset', encodeText('[1,"a","e",9007199254740992]')],
  ['an offset in text', encodeText('[1,"a","e","1"]')],
  ['another spelling of a number', encodeText('[1,"a","e",1e1]')],
  ['spaces', encodeText('[1, "a","e",1]')],
  ['an escaped letter', encodeText('[1,"\\u0061","e",1]')],
  ['the same source twice', encodeText('[1,"a","e",1,"a","e",2]')],
  ['sources out of order', encodeText('[1,"b","e",1,"a","e",2]')],
  ['too long', encodeText(`[1,"${'a'.repeat(8192)}","e",1]`)],
];

test.each(junk)('refused: %s', (_, text) => {
  expect(() => decodeCursor(text)).toThrow(InvalidCursorError);
});

test('the message of a refused cursor does not repeat it', () => {
  expect(() => decodeCursor('c2VjcmV0')).toThrow(/^The cursor is not valid: it does not decode$/);
});

test.each([
  ['no position', new Map()],
  ['a negative offset', new Map([['a', { epoch: 'e', offset: -1 }]])],
  ['an empty source', new Map([['', { epoch: 'e', offset: 1 }]])],
  ['more than fits', new Map([['a'.repeat(7000), { epoch: 'e', offset: 1 }]])],
])('not encoded: %s', (_, given) => {
  expect(() => encodeCursor(given)).toThrow(RangeError);
});
