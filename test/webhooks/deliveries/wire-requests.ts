/** Heads on a socket, several deliveries on one, and those that are slow. */
import { gzipSync } from 'node:zlib';
import { head, order } from '../door.ts';
import { bodyBytesMax } from '../sources.ts';
import {
  type WireCase,
  bytes,
  inLog,
  whole,
  refused,
  unverified,
  late,
  withLines,
  good,
  unsigned,
  chunks,
  chunked,
  end,
  followed,
  long,
  manyBytes,
} from './wire-case.ts';

/** Below the limit as it is sent, and far above it without its coding. */
const bomb = gzipSync(Buffer.alloc(2 * manyBytes), { level: 9 });

const heads: readonly WireCase[] = [
  {
    id: 'H1',
    sentence: 'a header of 1 MB',
    given: [withLines(`x: ${long}\r\ncontent-length: ${bytes}`)],
    expected: refused(431),
  },
  {
    id: 'H2',
    sentence: 'headers of 1 MB together',
    given: [withLines(`${`x: ${'a'.repeat(1000)}\r\n`.repeat(1000)}content-length: ${bytes}`)],
    expected: refused(431),
  },
  {
    id: 'H3',
    sentence: 'a URL of 1 MB',
    given: [good.replace('/webhooks/orders', `/webhooks/orders?${long}`)],
    expected: refused(431),
  },
  {
    id: 'H4',
    sentence: 'no Host',
    given: [good.replace('host: test\r\n', '')],
    expected: refused(400),
  },
  {
    id: 'H5',
    sentence: 'lines without carriage returns',
    given: [good.replaceAll('\r', '')],
    expected: refused(400),
  },
  {
    id: 'H6',
    sentence: 'a header of the signature twice, though joined it might look like one',
    given: [withLines(`webhook-id: msg_1\r\ncontent-length: ${bytes}`)],
    expected: { answers: [unverified] },
  },
  {
    id: 'H7',
    sentence: 'a name that every object has',
    given: [withLines(`__proto__: a\r\nconstructor: b\r\ncontent-length: ${bytes}`)],
    expected: whole,
  },
  {
    id: 'H8',
    sentence: 'a sender that waits for 100 Continue',
    given: [withLines(`expect: 100-continue\r\ncontent-length: ${bytes}`)],
    expected: whole,
  },
  {
    id: 'H9',
    sentence: 'a sender that expects something else',
    given: [withLines(`expect: more\r\ncontent-length: ${bytes}`)],
    expected: { answers: [{ status: 417 }] },
  },
  {
    id: 'H10',
    sentence: 'HTTP/1.0',
    given: [good.replace('HTTP/1.1', 'HTTP/1.0')],
    expected: whole,
  },
  {
    id: 'H11',
    sentence: 'the URL in absolute form',
    given: [good.replace('/webhooks/orders', 'http://test/webhooks/orders')],
    expected: whole,
  },
  {
    id: 'H12',
    sentence: 'a path that climbs',
    given: [good.replace('/webhooks/orders', '/webhooks/x/../orders')],
    expected: { answers: [{ status: 404, problem: 'WEBHOOK_SOURCE_UNKNOWN' }] },
  },
];

const cancelled = '{"type":"order.cancelled"}';

