import type { Answer } from '../recording-service.ts';
import type { AnswerShape } from '../../../mesh/rest/rest-answer.ts';
import { json } from '../recording-service.ts';

/** What a service answers, and what a client of the gateway sees of it. */
export interface AnswerCase {
  readonly id: string;
  readonly sentence: string;
  readonly given: Answer;
  /** What the document says of the answer. @default any */
  readonly shape?: AnswerShape;
  readonly expected: { readonly value: unknown } | { readonly code: string; readonly message: string };
}

export const secret = 'stack trace of 10.0.0.7';
const problem = (status: number) =>
  json({ type: 'about:blank', title: secret, detail: secret, status }, status, 'application/problem+json');
const page = (status: number) => json({ page: secret }, status, 'text/html');
export const raw =
  (status: number, headers: Record<string, string | string[]>, body: string | Buffer = ''): Answer =>
  (_, response) => {
    response.writeHead(status, headers).end(body);
  };

const statuses: readonly (readonly [number, string])[] = [
  [400, 'BAD_USER_INPUT'],
  [401, 'UNAUTHENTICATED'],
  [402, 'UPSTREAM_ERROR'],
  [403, 'FORBIDDEN'],
  [404, 'NOT_FOUND'],
  [405, 'UPSTREAM_ERROR'],
  [409, 'CONFLICT'],
  [410, 'NOT_FOUND'],
  [412, 'CONFLICT'],
  [413, 'BAD_USER_INPUT'],
  [418, 'UPSTREAM_ERROR'],
  [422, 'BAD_USER_INPUT'],
  [429, 'RATE_LIMITED'],
  [500, 'UPSTREAM_UNAVAILABLE'],
  [501, 'UPSTREAM_UNAVAILABLE'],
  [502, 'UPSTREAM_UNAVAILABLE'],
  [503, 'UPSTREAM_UNAVAILABLE'],
  [504, 'UPSTREAM_UNAVAILABLE'],
  [599, 'UPSTREAM_UNAVAILABLE'],
];

const refusals: readonly AnswerCase[] = statuses.map(([status, code]) => ({
  id: `S${status}`,
  sentence: `${status} is ${code}`,
  // What these two say is read: see problems.ts.
  given: status === 400 || status === 422 ? page(status) : problem(status),
  expected: { code, message: `shop.getThing: the service answered ${status}` },
}));

const redirects: readonly AnswerCase[] = [301, 302, 303, 307, 308].map((status) => ({
  id: `S${status}`,
  sentence: `${status} to another host is not followed`,
  given: raw(status, { location: 'http://127.0.0.1:1/elsewhere' }),
  expected: { code: 'UPSTREAM_ERROR', message: `shop.getThing: the service answered ${status}` },
}));

export const unreadable = 'shop.getThing: the service answered with JSON that can not be parsed';
export const unavailable = {
  code: 'UPSTREAM_UNAVAILABLE',
  message: 'shop.getThing: the service can not be reached',
};

