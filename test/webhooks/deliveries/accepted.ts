/** What is taken, and what the log then holds. */
import {
  type DeliveryCase,
  order,
  inLog,
  good,
  payment,
  push,
  byPointer,
  taken,
  traceparent,
  sha256,
} from './case.ts';
import { nowSeconds, plain, secrets, standard, withHeaders } from '../senders.ts';
import { bodyBytesMax } from '../sources.ts';

export const accepted: readonly DeliveryCase[] = [
  {
    id: 'T1',
    sentence: 'a signed, valid delivery is in the log when it is answered',
    given: [good],
    expected: taken(inLog),
  },
  {
    id: 'T2',
    sentence: "the event's own route takes it too",
    given: [standard({ source: 'orders', event: 'orderCreated', body: order })],
    expected: taken(inLog),
  },
  {
    id: 'T3',
    sentence: 'the status is the one that the document declares',
    given: [standard({ source: 'orders', body: '{"type":"order.cancelled"}' })],
    expected: taken({ type: 'orderCancelled', subject: null }, 200),
  },
  {
    id: 'T4',
    sentence: '204 is such a status, and a sole event needs no match',
    given: [payment('{"payment":"p-1","amount":1}')],
    expected: taken({ type: 'paymentConfirmed', subject: 'p-1' }, 204),
  },
  {
    id: 'T5',
    sentence: 'a GitHub delivery is told by its event header',
    given: [push],
    expected: taken({ type: 'push', id: 'guid-1' }),
  },
  {
    id: 'T6',
    sentence: 'without a scheme and an id, the hash of event name and body is the id',
    given: [plain({ source: 'open', body: '[1]' })],
    expected: taken({ id: sha256('anything\n[1]'), dataJson: '[1]' }),
  },
  {
    id: 'T7',
    sentence: 'the payload is kept as its text: digits, spaces and key order included',
    given: [plain({ source: 'open', body: ' {"n": 12345678901234567890.10, "__proto__": 1e400}\n' })],
    expected: taken({ dataJson: ' {"n": 12345678901234567890.10, "__proto__": 1e400}\n' }),
  },
  {
    id: 'T8',
    sentence: 'a secret from before the rotation is good while it is configured',
    given: [standard({ source: 'orders', body: order, secret: secrets.former })],
    expected: taken(inLog),
  },
  {
    id: 'T9',
    sentence: 'one good signature among several is enough',
    given: [
      withHeaders(good, {
        'webhook-signature': `v1a,AAAA v1,AAAA ${good.headers['webhook-signature'] as string}`,
      }),
    ],
    expected: taken(inLog),
  },
  {
    id: 'T10',
    sentence: 'a payload of more bytes than characters is verified as bytes',
    given: [plain({ source: 'open', body: '"♥😀é"' })],
    expected: taken({ dataJson: '"♥😀é"' }),
  },
  {
    id: 'T11',
    sentence: 'a body of exactly the limit is taken',
    given: [plain({ source: 'open', body: `"${'a'.repeat(bodyBytesMax - 2)}"` })],
    expected: taken({ type: 'anything' }),
  },
  {
    id: 'T12',
    sentence: 'a timestamp at the edge of the tolerance is good',
    given: [standard({ source: 'orders', body: order, timestamp: nowSeconds - 300 })],
    expected: taken(inLog),
  },
  {
    id: 'T13',
    sentence: 'null is good for a nullable property of a 3.0 document',
    given: [
      standard({
        source: 'orders',
        body: '{"type":"order.created","data":{"id":"o-1","total":1,"note":null}}',
      }),
    ],
    expected: taken({ subject: 'o-1' }),
  },

  {
    id: 'O1',
    sentence: 'a numeric subject keeps its digits',
    given: [payment('{"payment":12345678901234567890}')],
    expected: taken({ subject: '12345678901234567890' }, 204),
  },
  {
    id: 'O2',
    sentence: 'a subject that is no text is none',
    given: [byPointer('{"id":"1","about":{"/~":{}}}')],
    expected: taken({ subject: null }),
  },
  {
    id: 'O3',
    sentence: 'a valid traceparent goes along',
    given: [withHeaders(good, { traceparent })],
    expected: taken({ ...inLog, traceparent }),
  },
  {
    id: 'O4',
    sentence: 'an invalid one does not, and does no harm',
    given: [withHeaders(good, { traceparent: traceparent.toUpperCase() })],
    expected: taken({ ...inLog, traceparent: null }),
  },
  {
    id: 'O5',
    sentence: 'nor does one of zeros',
    given: [withHeaders(good, { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` })],
    expected: taken({ ...inLog, traceparent: null }),
  },
  {
    id: 'O6',
    sentence: 'the time is when it was received',
    given: [good],
    expected: taken({ ...inLog, time: '2026-11-22T12:00:00.000Z' }),
  },
];
