/** `format: cloudevents` in its three content modes. */
import { createHash } from 'node:crypto';
import type { DeliveryHeaders } from '../../../webhooks/delivery.ts';
import { type FormatCase, malformed, one, unsupported } from './case.ts';

const structured = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
const batch = { 'content-type': 'application/cloudevents-batch+json' };
const required = { specversion: '1.0', id: '1', source: '/orders', type: 'order.created' };
const event = (more: object = {}) => JSON.stringify({ ...required, ...more });
/** An event as text, where what JSON.stringify would write is not what is meant. */
const eventText = (members: string) => `${event().slice(0, -1)},${members}}`;
const known = { id: '/orders 1', type: 'order.created' };
const json = { 'content-type': 'application/json' };
const binary = (more: DeliveryHeaders = {}): DeliveryHeaders => ({
  ...json,
  'ce-specversion': '1.0',
  'ce-id': '1',
  'ce-source': '/orders',
  'ce-type': 'order.created',
  ...more,
});

const mustBe = (name: string, wanted: string) =>
  malformed(`The CloudEvents attribute ${name} must be ${wanted}.`);
const aText = 'a text of 1 to 2048 printable characters';
const aReference = 'a URI reference (RFC 3986)';
const aTime = 'a date and time by RFC 3339';
const needs = (name: string) => malformed(`A CloudEvent needs the attribute ${name}.`);
const dataMustBeJson = unsupported('The data of a CloudEvent must be JSON.');
const badHeader = malformed('A header of a CloudEvent is repeated, or no percent-encoded UTF-8.');
const badExtension = malformed(
  'An attribute is named by lower-case letters and digits, and is a string, a boolean or an integer.',
);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

type Row = [
  sentence: string,
  headers: DeliveryHeaders,
  body: FormatCase['body'],
  expected: FormatCase['expected'],
];