const bodies: readonly AnswerCase[] = [
  {
    id: 'B1',
    sentence: 'JSON is parsed',
    given: json({ a: [1, null, 'é'] }),
    expected: { value: { a: [1, null, 'é'] } },
  },
  {
    id: 'B2',
    sentence: 'so is JSON of a vendor, with parameters',
    given: raw(200, { 'content-type': 'application/vnd.shop+json; charset=utf-8' }, '{"a":1}'),
    expected: { value: { a: 1 } },
  },
  {
    id: 'B3',
    sentence: 'whatever the case of its media type',
    given: raw(200, { 'content-type': 'Application/JSON' }, '{"a":1}'),
    expected: { value: { a: 1 } },
  },
  {
    id: 'B4',
    sentence: 'JSON of one value that is false',
    given: raw(200, { 'content-type': 'application/json' }, 'false'),
    expected: { value: false },
  },
  {
    id: 'B5',
    sentence: '201 and 206 are answers like 200',
    given: json({ a: 1 }, 206),
    expected: { value: { a: 1 } },
  },
  { id: 'B6', sentence: '204 is null', given: raw(204, {}), expected: { value: null } },
  {
    id: 'B7',
    sentence: 'no bytes of JSON are null',
    given: raw(200, { 'content-type': 'application/json', 'content-length': '0' }),
    expected: { value: null },
  },
  {
    id: 'B8',
    sentence: 'white space as JSON is null',
    given: raw(200, { 'content-type': 'application/json' }, ' \n'),
    expected: { value: null },
  },
  {
    id: 'B9',
    sentence: 'JSON that is cut off is an error that quotes none of it',
    given: raw(200, { 'content-type': 'application/json' }, `{"${secret}":`),
    expected: { code: 'UPSTREAM_INVALID', message: unreadable },
  },
  {
    id: 'B10',
    sentence: 'HTML that calls itself JSON is an error that quotes none of it',
    given: raw(200, { 'content-type': 'application/json' }, `<html>${secret}</html>`),
    expected: { code: 'UPSTREAM_INVALID', message: unreadable },
  },
  {
    id: 'B11',
    sentence: 'text stays text',
    given: raw(200, { 'content-type': 'text/csv; charset=utf-8' }, 'a;b\r\né;2'),
    expected: { value: 'a;b\r\né;2' },
  },
  {
    id: 'B12',
    sentence: 'bytes are base64',
    given: raw(200, { 'content-type': 'application/pdf' }, Buffer.from([0, 255, 128, 10])),
    expected: { value: 'AP+ACg==' },
  },
  {
    id: 'B13',
    sentence: 'so are bytes that call themselves nothing',
    given: raw(200, {}, Buffer.from([0, 255])),
    expected: { value: 'AP8=' },
  },
  {
    id: 'B14',
    sentence: 'an answer above the limit is an error',
    given: json({ a: 'x'.repeat(70_000) }),
    expected: { code: 'UPSTREAM_INVALID', message: 'shop.getThing: the answer of the service is too large' },
  },
  {
    id: 'B15',
    sentence: 'an answer above the limit is an error too when its length is not told',
    given: (_, response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      for (let part = 0; part < 10; part++) response.write(Buffer.alloc(10_000));
      response.end();
    },
    expected: { code: 'UPSTREAM_INVALID', message: 'shop.getThing: the answer of the service is too large' },
  },
  {
    id: 'B16',
    sentence: 'a connection that is cut before the answer is an error',
    given: (_, response) => void response.destroy(),
    expected: unavailable,
  },
  {
    id: 'B17',
    sentence: 'a connection that is cut within the answer is an error, not half an answer',
    given: (_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '100' });
      response.write('half', () => response.destroy());
    },
    expected: unavailable,
  },
  {
    id: 'B18',
    sentence: 'an answer that is no HTTP is an error',
    given: (_, response) => void response.socket?.end(`SSH-2.0-${secret}\r\n`),
    expected: unavailable,
  },
  {
    id: 'B19',
    sentence: 'properties called like those of every object stay properties',
    given: raw(200, { 'content-type': 'application/json' }, '{"__proto__":{"admin":true},"constructor":1}'),
    expected: { value: JSON.parse('{"__proto__":{"admin":true},"constructor":1}') as unknown },
  },
];

const other = {
  code: 'UPSTREAM_INVALID',
  message: 'shop.getThing: the service answered with something else than the document says',
};
const asText = raw(200, { 'content-type': 'text/plain' }, '{"a":1}');
const withoutType = (body: string) => raw(200, {}, body);

const shapeRows: readonly (readonly [string, AnswerShape, Answer, AnswerCase['expected']])[] = [
  ['JSON that calls itself text is no object', 'object', asText, other],
  ['JSON that calls itself text is no list', 'list', asText, other],
  ['bytes are no object', 'object', raw(200, { 'content-type': 'image/png' }, 'x'), other],
  ['HTML is no object', 'object', raw(200, { 'content-type': 'text/html' }, secret), other],
  ['a string of JSON is no object', 'object', json('text'), other],
  ['a number is no object', 'object', json(7), other],
  ['a list is no object', 'object', json([{ a: 1 }]), other],
  ['an object is no list', 'list', json({ a: 1 }), other],
  ['an object is an object', 'object', json({ a: 1 }), { value: { a: 1 } }],
  ['a list is a list', 'list', json([7]), { value: [7] }],
  ['null is no object, and no error', 'object', json(null), { value: null }],
  ['no text is null', 'object', raw(200, { 'content-type': 'text/plain' }), { value: null }],
  ['an object that does not say what it is is read', 'object', withoutType('{"a":1}'), { value: { a: 1 } }],
  ['so is a list', 'list', withoutType('[7]'), { value: [7] }],
  ['so is nothing', 'list', withoutType(''), { value: null }],
  ['what does not say what it is and is no JSON is an error', 'object', withoutType(secret), other],
];

const shapes: readonly AnswerCase[] = shapeRows.map(([sentence, shape, given, expected], index) => ({
  id: `A${index + 1}`,
  sentence,
  shape,
  given,
  expected,
}));

export const answers: readonly AnswerCase[] = [...refusals, ...redirects, ...bodies, ...shapes];
