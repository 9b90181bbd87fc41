import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { createCursors, CURSOR_KEY_BYTES, InvalidCursorError } from '../../events/cursor.ts';
import type { Position } from '../../events/event-log.ts';

const keyOf = (seed: string): Buffer =>
  createHash('sha256').update(seed).digest().subarray(0, CURSOR_KEY_BYTES);
const { encode, encodeOne, decode } = createCursors(keyOf('a test'));
const others = createCursors(keyOf('another installation'));
const at = (source: string, offset = 12, epoch = 'kafete') => new Map([[source, { epoch, offset }]]);
const usual = encode(at('orders'));

const position: fc.Arbitrary<Position> = fc.record({
  epoch: fc.string({ minLength: 1, maxLength: 64, unit: 'binary' }).filter((epoch) => epoch.length <= 64),
  offset: fc.oneof(fc.maxSafeNat(), fc.nat(300)),
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
      expect(new Map(decode(encode(given)))).toEqual(given);
    }),
  );
});

test('equal positions give equal text, in whatever order they came', () => {
  fc.assert(
    fc.property(positions, (given) => {
      expect(encode(new Map([...given].toReversed()))).toBe(encode(given));
    }),
  );
});

test('one position after the other, of several sources and epochs, is written as if it were the first', () => {
  const names = fc.constantFrom('orders', 'payments', 'größe');
  const one = fc.tuple(names, fc.record({ epoch: fc.constantFrom('e1', 'e2'), offset: fc.nat(3) }));
  fc.assert(
    fc.property(fc.array(one, { maxLength: 30 }), (given) => {
      const cursors = createCursors(keyOf('a test'));
      for (const [name, place] of given) {
        expect(cursors.encodeOne(name, place)).toBe(encode(new Map([[name, place]])));
      }
    }),
  );
});

test('more sources than are remembered are no matter', () => {
  for (let number = 0; number < 1500; number += 1) {
    const place = { epoch: 'e', offset: number };
    expect(decode(encodeOne(`source ${number}`, place))).toEqual(new Map([[`source ${number}`, place]]));
  }
});

test('a hundred sources are one cursor', () => {
  const hundred = new Map(
    Array.from({ length: 100 }, (_, number) => [
      `source-${number}`,
      { epoch: '0123456789abcdefghij', offset: number },
    ]),
  );
  expect(new Map(decode(encode(hundred)))).toEqual(hundred);
});

test('a cursor is safe in a URL and in a header', () => {
  const text = encode(at('größe/🜁?', Number.MAX_SAFE_INTEGER, 'a b'));
  expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
});

test('a cursor says its version, number, offsets and names, and is signed with SipHash-2-4', () => {
  const { encodeOne: write } = createCursors(Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'));
  const bytes = Buffer.from(write('orders', { epoch: 'kafete', offset: 2 ** 40 + 5 }), 'base64url');
  expect(bytes.subarray(0, 11).toString('hex')).toBe('0200010000010000000005');
  expect(bytes.subarray(11, -8).toString()).toBe('["orders","kafete"]');
  expect(bytes.subarray(-8).toString('hex')).toBe(sipHash(bytes.subarray(0, -8)));
});

const wide = (value: bigint): bigint => BigInt.asUintN(64, value);
const turned = (value: bigint, by: bigint): bigint => wide((value << by) | (value >> (64n - by)));

/** SipHash-2-4 with the key 00 01 02 … 0f, after the paper, in plain BigInts. */
function sipHash(message: Uint8Array): string {
  const [k0, k1] = [0x0706050403020100n, 0x0f0e0d0c0b0a0908n];
  const v = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ];
  const mix = (a: number, b: number, by: bigint): void => {
    v[a] = wide((v[a] ?? 0n) + (v[b] ?? 0n));
    v[b] = turned(v[b] ?? 0n, by) ^ (v[a] ?? 0n);
  };
  const round = (): void => {
    mix(0, 1, 13n);
    v[0] = turned(v[0] ?? 0n, 32n);
    mix(2, 3, 16n);
    mix(0, 3, 21n);
    mix(2, 1, 17n);
    v[2] = turned(v[2] ?? 0n, 32n);
  };
  const padded = Buffer.alloc(Math.floor(message.length / 8) * 8 + 8);
  padded.set(message);
  padded[padded.length - 1] = message.length;
  for (let from = 0; from < padded.length; from += 8) {
    const word = padded.readBigUInt64LE(from);
    v[3] = (v[3] ?? 0n) ^ word;
    round();
    round();
    v[0] = (v[0] ?? 0n) ^ word;
  }
  v[2] = (v[2] ?? 0n) ^ 0xffn;
  for (let count = 0; count < 4; count += 1) round();
  return v
    .reduce((all, word) => all ^ word)
    .toString(16)
    .padStart(16, '0');
}