const inStructuredMode: Row[] = [
  ['an event', structured, event({ data: { total: 1 } }), one('{"total":1}', known)],
  [
    'all that it says of itself',
    structured,
    event({ subject: 'o-1', time: '2026-11-22T12:00:00.5+02:00', dataschema: 'https://x.test/s', data: 1 }),
    one('1', { ...known, subject: 'o-1' }),
  ],
  [
    'numbers keep all of their digits',
    structured,
    eventText('"data":{"id":9007199254740993,"total":12.50,"big":1e400,"zero":-0}'),
    one('{"id":9007199254740993,"total":12.50,"big":1e400,"zero":-0}'),
  ],
  [
    'data that are hostile names',
    structured,
    eventText('"data":{"__proto__":{"a":1},"toJSON":1}'),
    one('{"__proto__":{"a":1},"toJSON":1}'),
  ],
  ['a data that is null', structured, event({ data: null }), one('null')],
  ['no data', structured, event(), one('null')],
  ['a string is not read once more', structured, event({ data: '{}' }), one('"{}"')],
  ['data in base64', structured, event({ data_base64: base64('{"n":1.0}') }), one('{"n":1.0}')],
  [
    'attributes that are null are not there',
    structured,
    event({ subject: null, time: null, datacontenttype: null, dataschema: null }),
    one('null', {
      ...known,
      headers: {
        ...structured,
        'ce-specversion': '1.0',
        'ce-id': '1',
        'ce-source': '/orders',
        'ce-type': 'order.created',
      },
    }),
  ],
  ['a JSON media type of the data', structured, event({ datacontenttype: 'text/json; x=1' }), one('null')],
  ['one with a suffix', structured, event({ datacontenttype: 'application/vnd.a+JSON' }), one('null')],
  [
    'attributes stand in headers in all modes, and those that came are not believed',
    { ...structured, 'ce-type': 'order.deleted', 'ce-other': 'x', 'x-kept': 'y' },
    event({ extra: true, count: -3 }),
    one('null', {
      headers: {
        ...structured,
        'x-kept': 'y',
        'ce-specversion': '1.0',
        'ce-id': '1',
        'ce-source': '/orders',
        'ce-type': 'order.created',
        'ce-extra': 'true',
        'ce-count': '-3',
      },
    }),
  ],
  [
    'source and id that are long together are hashed',
    structured,
    event({ source: `/${'s'.repeat(300)}` }),
    one('null', { id: sha256(`/${'s'.repeat(300)} 1`) }),
  ],
  [
    'an id with a space can not look like another source',
    structured,
    event({ id: 'a b' }),
    one('null', { id: '/orders a b' }),
  ],
  ...(['id', 'source', 'type', 'specversion'] as const).flatMap((name): Row[] => [
    [`no ${name}`, structured, event({ [name]: undefined }), needs(name)],
    [`a null for ${name}`, structured, event({ [name]: null }), needs(name)],
  ]),
  ['an empty id', structured, event({ id: '' }), mustBe('id', aText)],
  ['an id that is a number', structured, event({ id: 7 }), mustBe('id', aText)],
  ['an id that is too long', structured, event({ id: 'i'.repeat(2049) }), mustBe('id', aText)],
  ['a line end in an id', structured, event({ id: 'a\nb' }), mustBe('id', aText)],
  ['half a character in a type', structured, eventText('"type":"\\ud800"'), mustBe('type', aText)],
  ['a noncharacter in a subject', structured, event({ subject: 'a\uffff' }), mustBe('subject', aText)],
  ['an empty subject', structured, event({ subject: '' }), mustBe('subject', aText)],
  ['a space in a source', structured, event({ source: '/a b' }), mustBe('source', aReference)],
  ['a percent sign alone in a source', structured, event({ source: '/a%' }), mustBe('source', aReference)],
  ['two fragments in a source', structured, event({ source: '/a#b#c' }), mustBe('source', aReference)],
  ['another version', structured, event({ specversion: '0.3' }), mustBe('specversion', '1.0')],
  ['a time that is a date', structured, event({ time: '2026-11-22' }), mustBe('time', aTime)],
  ['a time without a zone', structured, event({ time: '2026-11-22T12:00:00' }), mustBe('time', aTime)],
  ['a day that does not exist', structured, event({ time: '2026-02-30T12:00:00Z' }), mustBe('time', aTime)],
  ['an hour that does not', structured, event({ time: '2026-02-20T25:00:00Z' }), mustBe('time', aTime)],
  [
    'a schema without a scheme',
    structured,
    event({ dataschema: '/s' }),
    mustBe('dataschema', 'an absolute URI (RFC 3986)'),
  ],
  ['an extension in capitals', structured, event({ traceParent: 'x' }), badExtension],
  ['an extension with a line end', structured, event({ extra: 'a\r\nb' }), badExtension],
  ['an extension that is an object', structured, event({ extra: {} }), badExtension],
  ['an extension that is no 32-bit integer', structured, event({ extra: 2 ** 31 }), badExtension],
  [
    'data of another media type',
    structured,
    event({ datacontenttype: 'text/xml', data: '<a/>' }),
    dataMustBeJson,
  ],
  [
    'data and data_base64',
    structured,
    event({ data: 1, data_base64: base64('1') }),
    malformed('A CloudEvent has data or data_base64, not both.'),
  ],
  [
    'base64 that is none',
    structured,
    event({ data_base64: '####' }),
    malformed('data_base64 must be base64.'),
  ],
  [
    'base64 without its padding',
    structured,
    event({ data_base64: 'MTI' }),
    malformed('data_base64 must be base64.'),
  ],
  [
    'a base64 that is no text',
    structured,
    event({ data_base64: 7 }),
    malformed('data_base64 must be base64.'),
  ],
  [
    'bytes that are not JSON',
    structured,
    event({ data_base64: base64('a') }),
    malformed('data_base64 is not JSON.'),
  ],
  [
    'bytes that are no UTF-8',
    structured,
    event({ data_base64: Buffer.from([0x22, 0xff, 0x22]).toString('base64') }),
    malformed('data_base64 is not UTF-8.'),
  ],
  ['a list is no event', structured, `[${event()}]`, malformed('A CloudEvent must be a JSON object.')],
  ['an empty body', structured, '', malformed('The body is not JSON.')],
  [
    'events in Avro',
    { 'content-type': 'application/cloudevents+avro' },
    'x',
    unsupported('CloudEvents must be in JSON.'),
  ],
  [
    'no event format',
    { 'content-type': 'application/cloudevents' },
    '{}',
    unsupported('CloudEvents must be in JSON.'),
  ],
];

