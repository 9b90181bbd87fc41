/** Payloads that are made to hurt whoever reads them. What was verified of them is kept, letter for letter. */
import { gzipSync } from 'node:zlib';
import {
  type DeliveryCase,
  badId,
  byPointer,
  payment,
  setAside,
  taken,
  unmatched,
  unverified,
} from './case.ts';
import { github, plain, standard, tampered, withHeaders } from '../senders.ts';

const large = (body: string) => standard({ source: 'large', body });
const cloud = (data: string, more = '') =>
  github({
    source: 'grid',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: `{"specversion":"1.0","id":"7","source":"/shop","type":"com.example.order.created"${more},"data":${data}}`,
  });
const form = (body: string) =>
  github({ source: 'forms', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body });

const levels = 100_000;
const arrays = '['.repeat(levels) + ']'.repeat(levels);
const objects = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const tooDeep = (body: string) =>
  setAside('WEBHOOK_BODY_MALFORMED', {
    source: 'large',
    id: 'msg_1',
    detail: 'The body is nested deeper than 128 levels.',
    body,
  });
const digits = '7'.repeat(400);
const numbers = `{"total":1,"a":${digits},"b":1e999,"c":-0,"d":1.10}`;
const keys = `{${Array.from({ length: 50_000 }, (_, index) => `"${index}":1`).join(',')}}`;
const text = (characters: number) => `"${'a'.repeat(characters - 2)}"`;

const nesting: readonly DeliveryCase[] = [
  {
    id: 'X1',
    sentence: 'a hundred thousand lists in each other',
    given: [large(arrays)],
    expected: tooDeep(arrays),
  },
  {
    id: 'X2',
    sentence: 'a hundred thousand objects in each other',
    given: [large(objects)],
    expected: tooDeep(objects),
  },
  {
    id: 'X3',
    sentence: 'a million lists that are never closed',
    given: [large('['.repeat(1_000_000))],
    expected: tooDeep('['.repeat(1_000_000)),
  },
  {
    id: 'X4',
    sentence: 'in some hundred bytes of gzip',
    given: [withHeaders(tampered(large(arrays), gzipSync(arrays)), { 'content-encoding': 'gzip' })],
    expected: tooDeep(arrays),
  },
  {
    id: 'X5',
    sentence: 'not signed, it is not read at all',
    given: [plain({ source: 'large', body: arrays })],
    expected: unverified,
  },
  {
    id: 'X6',
    sentence: 'in the data of a CloudEvent',
    given: [cloud('['.repeat(1000) + ']'.repeat(1000))],
    expected: setAside('WEBHOOK_BODY_MALFORMED', { detail: 'The body is nested deeper than 128 levels.' }),
  },
  {
    id: 'X7',
    sentence: 'in the payload of a form',
    given: [form(`payload=${'['.repeat(1000)}${']'.repeat(1000)}`)],
    expected: setAside('WEBHOOK_BODY_MALFORMED', {
      status: 200,
      detail: 'payload is nested deeper than 128 levels.',
    }),
  },
];

const hugeNumbers: readonly DeliveryCase[] = [
  {
    id: 'X8',
    sentence: 'numbers that no double holds go on as they were written',
    given: [large(numbers)],
    expected: taken({ source: 'large', dataJson: numbers }),
  },
  {
    id: 'X9',
    sentence: 'so do those in the data of a CloudEvent',
    given: [cloud(numbers)],
    expected: taken({ source: 'grid', dataJson: numbers }, 204),
  },
  {
    id: 'X10',
    sentence: 'an id that no double holds keeps its text',
    given: [byPointer('{"id":1e999}'), byPointer(`{"id":${digits.slice(0, 255)}}`)],
    expected: {
      statuses: [202, 202],
      body: null,
      log: [{ id: '1e999' }, { id: digits.slice(0, 255) }],
    },
  },
  {
    id: 'X11',
    sentence: 'one of four hundred digits is too long to be one',
    given: [byPointer(`{"id":${digits}}`)],
    expected: badId,
  },
];

