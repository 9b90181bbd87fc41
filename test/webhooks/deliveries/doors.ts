/** Route, method, size and content type. */
import { type DeliveryCase, order, inLog, good, refused, unknown, tooLarge, media, taken } from './case.ts';
import { plain, standard, withHeaders } from '../senders.ts';
import { bodyBytesMax } from '../sources.ts';

export const doors: readonly DeliveryCase[] = [
  {
    id: 'R1',
    sentence: 'an unknown source is 404',
    given: [standard({ source: 'nobody', body: order })],
    expected: unknown,
  },
  {
    id: 'R2',
    sentence: 'an unknown event of a known source is the same 404',
    given: [standard({ source: 'orders', event: 'orderEaten', body: order })],
    expected: unknown,
  },
  {
    id: 'R3',
    sentence: 'a source called like a property of every object is unknown',
    given: [plain({ source: '__proto__', event: 'constructor' })],
    expected: unknown,
  },
  {
    id: 'R4',
    sentence: 'another method is 405 and says which is allowed',
    given: [{ ...good, method: 'PUT' }],
    expected: { ...refused(405, 'WEBHOOK_METHOD_NOT_ALLOWED'), headers: { allow: 'POST' } },
  },
  {
    id: 'R5',
    sentence: 'one byte above the limit is 413, signed or not',
    given: [plain({ source: 'orders', body: 'a'.repeat(bodyBytesMax + 1) })],
    expected: tooLarge,
  },
  {
    id: 'R6',
    sentence: 'a declared length above the limit is 413 before the body is read',
    given: [withHeaders(plain({ source: 'orders' }), { 'content-length': String(bodyBytesMax + 1) })],
    expected: tooLarge,
  },

  {
    id: 'C1',
    sentence: 'a charset parameter changes nothing',
    given: [withHeaders(good, { 'content-type': 'application/json; charset=utf-8' })],
    expected: taken(inLog),
  },
  {
    id: 'C2',
    sentence: 'whichever charset it names',
    given: [withHeaders(good, { 'content-type': 'Application/JSON;charset="ISO-8859-1"' })],
    expected: taken(inLog),
  },
  {
    id: 'C3',
    sentence: 'a structured JSON suffix is JSON',
    given: [withHeaders(good, { 'content-type': 'application/vnd.orders.v2+json' })],
    expected: taken(inLog),
  },
  {
    id: 'C4',
    sentence: 'no content type at all is read as JSON',
    given: [withHeaders(good, { 'content-type': undefined })],
    expected: taken(inLog),
  },
  {
    id: 'C5',
    sentence: 'another content type is 415',
    given: [withHeaders(good, { 'content-type': 'text/plain' })],
    expected: media,
  },
  {
    id: 'C6',
    sentence: 'a repeated content type is 415',
    given: [withHeaders(good, { 'content-type': ['application/json', 'text/plain'] })],
    expected: media,
  },
  {
    id: 'C8',
    sentence: 'the identity coding is none',
    given: [withHeaders(good, { 'content-encoding': 'identity' })],
    expected: taken(inLog),
  },
];