const inBinaryMode: Row[] = [
  ['attributes in headers', binary(), '{"n":1.0}', one('{"n":1.0}', { ...known, headers: binary() })],
  ['no body is no data', binary(), '', one('null', known)],
  ['a media type is not needed', binary({ 'content-type': undefined }), '1', one('1', known)],
  [
    'percent-decoding',
    binary({ 'ce-subject': 'Euro%20%E2%82%AC%20%f0%9f%98%80' }),
    '1',
    one('1', { subject: 'Euro € 😀' }),
  ],
  ['one round of it', binary({ 'ce-id': '%2541' }), '1', one('1', { id: '/orders %41' })],
  [
    'quoted strings of older senders',
    binary({ 'ce-subject': '"a \\"b\\" \\\\"' }),
    '1',
    one('1', { subject: 'a "b" \\' }),
  ],
  ['other headers with the prefix are let be', binary({ 'ce-my-extension': 'x' }), '1', one('1', known)],
  ['a repeated attribute', binary({ 'ce-id': ['1', '2'] }), '1', badHeader],
  ['an overlong encoding', binary({ 'ce-id': '%C0%A0' }), '1', badHeader],
  ['an escape that is none', binary({ 'ce-id': '100%' }), '1', badHeader],
  ['a byte that is not ASCII', binary({ 'ce-id': 'caf\xe9' }), '1', badHeader],
  ['a quote that is not closed', binary({ 'ce-id': '"a' }), '1', badHeader],
  ['an escaped line end', binary({ 'ce-id': 'a%0D%0Ax-evil:1' }), '1', mustBe('id', aText)],
  ['an empty attribute', binary({ 'ce-type': '' }), '1', mustBe('type', aText)],
  ['a missing attribute', binary({ 'ce-source': undefined }), '1', needs('source')],
  ['no attributes at all', json, '1', needs('specversion')],
  [
    'a header for the media type of the data',
    binary({ 'ce-datacontenttype': 'application/json' }),
    '1',
    malformed('In binary mode the content-type stands for datacontenttype.'),
  ],
  ['data of another media type', binary({ 'content-type': 'text/xml' }), '<a/>', dataMustBeJson],
  ['data that are not JSON', binary(), 'a', malformed('The body is not JSON.')],
];

const deleted = '"id":"2","type":"order.deleted","data":9007199254740993';

const inBatches: Row[] = [
  [
    'each item has its own id, type and data',
    { ...batch, 'ce-type': 'x' },
    `[${event({ data: { a: 1 } })},${eventText(deleted)}]`,
    {
      isBatch: true,
      items: [
        { text: '{"a":1}', ...known },
        { text: '9007199254740993', id: '/orders 2', type: 'order.deleted' },
      ],
    },
  ],
  ['one item is a batch', batch, `[${event()}]`, { isBatch: true, items: [{ text: 'null', ...known }] }],
  ['none is, too', batch, '[]', { isBatch: true, items: [] }],
  ['one bad item refuses all', batch, `[${event()},${event({ id: null })}]`, needs('id')],
  ['an item that is no event', batch, `[${event()},null]`, malformed('A CloudEvent must be a JSON object.')],
  ['an event alone', batch, event(), malformed('A batch of CloudEvents must be a JSON array.')],
  [
    '1000 items',
    batch,
    `[${Array.from({ length: 1000 }, () => event()).join()}]`,
    {
      isBatch: true,
      items: Array.from({ length: 1000 }, () => ({ text: 'null' })),
    },
  ],
  [
    '1001 items',
    batch,
    `[${Array.from({ length: 1001 }, () => event()).join()}]`,
    { code: 'WEBHOOK_BODY_TOO_LARGE', detail: 'A batch has at most 1000 events.' },
  ],
  [
    'a batch in Avro',
    { 'content-type': 'application/cloudevents-batch+avro' },
    'x',
    unsupported('CloudEvents must be in JSON.'),
  ],
];

const table = { S: inStructuredMode, B: inBinaryMode, L: inBatches };

export const cloudEventsCases: readonly FormatCase[] = Object.entries(table).flatMap(([letter, rows]) =>
  rows.map(([sentence, headers, body, expected], index) => ({
    id: `C${letter}${index + 1}`,
    sentence,
    format: 'cloudevents' as const,
    headers,
    body,
    expected,
  })),
);
