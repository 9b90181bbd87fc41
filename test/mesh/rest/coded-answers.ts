import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { json, type Answer } from '../recording-service.ts';
import { raw, secret, unavailable, unreadable, type AnswerCase } from './answers.ts';

const inCoding = (coding: string | string[], body: Buffer): Answer =>
  raw(200, { 'content-type': 'application/json', 'content-encoding': coding }, body);
const plain = Buffer.from('{"a":"é"}');
const read = { value: { a: 'é' } };
const unknownCoding = {
  code: 'UPSTREAM_INVALID',
  message: 'shop.getThing: the service answered in a content coding that can not be read',
};
const tooLarge = {
  code: 'UPSTREAM_INVALID',
  message: 'shop.getThing: the answer of the service is too large',
};
const inCharset = (contentType: string | string[], body: Buffer) =>
  raw(200, { 'content-type': contentType }, body);

/** What a service sends without being asked for it. */
const codingRows: readonly (readonly [string, Answer, AnswerCase['expected']])[] = [
  ['gzip is decoded', inCoding('gzip', gzipSync(plain)), read],
  ['so is x-gzip, whatever its case', inCoding('X-GZIP', gzipSync(plain)), read],
  ['so is deflate', inCoding('deflate', deflateSync(plain)), read],
  ['so is br', inCoding('br', brotliCompressSync(plain)), read],
  ['so is zstd', inCoding('zstd', zstdCompressSync(plain)), read],
  ['identity is no coding', inCoding('identity', plain), read],
  ['two codings are undone in their order', inCoding('br, gzip', gzipSync(brotliCompressSync(plain))), read],
  ['so are two headers', inCoding(['br', 'gzip'], gzipSync(brotliCompressSync(plain))), read],
  ['an unknown coding is an error', inCoding('compress', plain), unknownCoding],
  ['so is a coding that is not there', inCoding('gzip', Buffer.from(secret)), unknownCoding],
  ['so is half of one', inCoding('gzip', gzipSync(plain).subarray(0, -9)), unknownCoding],
  ['so are many of them', inCoding('gzip, gzip, gzip, gzip', gzipSync(plain)), unknownCoding],
  ['a small answer that becomes too large is one', inCoding('gzip', gzipSync(Buffer.alloc(1e6))), tooLarge],
  ['nothing in a coding is nothing', inCoding('gzip', Buffer.alloc(0)), { value: null }],
  [
    'JSON in another charset is read in it',
    inCharset('application/json; charset=ISO-8859-1', Buffer.from('{"a":"é"}', 'latin1')),
    read,
  ],
  [
    'so is text, quotes around the charset or not',
    inCharset('text/plain; charset="windows-1252"', Buffer.from([0x80, 0xe9])),
    { value: '€é' },
  ],
  [
    'UTF-16 with a byte order mark is read without it',
    inCharset('application/json;charset=utf-16le', Buffer.from('\ufeff{"a":"é"}', 'utf16le')),
    read,
  ],
  ['an unknown charset is taken for UTF-8', inCharset('application/json; charset=klingon', plain), read],
  [
    'a byte order mark of UTF-8 is none of the JSON',
    inCharset('application/json', Buffer.from('\ufeff{"a":"é"}')),
    read,
  ],
  ['JSON is JSON of every type', inCharset('text/json', plain), read],
  ['and with every suffix', inCharset('model/gltf+json', plain), read],
  [
    'a type that only begins like it is none',
    inCharset('application/json-seq', plain),
    { value: plain.toString('base64') },
  ],
  ['of two content types the first counts', inCharset(['application/json', 'text/html'], plain), read],
];

const onSocket =
  (text: string): Answer =>
  (_, response) =>
    void response.socket?.end(text.replaceAll('\n', '\r\n'));
const okHead = 'HTTP/1.1 200 OK\ncontent-type: application/json\n';

/** What HTTP allows, and what it does not, around an answer. */
const framingRows: readonly (readonly [string, Answer, AnswerCase['expected']])[] = [
  [
    'answers that only announce one are none',
    (request, response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.writeProcessing();
      json({ a: 'é' })(request, response);
    },
    read,
  ],
  ['a body of 204 is none', onSocket('HTTP/1.1 204 No Content\ncontent-length: 5\n\nhello'), { value: null }],
  ['a second answer is none', onSocket(`${okHead}content-length: 2\n\n{}${okHead}\n[]`), { value: {} }],
  ['an answer ends with its connection', onSocket(`${okHead}\n{"a":[7]}`), { value: { a: [7] } }],
  [
    'half an answer does so too',
    onSocket(`${okHead}\n{"a":[7`),
    { code: 'UPSTREAM_INVALID', message: unreadable },
  ],
  [
    'two lengths are an error',
    onSocket(`${okHead}content-length: 2\ncontent-length: 4\n\n{}{}`),
    unavailable,
  ],
  ['half a chunk is an error', onSocket(`${okHead}transfer-encoding: chunked\n\n5\n{}`), unavailable],
  [
    'another protocol is an error',
    onSocket('HTTP/1.1 101 Switching Protocols\nupgrade: x\nconnection: upgrade\n\n'),
    unavailable,
  ],
  ['headers without an end are too large', raw(200, { 'x-large': 'x'.repeat(20_000) }), tooLarge],
];

export const framedAnswers: readonly AnswerCase[] = framingRows.map(([sentence, given, expected], index) => ({
  id: `F${index + 1}`,
  sentence,
  given,
  expected,
}));

/** Answers in codings and charsets that nobody asked for. */
export const codedAnswers: readonly AnswerCase[] = codingRows.map(([sentence, given, expected], index) => ({
  id: `C${index + 1}`,
  sentence,
  given,
  expected,
}));