const pipelined: readonly WireCase[] = [
  {
    id: 'W1',
    sentence: 'several deliveries in one packet are answered in their order, each by itself',
    given: [
      followed('orders', 'msg_2', order) +
        followed('payments', 'msg_3', '{"payment":"p"}') +
        unsigned +
        followed('orders', 'msg_4', cancelled) +
        followed('payments', 'msg_5', '{') +
        followed('orders', 'msg_2', order) +
        followed('orders', 'msg_4', order) +
        good,
    ],
    expected: {
      answers: [
        { status: 202 },
        { status: 204 },
        unverified,
        { status: 200 },
        { status: 204, headers: { 'sluice-quarantined': 'true' } },
        { status: 202, headers: { 'sluice-duplicate': 'true' } },
        { status: 409, problem: 'WEBHOOK_ID_CONFLICT' },
        { status: 202 },
      ],
      log: [
        { source: 'orders', id: 'msg_2' },
        { source: 'orders', id: 'msg_4', type: 'orderCancelled' },
        { source: 'orders', id: 'msg_1' },
        { source: 'payments', id: 'msg_3' },
      ],
      quarantine: [
        { source: 'payments', id: 'msg_5', code: 'WEBHOOK_BODY_MALFORMED', body: '{' },
        { source: 'orders', id: 'msg_4', code: 'WEBHOOK_ID_CONFLICT', body: order },
      ],
    },
  },
  {
    id: 'W2',
    sentence: 'so are two in packets of a byte',
    given: Array.from(followed('orders', 'msg_2', order) + good),
    expected: {
      answers: [{ status: 202 }, { status: 202 }],
      log: [{ source: 'orders', id: 'msg_2' }, inLog],
    },
  },
  {
    id: 'W3',
    sentence: 'a bomb is read to its end, so the next one is served',
    given: [head(`content-encoding: gzip\r\ncontent-length: ${bomb.length}`), bomb, good],
    expected: {
      answers: [{ status: 413, problem: 'WEBHOOK_BODY_TOO_LARGE' }, { status: 202 }],
      log: [inLog],
    },
  },
  ...(
    [
      ['nobody', unsigned.replace('orders', 'nobody'), 404, 'WEBHOOK_SOURCE_UNKNOWN'],
      ['another method', unsigned.replace('POST', 'PUT'), 405, 'WEBHOOK_METHOD_NOT_ALLOWED'],
      [
        'a body above the limit',
        head(`content-length: ${bodyBytesMax + 1}`) + good.padEnd(bodyBytesMax + 1),
        413,
        'WEBHOOK_BODY_TOO_LARGE',
      ],
      [
        'chunks above the limit',
        head('transfer-encoding: chunked') + chunks(good.padEnd(bodyBytesMax + 1)) + end,
        413,
        'WEBHOOK_BODY_TOO_LARGE',
      ],
    ] as const
  ).map(([what, first, status, problem], index) => ({
    id: `W${index + 4}`,
    sentence: `what comes behind a body that was not read is not served: ${what}`,
    given: [first + good],
    expected: { answers: [{ status, problem, headers: { connection: 'close' } }] },
  })),
];

/** To a server that waits for a tenth of a second. */
export const slow: readonly WireCase[] = [
  {
    id: 'Y1',
    sentence: 'a head that goes on byte by byte',
    given: ['POST /webhooks/orders HTTP/1.1\r\nhost: test\r\nx-much: '],
    drip: 'a',
    expected: refused(408),
  },
  {
    id: 'Y2',
    sentence: 'a head that goes on header by header',
    given: ['POST /webhooks/orders HTTP/1.1\r\nhost: test\r\n'],
    drip: 'x: y\r\n',
    expected: refused(408),
  },
  { id: 'Y3', sentence: 'a head that stops', given: ['POST /web'], expected: refused(408) },
  {
    id: 'Y4',
    sentence: 'a body that stops in the middle',
    given: [good.slice(0, -10)],
    expected: late,
  },
  {
    id: 'Y5',
    sentence: 'a body that goes on byte by byte',
    given: [withLines('content-length: 4000', '{')],
    drip: ' ',
    expected: late,
  },
  {
    id: 'Y6',
    sentence: 'chunks that stop',
    given: [chunked(chunks('{'))],
    expected: late,
  },
  {
    id: 'Y7',
    sentence: 'chunks that go on byte by byte',
    given: [chunked(chunks('{'))],
    drip: chunks(' '),
    expected: late,
  },
  {
    id: 'Y8',
    sentence: 'a body that is late though it is signed, behind one that was taken',
    given: [followed('orders', 'msg_2', order) + good.slice(0, -1)],
    expected: {
      answers: [
        { status: 202 },
        { status: 408, problem: 'WEBHOOK_BODY_LATE', headers: { connection: 'close' } },
      ],
      log: [{ source: 'orders', id: 'msg_2' }],
    },
  },
];

export const wireRequests: readonly WireCase[] = [...heads, ...pipelined];
