/** Every way for a signature not to be good has the same answer. */
import { type DeliveryCase, order, good, payment, push, unverified } from './case.ts';
import { nowSeconds, plain, secrets, standard, tampered, withHeaders } from '../senders.ts';

export const signatures: readonly DeliveryCase[] = [
  {
    id: 'S1',
    sentence: 'no signature',
    given: [plain({ source: 'orders', body: order })],
    expected: unverified,
  },
  {
    id: 'S2',
    sentence: 'a body changed by one byte',
    given: [tampered(good, order.replace('o-1', 'o-2'))],
    expected: unverified,
  },
  {
    id: 'S3',
    sentence: 'a space after the body',
    given: [tampered(good, `${order} `)],
    expected: unverified,
  },
  {
    id: 'S4',
    sentence: 'a secret that is not ours',
    given: [standard({ source: 'orders', body: order, secret: secrets.other })],
    expected: unverified,
  },
  {
    id: 'S5',
    sentence: 'another id than the one signed',
    given: [withHeaders(good, { 'webhook-id': 'msg_2' })],
    expected: unverified,
  },
  {
    id: 'S6',
    sentence: 'another timestamp than the one signed',
    given: [withHeaders(good, { 'webhook-timestamp': `${nowSeconds - 1}` })],
    expected: unverified,
  },
  {
    id: 'S7',
    sentence: 'a timestamp too far in the past',
    given: [standard({ source: 'orders', body: order, timestamp: nowSeconds - 301 })],
    expected: unverified,
  },
  {
    id: 'S8',
    sentence: 'a timestamp too far in the future',
    given: [standard({ source: 'orders', body: order, timestamp: nowSeconds + 301 })],
    expected: unverified,
  },
  {
    id: 'S9',
    sentence: 'junk after the timestamp, though signed',
    given: [standard({ source: 'orders', body: order, timestamp: `${nowSeconds}junk` })],
    expected: unverified,
  },
  {
    id: 'S10',
    sentence: 'a timestamp with a sign, though signed',
    given: [standard({ source: 'orders', body: order, timestamp: `+${nowSeconds}` })],
    expected: unverified,
  },
  {
    id: 'S11',
    sentence: 'a timestamp with a fraction, though signed',
    given: [standard({ source: 'orders', body: order, timestamp: `${nowSeconds}.0` })],
    expected: unverified,
  },
  {
    id: 'S12',
    sentence: 'no id',
    given: [withHeaders(good, { 'webhook-id': undefined })],
    expected: unverified,
  },
  {
    id: 'S13',
    sentence: 'an empty id, though signed',
    given: [standard({ source: 'orders', body: order, id: '' })],
    expected: unverified,
  },
  {
    id: 'S14',
    sentence: 'no timestamp',
    given: [withHeaders(good, { 'webhook-timestamp': undefined })],
    expected: unverified,
  },
  {
    id: 'S15',
    sentence: 'a repeated signature header, one of them good',
    given: [
      withHeaders(good, { 'webhook-signature': [good.headers['webhook-signature'] as string, 'v1,AAAA'] }),
    ],
    expected: unverified,
  },
  {
    id: 'S16',
    sentence: 'a repeated id header',
    given: [withHeaders(good, { 'webhook-id': ['msg_1', 'msg_1'] })],
    expected: unverified,
  },
  {
    id: 'S17',
    sentence: 'a repeated timestamp header',
    given: [withHeaders(good, { 'webhook-timestamp': [`${nowSeconds}`, `${nowSeconds}`] })],
    expected: unverified,
  },
  {
    id: 'S18',
    sentence: 'a signature without its version',
    given: [
      withHeaders(good, { 'webhook-signature': (good.headers['webhook-signature'] as string).slice(3) }),
    ],
    expected: unverified,
  },
  {
    id: 'S19',
    sentence: 'a good signature under another version',
    given: [
      withHeaders(good, {
        'webhook-signature': `v2,${(good.headers['webhook-signature'] as string).slice(3)}`,
      }),
    ],
    expected: unverified,
  },
  {
    id: 'S20',
    sentence: 'a signature in base64 without padding',
    given: [
      withHeaders(good, {
        'webhook-signature': (good.headers['webhook-signature'] as string).replace('=', ''),
      }),
    ],
    expected: unverified,
  },
  {
    id: 'S21',
    sentence: 'a dot in the id, which would let the signed text be split elsewhere',
    given: [standard({ source: 'orders', body: order, id: `msg.${nowSeconds}` })],
    expected: unverified,
  },
  {
    id: 'S22',
    sentence: 'bytes that only look like the signed ones when decoded as text',
    given: [tampered(payment('{"payment":"\ufffd"}'), Buffer.from('{"payment":"\xff"}', 'latin1'))],
    expected: unverified,
  },
  {
    id: 'S23',
    sentence: 'malformed JSON without a signature is 401, not 400',
    given: [plain({ source: 'orders', body: '{' })],
    expected: unverified,
  },
  {
    id: 'S24',
    sentence: "GitHub's SHA-1 signature is not looked at",
    given: [withHeaders(push, { 'x-hub-signature-256': undefined, 'x-hub-signature': 'sha1=00' })],
    expected: unverified,
  },
  {
    id: 'S25',
    sentence: "GitHub's signature in upper case is not GitHub's",
    given: [
      withHeaders(push, {
        'x-hub-signature-256': (push.headers['x-hub-signature-256'] as string).toUpperCase(),
      }),
    ],
    expected: unverified,
  },
  {
    id: 'S26',
    sentence: 'a repeated GitHub signature',
    given: [
      withHeaders(push, {
        'x-hub-signature-256': ['sha256=00', push.headers['x-hub-signature-256'] as string],
      }),
    ],
    expected: unverified,
  },
  {
    id: 'S27',
    sentence: 'one scheme does not open the route of an event with another',
    given: [standard({ source: 'mixed', event: 'signedGithub', body: '{"kind":2}' })],
    expected: unverified,
  },
];
