/** Content codings: undone within the size limit, and what was signed is the body without them or with them. */
import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import {
  type DeliveryCase,
  good,
  inLog,
  malformed,
  order,
  payment,
  refused,
  setAside,
  sha256,
  taken,
  tooLarge,
  unverified,
} from './case.ts';
import { plain, standard, tampered, withHeaders } from '../senders.ts';
import { bodyBytesMax } from '../sources.ts';

const coded = (coding: string, body: Buffer, signed = good) =>
  withHeaders(tampered(signed, body), { 'content-encoding': coding });
const gzipped = gzipSync(order);
/** Signed as it is sent. */
const signedCoded = (body: Buffer) =>
  withHeaders(standard({ source: 'orders', body }), { 'content-encoding': 'gzip' });
const invalid = refused(400, 'WEBHOOK_CODING_INVALID');
const unsupported = {
  ...refused(415, 'WEBHOOK_CODING_UNSUPPORTED'),
  headers: { 'accept-encoding': 'gzip, deflate, br, zstd' },
};
const text = (characters: number) => `"${'a'.repeat(characters - 2)}"`;
const bomb = Buffer.alloc(16 * 1024 * 1024);
/** Says that it has ten bytes without its coding (RFC 1952, section 2.3.1: ISIZE). */
const lying = (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -4), Buffer.from([10, 0, 0, 0])]);
const fastest = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

