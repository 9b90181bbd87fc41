/** Bodies on a socket that are cut off, lied about or made for two readers to read them twice. */
import { head, order, signedLines } from '../door.ts';
import { bodyBytesMax } from '../sources.ts';
import {
  type WireCase,
  bytes,
  inLog,
  last,
  whole,
  refused,
  unverified,
  withLines,
  good,
  chunks,
  chunked,
  end,
  long,
} from './wire-case.ts';

const lengths: readonly WireCase[] = [
  {
    id: 'L1',
    sentence: 'one byte less is declared than there is',
    given: [withLines(`content-length: ${bytes - 1}`)],
    expected: refused(400),
  },
  {
    id: 'L2',
    sentence: 'one byte more is declared than comes before the end',
    given: [withLines(`content-length: ${bytes + 1}`)],
    ends: true,
    expected: refused(400),
  },
  ...[
    ['a length with a sign', `content-length: +${bytes}`],
    ['a length in hexadecimal', `content-length: 0x${bytes.toString(16)}`],
    ['a negative length', 'content-length: -1'],
    ['a list of lengths', `content-length: ${bytes}, ${bytes}`],
    ['the same length twice', `content-length: ${bytes}\r\ncontent-length: ${bytes}`],
    ['two lengths', `content-length: ${bytes}\r\ncontent-length: 0`],
    ['a length of more than 64 bits', `content-length: ${2n ** 64n + BigInt(bytes)}`],
    ['an empty length', 'content-length: '],
    ['no length at all', 'x-length: none'],
  ].map(([sentence = '', lines = ''], index) => ({
    id: `L${index + 3}`,
    sentence,
    given: [withLines(lines)],
    expected: refused(400),
  })),
  {
    id: 'L12',
    sentence: 'a declared length above the limit is refused before any of it was sent',
    given: [head(`content-length: ${bodyBytesMax + 1}`)],
    ends: true,
    expected: {
      answers: [{ status: 413, problem: 'WEBHOOK_BODY_TOO_LARGE', headers: { connection: 'close' } }],
    },
  },
  {
    id: 'L13',
    sentence: 'bytes behind a whole delivery do it no harm, and are no second one',
    given: [good + order],
    expected: { ...refused(400), log: [inLog] },
  },
];

const inChunks: readonly WireCase[] = [
  { id: 'K1', sentence: 'chunks', given: [chunked(chunks(order) + end)], expected: whole },
  {
    id: 'K2',
    sentence: 'a chunk of each byte',
    given: [chunked(Array.from(order, (byte) => chunks(byte)).join('') + end)],
    expected: whole,
  },
  {
    id: 'K3',
    sentence: 'a chunk with an extension',
    given: [chunked(chunks(order, `${bytes.toString(16)};a=b`) + end)],
    expected: whole,
  },
  {
    id: 'K4',
    sentence: 'a trailer is no header: one that repeats a header of the signature is not looked at',
    given: [chunked(`${chunks(order)}0\r\nwebhook-id: msg_2\r\n\r\n`)],
    expected: whole,
  },
  {
    id: 'K5',
    sentence: 'nor is one that has the signature',
    given: [head(`transfer-encoding: chunked\r\n${last}`) + `${chunks(order)}0\r\n${signedLines}\r\n\r\n`],
    expected: { answers: [unverified] },
  },
  {
    id: 'K6',
    sentence: 'more extensions than anybody needs',
    given: [chunked(chunks(order, `${bytes.toString(16)};a=${'b'.repeat(20_000)}`) + end)],
    expected: refused(413),
  },
  {
    id: 'K7',
    sentence: 'a trailer of 1 MB',
    given: [chunked(`${chunks(order)}0\r\nx: ${long}\r\n\r\n`)],
    expected: refused(431),
  },
  ...[
    ['a chunk size that is none', chunks(order, 'zz') + end],
    ['a chunk size of more than 64 bits', chunks(order, 'f'.repeat(17)) + end],
    ['a negative chunk size', chunks(order, '-1') + end],
    ['a chunk that is longer than its size', chunks(order, '5') + end],
    ['lines that end without a carriage return', `${bytes.toString(16)}\n${order}\n0\n\n`],
  ].map(([sentence = '', body = ''], index) => ({
    id: `K${index + 8}`,
    sentence,
    given: [chunked(body)],
    expected: refused(400),
  })),
  {
    id: 'K13',
    sentence: 'chunks that end without the last one',
    given: [chunked(chunks(order))],
    ends: true,
    expected: refused(400),
  },
  {
    id: 'K14',
    sentence: 'chunks above the limit are refused when they are above it, not when they end',
    given: [head('transfer-encoding: chunked') + chunks('a'.repeat(bodyBytesMax + 1))],
    ends: true,
    expected: {
      answers: [{ status: 413, problem: 'WEBHOOK_BODY_TOO_LARGE', headers: { connection: 'close' } }],
    },
  },
];

/** Two readers that read it differently see different deliveries. */
const smuggled: readonly WireCase[] = [
  ['both a length and chunks', `content-length: ${bytes}\r\ntransfer-encoding: chunked`],
  ['both chunks and a length', `transfer-encoding: chunked\r\ncontent-length: ${bytes}`],
  ['chunks that are not the last coding', 'transfer-encoding: chunked, identity'],
  ['chunks twice', 'transfer-encoding: chunked\r\ntransfer-encoding: chunked'],
  ['chunks and none', 'transfer-encoding: chunked\r\ntransfer-encoding: identity'],
  ['a coding that looks like chunks', 'transfer-encoding: xchunked'],
  ['a space before the colon', 'transfer-encoding : chunked'],
  ['a vertical tab before chunked', 'transfer-encoding: \u000bchunked'],
  ['a header that goes on in the next line', 'transfer-encoding: chunked\r\nx-a: b\r\n c'],
  ['a carriage return within a header', 'transfer-encoding: chunked\r\nx-a: b\rc'],
  ['a null byte within a header', 'transfer-encoding: chunked\r\nx-a: b\0c'],
].map(([sentence = '', lines = ''], index) => ({
  id: `G${index + 1}`,
  sentence,
  given: [withLines(lines, chunks(order) + end)],
  expected: refused(400),
}));

export const wireBodies: readonly WireCase[] = [...lengths, ...inChunks, ...smuggled];
