/** `format: form`. */
import { type FormatCase, malformed, one, unsupported } from './case.ts';

type Row = [
  sentence: string,
  body: FormatCase['body'],
  expected: FormatCase['expected'],
  contentType?: string | null,
];

const notForm = malformed('The body is no form in percent-encoded UTF-8.');
const notTyped = unsupported('The content-type must be that of a form.');

const rows: Row[] = [
  ['values are strings, numbers too', 'id=7&amount=12.50', one('{"id":"7","amount":"12.50"}')],
  ['a repeated name is a list in its order', 'to=b&from=x&to=a', one('{"to":["b","a"],"from":"x"}')],
  ['plus is a space, %2B a plus', 'text=a+b%2Bc', one('{"text":"a b+c"}')],
  ['a name without a value has an empty one', 'flag&other=', one('{"flag":"","other":""}')],
  ['empty pairs are nothing', '&&a=1&', one('{"a":"1"}')],
  ['a value may hold an equals sign', 'q=a=b', one('{"q":"a=b"}')],
  ['escaped and plain UTF-8 are the same', 'a=%C3%A4&b=ä', one('{"a":"ä","b":"ä"}')],
  [
    '__proto__ is a name like any other',
    '__proto__=1&constructor=2',
    one('{"__proto__":"1","constructor":"2"}'),
  ],
  ['quotes and line ends stay inside of their text', 'a=%22%0A%00', one('{"a":"\\"\\n\\u0000"}')],
  ['the sole field payload is the document', 'payload=%7B%22n%22%3A%201.0%7D', one('{"n": 1.0}')],
  ['beside others it is a field', 'payload=%7B%7D&token=t', one('{"payload":"{}","token":"t"}')],
  ['twice it is a field', 'payload=1&payload=2', one('{"payload":["1","2"]}')],
  ['a document that is not JSON', 'payload=hello', malformed('payload is not JSON.')],
  ['an empty document', 'payload=', malformed('payload is not JSON.')],
  [
    'a document nested too deep',
    `payload=${'['.repeat(129)}`,
    malformed('payload is nested deeper than 128 levels.'),
  ],
  ['an empty body', '', malformed('The form has no fields.')],
  ['an escape that is cut off', 'a=%4', notForm],
  ['an escape that is none', 'a=%zz', notForm],
  ['an overlong encoding', 'a=%C0%AF', notForm],
  ['an escaped surrogate', 'a=%ED%A0%80', notForm],
  ['plain bytes that are no UTF-8', Buffer.from('a=\xff', 'latin1'), notForm],
  ['a charset in quotes', 'a=1', one('{"a":"1"}'), 'application/x-www-form-urlencoded; charset="UTF-8"'],
  [
    'another charset',
    'a=%E4',
    unsupported('The charset must be UTF-8.'),
    'application/x-www-form-urlencoded;charset=windows-1252',
  ],
  ['JSON is no form', '{}', notTyped, 'application/json'],
  ['no media type is no form', 'a=1', notTyped, null],
];

export const formCases: readonly FormatCase[] = rows.map(
  ([sentence, body, expected, contentType = 'application/x-www-form-urlencoded'], index) => ({
    id: `F${index + 1}`,
    sentence,
    format: 'form',
    headers: contentType === null ? {} : { 'content-type': contentType },
    body,
    expected,
  }),
);