export const codings: readonly DeliveryCase[] = [
  {
    id: 'Z1',
    sentence: 'gzip, signed before it was compressed',
    given: [coded('gzip', gzipped)],
    expected: taken(inLog),
  },
  {
    id: 'Z2',
    sentence: 'deflate is that of RFC 9110, with a zlib header',
    given: [coded('deflate', deflateSync(order))],
    expected: taken(inLog),
  },
  {
    id: 'Z3',
    sentence: 'brotli',
    given: [coded('br', brotliCompressSync(order))],
    expected: taken(inLog),
  },
  {
    id: 'Z4',
    sentence: 'zstd',
    given: [coded('zstd', zstdCompressSync(order))],
    expected: taken(inLog),
  },
  {
    id: 'Z5',
    sentence: 'the name of a coding has no case, and gzip an old one',
    given: [coded('X-GZip', gzipped)],
    expected: taken(inLog),
  },
  {
    id: 'Z6',
    sentence: 'gzip, signed as it was sent',
    given: [signedCoded(gzipped)],
    expected: taken(inLog),
  },
  {
    id: 'Z7',
    sentence: 'the same event is a duplicate with or without a coding',
    given: [good, coded('gzip', gzipped), signedCoded(gzipped)],
    expected: {
      statuses: [202, 202, 202],
      headers: { 'sluice-duplicate': 'true' },
      body: null,
      log: [inLog],
    },
  },
  {
    id: 'Z8',
    sentence: 'the identity coding is none',
    given: [withHeaders(good, { 'content-encoding': 'identity' })],
    expected: taken(inLog),
  },
  {
    id: 'Z9',
    sentence: 'the hash that is an id is of what was decoded',
    given: [coded('gzip', gzipSync('[1]'), plain({ source: 'open' }))],
    expected: taken({ id: sha256('anything\n[1]'), dataJson: '[1]' }),
  },
  {
    id: 'Z10',
    sentence: 'exactly the limit without its coding is taken',
    given: [coded('gzip', gzipSync(text(bodyBytesMax)), plain({ source: 'open' }))],
    expected: taken({ type: 'anything' }),
  },
  {
    id: 'Z11',
    sentence: 'one byte more is 413',
    given: [coded('gzip', gzipSync(text(bodyBytesMax + 1)), plain({ source: 'open' }))],
    expected: tooLarge,
  },
  { id: 'Z12', sentence: 'a bomb is 413', given: [coded('gzip', gzipSync(bomb))], expected: tooLarge },
  {
    id: 'Z13',
    sentence: 'so is one of brotli',
    given: [coded('br', brotliCompressSync(bomb, fastest))],
    expected: tooLarge,
  },
  {
    id: 'Z14',
    sentence: 'and one of zstd',
    given: [coded('zstd', zstdCompressSync(bomb))],
    expected: tooLarge,
  },
  {
    id: 'Z15',
    sentence: 'a bomb is 413 though it is signed as it was sent',
    given: [signedCoded(gzipSync(Buffer.alloc(1024 * 1024)))],
    expected: tooLarge,
  },
  {
    id: 'Z16',
    sentence: 'what is not in its coding is 400 when its signature is not good either',
    given: [coded('gzip', Buffer.from(order))].map((delivery) =>
      withHeaders(delivery, { 'webhook-signature': undefined }),
    ),
    expected: invalid,
  },
  {
    id: 'Z17',
    sentence: 'a body that is cut off is not in its coding',
    given: ['gzip', 'deflate', 'br', 'zstd'].map((coding) => {
      const whole = {
        gzip: gzipped,
        deflate: deflateSync(order),
        br: brotliCompressSync(order),
        zstd: zstdCompressSync(order),
      }[coding] as Buffer;
      return coded(coding, whole.subarray(0, -4));
    }),
    expected: { ...invalid, statuses: [400, 400, 400, 400] },
  },
  {
    id: 'Z18',
    sentence: 'gzip with a wrong checksum',
    given: [coded('gzip', Buffer.concat([gzipped.subarray(0, -8), Buffer.alloc(8)]))],
    expected: invalid,
  },
  {
    id: 'Z19',
    sentence: 'deflate without its header',
    given: [coded('deflate', deflateRawSync(order))],
    expected: invalid,
  },
  {
    id: 'Z20',
    sentence: 'an empty body is not in its coding',
    given: [coded('gzip', Buffer.alloc(0))],
    expected: invalid,
  },
  {
    id: 'Z21',
    sentence: 'signed as it was sent and not in its coding: verified, so kept as it came',
    given: [withHeaders(payment('{"payment":"p"}'), { 'content-encoding': 'gzip' })],
    expected: {
      ...malformed,
      quarantine: [
        {
          source: 'payments',
          id: 'msg_1',
          code: 'WEBHOOK_BODY_MALFORMED',
          detail: 'The body is not in its content-encoding.',
          body: '{"payment":"p"}',
        },
      ],
    },
  },
  {
    id: 'Z22',
    sentence: 'decoded well, and another body than the one signed',
    given: [coded('gzip', gzipSync(`${order} `))],
    expected: unverified,
  },
  {
    id: 'Z23',
    sentence: 'decoded well, verified, and not JSON: what was decoded is kept',
    given: [coded('gzip', gzipSync('{'), payment('{'))],
    expected: setAside('WEBHOOK_BODY_MALFORMED', { status: 204, body: '{' }),
  },
  {
    id: 'Z24',
    sentence: 'an unknown coding is 415 and says which are known',
    given: [coded('compress', gzipped)],
    expected: unsupported,
  },
  {
    id: 'Z25',
    sentence: 'so are two on top of each other',
    given: [coded('gzip, br', brotliCompressSync(gzipped))],
    expected: unsupported,
  },
  {
    id: 'Z26',
    sentence: 'and a coding that is repeated',
    given: [withHeaders(coded('gzip', gzipped), { 'content-encoding': ['gzip', 'gzip'] })],
    expected: unsupported,
  },
  {
    id: 'Z27',
    sentence: 'a zstd frame that asks for a larger window than 8 MB is not decoded',
    given: [coded('zstd', Buffer.from('28b52ffd0070010000', 'hex'))],
    expected: invalid,
  },
  {
    id: 'Z28',
    sentence: 'a bomb of deflate is 413',
    given: [coded('deflate', deflateSync(bomb))],
    expected: tooLarge,
  },
  {
    id: 'Z29',
    sentence: 'so is one that says that it is small',
    given: [coded('gzip', lying(gzipSync(bomb)))],
    expected: tooLarge,
  },
  {
    id: 'Z30',
    sentence: 'what says another size than it has is not in its coding',
    given: [coded('gzip', lying(gzipped))],
    expected: invalid,
  },
  {
    id: 'Z31',
    sentence: 'members of gzip are one body',
    given: [coded('gzip', Buffer.concat([gzipSync(order.slice(0, 9)), gzipSync(order.slice(9))]))],
    expected: taken(inLog),
  },
  {
    id: 'Z32',
    sentence: 'and a bomb together, though each is below the limit',
    given: [coded('gzip', Buffer.concat(Array.from({ length: 50 }, () => gzipSync(text(1000)))))],
    expected: tooLarge,
  },
  {
    id: 'Z33',
    sentence: 'a bomb within another is not decoded twice, whatever it says',
    given: [coded('gzip', gzipSync(gzipSync(bomb).subarray(0, 4000)))],
    expected: unverified,
  },
  {
    id: 'Z34',
    sentence: 'nor is one that says so',
    given: [coded('gzip, gzip', gzipSync(gzipSync(bomb)))],
    expected: unsupported,
  },
];
