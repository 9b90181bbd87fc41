/** What was verified and is no event: kept, whatever the answer. */
import { type DeliveryCase, good, inLog, order, payment, refused, setAside } from './case.ts';
import { nowSeconds, plain, standard, withHeaders } from '../senders.ts';

const strict = (body: string) => standard({ source: 'strict', body });
const again = { timestamp: nowSeconds + 7 };

export const quarantined: readonly DeliveryCase[] = [
  {
    id: 'Q1',
    sentence: 'a strict source is told what breaks the schema, and it is kept',
    given: [strict('[]')],
    expected: {
      ...refused(422, 'WEBHOOK_PAYLOAD_INVALID', { errors: [{ path: '', message: 'must be object' }] }),
      quarantine: [
        { source: 'strict', event: null, id: 'msg_1', code: 'WEBHOOK_PAYLOAD_INVALID', body: '[]' },
      ],
    },
  },
  {
    id: 'Q2',
    sentence: 'or that it is not JSON, without a word of it',
    given: [strict('{"secret":')],
    expected: {
      ...refused(422, 'WEBHOOK_BODY_MALFORMED', { detail: 'The body is not JSON.' }),
      quarantine: [{ code: 'WEBHOOK_BODY_MALFORMED', body: '{"secret":' }],
    },
  },
  {
    id: 'Q3',
    sentence: 'what a strict source sends well is taken',
    given: [strict('{}')],
    expected: { statuses: [200], headers: {}, body: null, log: [{ source: 'strict', id: 'msg_1' }] },
  },
  {
    id: 'Q4',
    sentence: 'a refused delivery that comes again is kept once',
    given: [payment('{'), payment('{', again)],
    expected: { ...setAside('WEBHOOK_BODY_MALFORMED', { id: 'msg_1', body: '{' }), statuses: [204, 204] },
  },
  {
    id: 'Q5',
    sentence: 'a used id with a body that is not JSON is 409',
    given: [good, standard({ source: 'orders', body: '{' })],
    expected: {
      ...refused(409, 'WEBHOOK_ID_CONFLICT'),
      statuses: [202, 409],
      log: [inLog],
      quarantine: [{ id: 'msg_1', code: 'WEBHOOK_ID_CONFLICT', body: '{' }],
    },
  },
  {
    id: 'Q6',
    sentence: 'a used id with a body that is no event is 409',
    given: [good, standard({ source: 'orders', body: '{"type":"order.eaten"}' })],
    expected: {
      ...refused(409, 'WEBHOOK_ID_CONFLICT'),
      statuses: [202, 409],
      log: [inLog],
      quarantine: [{ id: 'msg_1', code: 'WEBHOOK_ID_CONFLICT', body: '{"type":"order.eaten"}' }],
    },
  },
  {
    id: 'Q7',
    sentence: 'an id of which only a refused body was seen is free',
    given: [standard({ source: 'orders', body: '{' }), good],
    expected: {
      statuses: [202, 202],
      headers: {},
      body: null,
      log: [inLog],
      quarantine: [{ id: 'msg_1', code: 'WEBHOOK_BODY_MALFORMED', body: '{' }],
    },
  },
  {
    id: 'Q8',
    sentence: "the event of the URL is kept with it, and that event's success is the answer",
    given: [standard({ source: 'orders', event: 'orderCancelled', body: 'cancelled' })],
    expected: setAside('WEBHOOK_BODY_MALFORMED', {
      status: 200,
      source: 'orders',
      event: 'orderCancelled',
      body: 'cancelled',
    }),
  },
  {
    id: 'Q9',
    sentence: 'what was not verified is not kept, whatever else is wrong with it',
    given: [
      plain({ source: 'orders', body: '{' }),
      plain({ source: 'strict', body: '[]' }),
      withHeaders(good, { 'webhook-id': 'msg_2' }),
    ],
    expected: { ...refused(401, 'WEBHOOK_SIGNATURE_INVALID'), statuses: [401, 401, 401] },
  },
  {
    id: 'Q10',
    sentence: 'bytes that are no text are kept as they are',
    given: [payment(Buffer.from('00ff', 'hex'))],
    expected: setAside('WEBHOOK_BODY_MALFORMED', {
      status: 204,
      body: Buffer.from('00ff', 'hex').toString('latin1'),
    }),
  },
  {
    id: 'Q11',
    sentence: 'an event that was taken is not kept, too',
    given: [good, standard({ source: 'orders', body: order, ...again })],
    expected: { statuses: [202, 202], headers: { 'sluice-duplicate': 'true' }, body: null, log: [inLog] },
  },
];
