/** What makes a delivery unique. */
import {
  type DeliveryCase,
  order,
  inLog,
  good,
  payment,
  push,
  byPointer,
  badId,
  taken,
  sha256,
} from './case.ts';
import { nowSeconds, plain, standard, withHeaders } from '../senders.ts';

export const ids: readonly DeliveryCase[] = [
  {
    id: 'I1',
    sentence: 'the same delivery twice is one event with the same 2xx, marked',
    given: [good, good],
    expected: { statuses: [202, 202], headers: { 'sluice-duplicate': 'true' }, body: null, log: [inLog] },
  },
  {
    id: 'I2',
    sentence: 'a retry with a new timestamp is the same delivery',
    given: [good, standard({ source: 'orders', body: order, timestamp: nowSeconds + 7 })],
    expected: { statuses: [202, 202], headers: { 'sluice-duplicate': 'true' }, body: null, log: [inLog] },
  },
  {
    id: 'I3',
    sentence: 'the same id with another body is 409',
    given: [good, standard({ source: 'orders', body: '{"type":"order.cancelled"}' })],
    expected: {
      statuses: [202, 409],
      body: { code: 'WEBHOOK_ID_CONFLICT' },
      log: [inLog],
      quarantine: [{ id: 'msg_1', code: 'WEBHOOK_ID_CONFLICT', body: '{"type":"order.cancelled"}' }],
    },
  },
  {
    id: 'I4',
    sentence: 'the same id from another source is another event',
    given: [good, payment('{"payment":"p-1"}')],
    expected: { statuses: [202, 204], body: null, log: [inLog, { source: 'payments', id: 'msg_1' }] },
  },
  {
    id: 'I5',
    sentence: 'the same body twice without an id is a duplicate',
    given: [plain({ source: 'open', body: '1' }), plain({ source: 'open', body: '1' })],
    expected: {
      statuses: [202, 202],
      headers: { 'sluice-duplicate': 'true' },
      body: null,
      log: [{ id: sha256('anything\n1') }],
    },
  },
  {
    id: 'I17',
    sentence: 'two events with equal bodies and no id are two',
    given: ['one', 'other'].map((event) => plain({ source: 'routes', event, body: '1' })),
    expected: { statuses: [202, 202], headers: {}, body: null, log: [{ type: 'one' }, { type: 'other' }] },
  },
  {
    id: 'I6',
    sentence: 'an id in the payload is found by its pointer',
    given: [byPointer('{"id":"é 1","about":{"/~":"s"}}')],
    expected: taken({ id: 'é 1', subject: 's' }),
  },
  {
    id: 'I7',
    sentence: 'two numeric ids above 2^53 stay two',
    given: [byPointer('{"id":9007199254740993}'), byPointer('{"id":9007199254740992}')],
    expected: {
      statuses: [202, 202],
      body: null,
      log: [{ id: '9007199254740993' }, { id: '9007199254740992' }],
    },
  },
  {
    id: 'I8',
    sentence: 'no id where the pointer points is kept',
    given: [byPointer('{"id":null}')],
    expected: badId,
  },
  {
    id: 'I9',
    sentence: 'an id of 255 characters is taken',
    given: [byPointer(`{"id":"${'i'.repeat(255)}"}`)],
    expected: taken({ id: 'i'.repeat(255) }),
  },
  {
    id: 'I10',
    sentence: 'a longer one is kept',
    given: [byPointer(`{"id":"${'i'.repeat(256)}"}`)],
    expected: badId,
  },
  {
    id: 'I11',
    sentence: 'an id with a control character is kept',
    given: [byPointer('{"id":"a\\u0000b"}')],
    expected: badId,
  },
  {
    id: 'I12',
    sentence: 'an id with half of a surrogate pair is kept',
    given: [byPointer('{"id":"a\\ud800"}')],
    expected: badId,
  },
  {
    id: 'I13',
    sentence: 'an id header that is missing is kept',
    given: [plain({ source: 'ids', event: 'byHeader', body: '1' })],
    expected: badId,
  },
  {
    id: 'I14',
    sentence: 'an id header is taken whatever the case of its name in the configuration',
    given: [plain({ source: 'ids', event: 'byHeader', body: '1', headers: { 'x-request-id': 'r-1' } })],
    expected: taken({ id: 'r-1' }),
  },
  {
    id: 'I15',
    sentence: 'a repeated id header is kept',
    given: [
      plain({ source: 'ids', event: 'byHeader', body: '1', headers: { 'x-request-id': ['r-1', 'r-2'] } }),
    ],
    expected: badId,
  },
  {
    id: 'I16',
    sentence: 'a GitHub delivery without its id is kept',
    given: [withHeaders(push, { 'x-github-delivery': undefined })],
    expected: badId,
  },
];
