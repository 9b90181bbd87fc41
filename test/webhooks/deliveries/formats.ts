/** Other formats than JSON, and what becomes of them. */
import { type DeliveryCase, media, setAside, taken, unmatched } from './case.ts';
import { github, withHeaders } from '../senders.ts';

const structured = { 'content-type': 'application/cloudevents+json' };
const batch = { 'content-type': 'application/cloudevents-batch+json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

const created = {
  specversion: '1.0',
  id: '7',
  source: '/shop',
  type: 'com.example.order.created',
  subject: 'o-7',
};
const event = (more: object = {}) => JSON.stringify({ ...created, data: { total: 1 }, ...more });
const grid = (body: string, headers = structured, source = 'grid') => github({ source, body, headers });
const paid = event({ id: '8', type: 'com.example.order.paid', data: { kind: 'cash' } });
const inGrid = {
  source: 'grid',
  type: 'com.example.order.created',
  id: '/shop 7',
  subject: 'o-7',
  dataJson: '{"total":1}',
};
const paidInGrid = { source: 'grid', type: 'orderPaid', id: '/shop 8', dataJson: '{"kind":"cash"}' };
const binary = (body = '{"total":1}') =>
  github({
    source: 'grid',
    body,
    headers: {
      'ce-specversion': '1.0',
      'ce-id': '7',
      'ce-source': '/shop',
      'ce-type': 'com.example.order.created',
      'ce-subject': 'o-7',
    },
  });
const again = {
  statuses: [204, 204],
  headers: { 'sluice-duplicate': 'true' },
  body: null,
  log: [inGrid],
};
const conflict = (body: string) => ({
  statuses: [204, 409],
  body: { code: 'WEBHOOK_ID_CONFLICT' },
  log: [inGrid],
  quarantine: [{ source: 'grid', id: '/shop 7', code: 'WEBHOOK_ID_CONFLICT', body }],
});
const sms = (body: string) => github({ source: 'forms', body, headers: form });

export const formats: readonly DeliveryCase[] = [
  {
    id: 'F1',
    sentence: 'an event is found by its type when it states no match, and answered as its document says',
    given: [grid(event())],
    expected: taken(inGrid, 204),
  },
  {
    id: 'F2',
    sentence: 'the same in binary mode',
    given: [binary()],
    expected: taken(inGrid, 204),
  },
  {
    id: 'F3',
    sentence: 'a match reads ce-type in every mode',
    given: [grid(paid)],
    expected: taken(paidInGrid, 200),
  },
  {
    id: 'F4',
    sentence: 'but not that of the request where the event has its own, which is signed',
    given: [withHeaders(grid(event()), { 'ce-type': 'com.example.order.paid' })],
    expected: taken(inGrid, 204),
  },
  {
    id: 'F5',
    sentence: 'a pointer leads into the data',
    given: [grid(event({ type: 'x', data: { kind: 'eaten' } }))],
    expected: taken({ type: 'orderEaten' }),
  },
  {
    id: 'F6',
    sentence: 'a type that no event has is none',
    given: [grid(event({ type: 'com.example.order.lost' }))],
    expected: unmatched,
  },
  {
    id: 'F7',
    sentence: 'two events of one delivery are ambiguous',
    given: [grid(event({ data: { kind: 'eaten', total: 1 } }))],
    expected: setAside('WEBHOOK_EVENT_UNMATCHED', {
      id: '/shop 7',
      detail: 'More than one event matches: com.example.order.created, orderEaten.',
    }),
  },
  {
    id: 'F8',
    sentence: 'the URL of an event takes any type',
    given: [github({ source: 'grid', event: 'orderPaid', body: event({ type: 'x' }), headers: structured })],
    expected: taken({ type: 'orderPaid', id: '/shop 7' }, 200),
  },
  {
    id: 'F9',
    sentence: 'so does the only event of a source',
    given: [grid(event({ type: 'x' }), structured, 'one-producer')],
    expected: taken({ type: 'anything', id: '7' }),
  },
  {
    id: 'F10',
    sentence: 'the same id of another source is another event',
    given: [grid(event()), grid(event({ source: '/other' }))],
    expected: { statuses: [204, 204], body: null, log: [inGrid, { ...inGrid, id: '/other 7' }] },
  },
  {
    id: 'F11',
    sentence: 'a batch is as many events',
    given: [grid(`[${event()},${paid}]`, batch)],
    expected: { statuses: [204], body: null, log: [inGrid, paidInGrid] },
  },
  {
    id: 'F12',
    sentence: 'sent again it is a duplicate',
    given: [grid(`[${event()},${paid}]`, batch), grid(`[${event()},${paid}]`, batch)],
    expected: {
      statuses: [204, 204],
      headers: { 'sluice-duplicate': 'true' },
      body: null,
      log: [inGrid, paidInGrid],
    },
  },
  {
    id: 'F13',
    sentence: 'one event that breaks its schema keeps all of them out of the log',
    given: [grid(`[${paid},${event({ data: {} })}]`, batch)],
    expected: setAside('WEBHOOK_PAYLOAD_INVALID', { status: 200, id: null }),
  },
  {
    id: 'F14',
    sentence: 'a configured ce-id is that of each event of a batch',
    given: [grid(`[${event()},${paid}]`, batch, 'one-producer')],
    expected: { statuses: [202], body: null, log: [{ id: '7' }, { id: '8' }] },
  },
  {
    id: 'F15',
    sentence: 'an empty batch is a success',
    given: [grid('[]', batch)],
    expected: { statuses: [202], headers: {}, body: null, log: [] },
  },
  {
    id: 'F16',
    sentence: 'what is no CloudEvent is set aside',
    given: [grid(event({ specversion: '2.0' }))],
    expected: setAside('WEBHOOK_BODY_MALFORMED', {
      detail: 'The CloudEvents attribute specversion must be 1.0.',
    }),
  },
  {
    id: 'F17',
    sentence: 'a media type of another format is 415, signed or not',
    given: [withHeaders(grid(event(), form), { 'x-hub-signature-256': undefined })],
    expected: media,
  },
  {
    id: 'F18',
    sentence: 'a form is an object of its fields',
    given: [sms('MessageSid=SM1&To=%2B1555&Media=a&Media=b')],
    expected: taken(
      { type: 'message', id: 'SM1', dataJson: '{"MessageSid":"SM1","To":"+1555","Media":["a","b"]}' },
      200,
    ),
  },
  {
    id: 'F19',
    sentence: 'or the document in its field payload',
    given: [sms(`payload=${encodeURIComponent('{"MessageSid": 9007199254740993}')}`)],
    expected: taken({ id: '9007199254740993', dataJson: '{"MessageSid": 9007199254740993}' }, 200),
  },
  {
    id: 'F20',
    sentence: 'a repeated field is no text any more',
    given: [sms('MessageSid=SM1&To=1&To=2')],
    expected: setAside('WEBHOOK_PAYLOAD_INVALID', { status: 200, id: 'SM1' }),
  },
  {
    id: 'F21',
    sentence: 'of two formats at one URL the media type tells',
    given: [
      github({ source: 'chat', body: '{"event":{"type":"mention"}}' }),
      github({
        source: 'chat',
        body: 'payload={"event":{"type":"mention"}}',
        headers: { ...form, 'x-github-delivery': 'guid-2' },
      }),
    ],
    expected: { statuses: [202, 202], body: null, log: [{ type: 'mention' }, { type: 'click' }] },
  },
  {
    id: 'F22',
    sentence: 'one that neither takes is 415',
    given: [github({ source: 'chat', body: 'x', headers: { 'content-type': 'text/plain' } })],
    expected: media,
  },
  {
    id: 'F23',
    sentence: 'a batch of which one is known is no duplicate: the others are new',
    given: [grid(`[${event()}]`, batch), grid(`[${event()},${paid}]`, batch)],
    expected: { statuses: [204, 204], headers: {}, body: null, log: [inGrid, paidInGrid] },
  },
  {
    id: 'F24',
    sentence: 'a batch of which one has the id of another event is 409, and none of it is appended',
    given: [grid(`[${event()}]`, batch), grid(`[${paid},${event({ data: { total: 2 } })}]`, batch)],
    expected: {
      statuses: [204, 409],
      body: { code: 'WEBHOOK_ID_CONFLICT' },
      log: [inGrid],
      quarantine: [
        {
          source: 'grid',
          id: null,
          code: 'WEBHOOK_ID_CONFLICT',
          body: `[${paid},${event({ data: { total: 2 } })}]`,
        },
      ],
    },
  },
  {
    id: 'F25',
    sentence: 'what came alone is known in a batch',
    given: [grid(event()), grid(`[${event()}]`, batch)],
    expected: again,
  },
  {
    id: 'F26',
    sentence: 'what came in a batch is known alone, with other spaces, escapes and extensions',
    given: [
      grid(`[${event({ data: { total: 1, 'caf\u00e9': 1 } })}]`, batch),
      grid(event({ traceid: 'x', data: 0 }).replace('"data":0', '"data" : {"total": 1, "caf\\u00e9": 1 }')),
    ],
    expected: { ...again, log: [{ ...inGrid, dataJson: '{"total":1,"caf\u00e9":1}' }] },
  },
  {
    id: 'F27',
    sentence: 'what came in binary mode is known in the others',
    given: [binary(), grid(event()), grid(`[${event()}]`, batch)],
    expected: { ...again, statuses: [204, 204, 204] },
  },
  {
    id: 'F28',
    sentence: 'what came in base64 is known in binary mode, with other spaces',
    given: [
      grid(event({ data: undefined, data_base64: Buffer.from('{"total":1}').toString('base64') })),
      binary('{ "total": 1 }'),
    ],
    expected: again,
  },
  {
    id: 'F29',
    sentence: 'a number that is written otherwise is other data',
    given: [grid(event()), binary('{"total":1.0}')],
    expected: conflict('{"total":1.0}'),
  },
  {
    id: 'F30',
    sentence: 'the same id and data of another type are another event',
    given: [grid(event()), grid(`[${event({ type: 'com.example.order.paid' })}]`, batch)],
    expected: conflict(`[${event({ type: 'com.example.order.paid' })}]`),
  },
];