const duplicateKeys: readonly DeliveryCase[] = [
  {
    id: 'X12',
    sentence: 'the event is the one that the last of two names says',
    given: [standard({ source: 'orders', body: '{"type":"order.created","type":"order.cancelled"}' })],
    expected: taken(
      { type: 'orderCancelled', dataJson: '{"type":"order.created","type":"order.cancelled"}' },
      200,
    ),
  },
  {
    id: 'X13',
    sentence: 'however it is escaped',
    given: [standard({ source: 'orders', body: '{"\\u0074ype":"order\\u002ecancelled"}' })],
    expected: taken({ type: 'orderCancelled', dataJson: '{"\\u0074ype":"order\\u002ecancelled"}' }, 200),
  },
  {
    id: 'X14',
    sentence: 'so is its id',
    given: [byPointer('{"id":"a","id":"b"}')],
    expected: taken({ id: 'b', dataJson: '{"id":"a","id":"b"}' }),
  },
  {
    id: 'X15',
    sentence: 'and that of a CloudEvent',
    given: [cloud('{"total":1,"total":2}', ',"id":"8"')],
    expected: taken({ id: '/shop 8', dataJson: '{"total":2}' }, 204),
  },
  {
    id: 'X16',
    sentence: 'fifty thousand names are an object',
    given: [large(keys)],
    expected: taken({ source: 'large', dataJson: keys }),
  },
];

const prototypes: readonly DeliveryCase[] = [
  {
    id: 'X17',
    sentence: 'an id is not found in a part that is called __proto__',
    given: [byPointer('{"__proto__":{"id":"a"}}')],
    expected: badId,
  },
  {
    id: 'X18',
    sentence: 'nor what tells events apart',
    given: [standard({ source: 'orders', body: '{"__proto__":{"type":"order.created"}}' })],
    expected: unmatched,
  },
  {
    id: 'X19',
    sentence: '__proto__ in the data of a CloudEvent is a name like any other',
    given: [cloud('{"total":1,"__proto__":{"total":1e400},"constructor":{"prototype":{}}}')],
    expected: taken(
      { dataJson: '{"total":1,"__proto__":{"total":1e400},"constructor":{"prototype":{}}}' },
      204,
    ),
  },
  {
    id: 'X20',
    sentence: 'as an attribute of one it breaks the rules of names',
    given: [cloud('{"total":1}', ',"__proto__":"a"')],
    expected: setAside('WEBHOOK_BODY_MALFORMED', { source: 'grid' }),
  },
  {
    id: 'X21',
    sentence: 'as a field of a form it is a field',
    given: [form('MessageSid=a&__proto__=b&constructor=c&__proto__=d')],
    expected: taken({ id: 'a', dataJson: '{"MessageSid":"a","__proto__":["b","d"],"constructor":"c"}' }, 200),
  },
];

const texts: readonly DeliveryCase[] = [
  {
    id: 'X22',
    sentence: 'a body of 1 MB, to a source that may send it',
    given: [large(text(1024 * 1024))],
    expected: taken({ source: 'large', dataJson: text(1024 * 1024) }),
  },
  {
    id: 'X23',
    sentence: 'bytes that are no UTF-8, in a form',
    given: [form('MessageSid=a&To=%ff'), form('MessageSid=%E2%82'), form('MessageSid=a%')],
    expected: {
      statuses: [200, 200, 200],
      headers: { 'sluice-quarantined': 'true' },
      body: null,
      log: [],
      quarantine: ['MessageSid=%E2%82', 'MessageSid=a&To=%ff', 'MessageSid=a%'].map((body) => ({
        code: 'WEBHOOK_BODY_MALFORMED',
        body,
      })),
    },
  },
  {
    id: 'X24',
    sentence: 'half of a surrogate pair is no subject that can be sent on',
    given: [payment('{"payment":"\\ud800"}')],
    expected: taken({ subject: '\ufffd', dataJson: '{"payment":"\\ud800"}' }, 204),
  },
  {
    id: 'X25',
    sentence: 'null bytes around a payload are no spaces',
    given: [payment('\0{"payment":"p"}\0')],
    expected: setAside('WEBHOOK_BODY_MALFORMED', { status: 204, body: '\0{"payment":"p"}\0' }),
  },
];

export const hostile: readonly DeliveryCase[] = [
  ...nesting,
  ...hugeNumbers,
  ...duplicateKeys,
  ...prototypes,
  ...texts,
];