test('any other text is refused', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.base64String(),
    fc.uint8Array().map((bytes) => Buffer.from([2, ...bytes]).toString('base64url')),
    fc.uint8Array().map((bytes) => Buffer.from([2, 0, 1, ...bytes]).toString('base64url')),
  );
  fc.assert(
    fc.property(text, (given) => {
      expect(() => decode(given)).toThrow(InvalidCursorError);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['of one source', at('orders')],
  ['of several', new Map([...at('orders'), ...at('payments', 2 ** 40), ...at('größe', 0)])],
])('a cursor %s with any one bit flipped is refused, and so is one cut short or made longer', (_, given) => {
  const bytes = Buffer.from(encode(given), 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(() => decode(flipped.toString('base64url'))).toThrow(InvalidCursorError);
  }
  for (let length = 0; length < bytes.length; length += 1)
    expect(() => decode(bytes.subarray(0, length).toString('base64url'))).toThrow(InvalidCursorError);
  expect(() => decode(Buffer.concat([bytes, Buffer.alloc(1)]).toString('base64url'))).toThrow(
    InvalidCursorError,
  );
});

test('a cursor that ends in another character is refused, one that decodes to the same bytes too', () => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  for (const name of ['a', 'ab', 'abc']) {
    const text = encode(at(name));
    for (const letter of letters.replace(text.at(-1) ?? '', ''))
      expect(() => decode(`${text.slice(0, -1)}${letter}`)).toThrow(InvalidCursorError);
  }
});

test('a cursor of another key is refused', () => {
  expect(() => decode(others.encode(at('orders')))).toThrow(/signature/);
  expect(() => others.decode(usual)).toThrow(/signature/);
});

const version1 = Buffer.from('[1,"orders","kafete",12]').toString('base64url');
const withVersion = (version: number): string =>
  Buffer.from([version, ...Buffer.from(usual, 'base64url').subarray(1)]).toString('base64url');

test.each([
  ['empty', '', 'it is empty'],
  ['not base64url', 'a+b/c=', 'it is not base64url'],
  ['padded', `${usual}=`, 'it is not base64url'],
  ['with a line break', `${usual}\n`, 'it is not base64url'],
  ['the unsigned ones of version 1', version1, 'its version is unknown'],
  ['version 0', withVersion(0), 'its version is unknown'],
  ['version 3', withVersion(3), 'its version is unknown'],
  ['nothing but a version', 'Ag', 'it is incomplete'],
  ['too long', 'A'.repeat(8193), 'it is too long'],
])('refused: %s', (_, text, reason) => {
  expect(() => decode(text)).toThrow(new InvalidCursorError(reason));
});

test.each([
  ['no position', new Map()],
  ['a negative offset', at('a', -1)],
  ['minus zero', at('a', -0)],
  ['a fraction', at('a', 1.5)],
  ['an unsafe offset', at('a', 2 ** 53)],
  ['an empty source', at('')],
  ['an empty epoch', at('a', 1, '')],
  ['a long epoch', at('a', 1, 'e'.repeat(65))],
  ['more than fits', at('a'.repeat(7000))],
])('not encoded: %s', (_, given) => {
  expect(() => encode(given)).toThrow(RangeError);
  for (const [name, place] of given) expect(() => encodeOne(name, place)).toThrow(RangeError);
});

test('a key of another length is refused', () => {
  expect(() => createCursors(Buffer.alloc(15))).toThrow(RangeError);
});
