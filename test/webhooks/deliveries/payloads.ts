/** The body as JSON, the event that it is, and the schema of that event. */
import { type DeliveryCase, payment, push, malformed, setAside, unmatched, violates, taken } from './case.ts';
import { github, plain, standard, withHeaders } from '../senders.ts';

export const payloads: readonly DeliveryCase[] = [
  { id: 'B1', sentence: 'malformed JSON is kept', given: [payment('{"payment":')], expected: malformed },
  { id: 'B2', sentence: 'an empty body is kept', given: [payment('')], expected: malformed },
  {
    id: 'B3',
    sentence: 'a byte order mark is kept',
    given: [payment('\ufeff{"payment":"p"}')],
    expected: malformed,
  },
  {
    id: 'B4',
    sentence: 'invalid UTF-8 is kept',
    given: [payment(Buffer.from('{"payment":"\xff"}', 'latin1'))],
    expected: malformed,
  },
  {
    id: 'B5',
    sentence: 'an overlong UTF-8 encoding is kept',
    given: [payment(Buffer.from('"\xc0\xaf"', 'latin1'))],
    expected: malformed,
  },
  {
    id: 'B6',
    sentence: 'UTF-16 is kept',
    given: [payment(Buffer.from('{"payment":"p"}', 'utf16le'))],
    expected: malformed,
  },
  {
    id: 'B7',
    sentence: 'nesting beyond the limit is kept as no JSON',
    given: [plain({ source: 'open', body: '['.repeat(129) + ']'.repeat(129) })],
    expected: setAside('WEBHOOK_BODY_MALFORMED', { source: 'open' }),
  },
  {
    id: 'B8',
    sentence: 'nesting at the limit is taken',
    given: [plain({ source: 'open', body: '['.repeat(128) + ']'.repeat(128) })],
    expected: taken({ type: 'anything' }),
  },
  {
    id: 'B9',
    sentence: 'brackets in strings are no nesting',
    given: [plain({ source: 'open', body: `"\\"${'['.repeat(500)}\\\\"` })],
    expected: taken({ type: 'anything' }),
  },
  {
    id: 'B10',
    sentence: 'two JSON texts are not one',
    given: [payment('{"payment":"p"}{"payment":"p"}')],
    expected: malformed,
  },
  { id: 'B11', sentence: 'NaN is no JSON', given: [payment('{"payment":NaN}')], expected: malformed },

  {
    id: 'B12',
    sentence: 'a name that comes twice is taken as it was written, and read as its last value',
    given: [payment('{"payment":"a","payment":"b"}')],
    expected: taken({ subject: 'b', dataJson: '{"payment":"a","payment":"b"}' }, 204),
  },
  {
    id: 'B13',
    sentence: 'a number of a thousand digits is no number, and keeps them all',
    given: [payment(`{"payment":${'9'.repeat(1000)}}`)],
    expected: setAside('WEBHOOK_PAYLOAD_INVALID', { status: 204, body: `{"payment":${'9'.repeat(1000)}}` }),
  },
  {
    id: 'B14',
    sentence: '__proto__ is a name like any other',
    given: [plain({ source: 'open', body: '{"__proto__":{"polluted":true},"constructor":{"prototype":1}}' })],
    expected: taken({ dataJson: '{"__proto__":{"polluted":true},"constructor":{"prototype":1}}' }),
  },
  {
    id: 'B15',
    sentence: 'nesting that is never closed is kept',
    given: [plain({ source: 'open', body: '['.repeat(4000) })],
    expected: setAside('WEBHOOK_BODY_MALFORMED', { source: 'open' }),
  },
  {
    id: 'B16',
    sentence: 'half of a surrogate pair is JSON, and kept as its text',
    given: [plain({ source: 'open', body: '"\\ud800"' })],
    expected: taken({ dataJson: '"\\ud800"' }),
  },
  {
    id: 'B17',
    sentence: 'a null byte within a text is taken as its escape',
    given: [plain({ source: 'open', body: '"\\u0000"' })],
    expected: taken({ dataJson: '"\\u0000"' }),
  },

  {
    id: 'E1',
    sentence: 'a payload that is none of the events is kept',
    given: [standard({ source: 'orders', body: '{"type":"order.eaten"}' })],
    expected: unmatched,
  },
  {
    id: 'E2',
    sentence: 'so is one without what tells events apart',
    given: [standard({ source: 'orders', body: '[]' })],
    expected: unmatched,
  },
  {
    id: 'E3',
    sentence: 'and a header that names no event',
    given: [withHeaders(push, { 'x-github-event': 'star' })],
    expected: unmatched,
  },
  {
    id: 'E4',
    sentence: 'and a repeated header',
    given: [withHeaders(push, { 'x-github-event': ['push', 'ping'] })],
    expected: unmatched,
  },
  {
    id: 'E5',
    sentence: 'a number tells events apart by its text',
    given: [github({ source: 'mixed', body: '{"kind":2}' })],
    expected: taken({ type: 'signedGithub' }),
  },
  {
    id: 'E6',
    sentence: 'a signature good for one event does not carry another',
    given: [github({ source: 'mixed', body: '{"kind":1}' })],
    expected: unmatched,
  },
  {
    id: 'E7',
    sentence: 'a payload that is two events is kept',
    given: [github({ source: 'mixed', body: '{"kind":2,"two":true}' })],
    expected: setAside('WEBHOOK_EVENT_UNMATCHED', {
      id: 'guid-1',
      body: '{"kind":2,"two":true}',
      detail: 'More than one event matches: signedGithub, alsoTwo.',
    }),
  },
  {
    id: 'E8',
    sentence: 'an event without a match is reached by its own route',
    given: [github({ source: 'mixed', event: 'ownRouteOnly', body: '{"kind":1}' })],
    expected: taken({ type: 'ownRouteOnly' }),
  },

  {
    id: 'V1',
    sentence: 'a missing property is kept',
    given: [standard({ source: 'orders', body: '{"type":"order.created","data":{"id":"o-1"}}' })],
    expected: violates('/data', "must have required property 'total'"),
  },
  {
    id: 'V2',
    sentence: 'a wrong type is kept',
    given: [standard({ source: 'orders', body: '{"type":"order.created","data":{"id":5150,"total":1}}' })],
    expected: violates('/data/id', 'must be string'),
  },
  {
    id: 'V8',
    sentence: 'a number beyond the range of a double is kept',
    given: [standard({ source: 'orders', body: '{"type":"order.created","data":{"id":"o","total":1e400}}' })],
    expected: violates('/data/total', 'must be number'),
  },
  {
    id: 'V3',
    sentence: 'a boolean exclusiveMinimum of 3.0 excludes the minimum',
    given: [standard({ source: 'orders', body: '{"type":"order.created","data":{"id":"o","total":0}}' })],
    expected: violates('/data/total', 'must be > 0'),
  },
  {
    id: 'V4',
    sentence: 'a numeric exclusiveMinimum of 3.1 does',
    given: [payment('{"payment":"p","amount":0}')],
    expected: violates('/amount', 'must be > 0', 204),
  },
  {
    id: 'V5',
    sentence: 'an additional property is kept where the schema forbids it',
    given: [payment('{"payment":"p","__proto__":{}}')],
    expected: violates('', 'must NOT have additional properties', 204),
  },
  {
    id: 'V6',
    sentence: 'a recursive schema is followed',
    given: [
      standard({
        source: 'orders',
        body: '{"type":"order.created","data":{"id":"o","total":1,"parts":[{"id":"","total":1}]}}',
      }),
    ],
    expected: violates('/data/parts/0/id', 'must NOT have fewer than 1 characters'),
  },
  {
    id: 'V7',
    sentence: "an event's own route validates as well",
    given: [standard({ source: 'orders', event: 'orderCreated', body: '7' })],
    expected: violates('', 'must be object'),
  },
];
