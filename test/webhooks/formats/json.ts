/** `format: json`, the default. */
import { type FormatCase, malformed, one, unsupported } from './case.ts';

type Row = [
  sentence: string,
  contentType: FormatCase['headers'],
  body: FormatCase['body'],
  FormatCase['expected'],
];

const typed = (type: string | string[]) => ({ 'content-type': type });
const notJson = unsupported('The content-type must be JSON.');

const rows: Row[] = [
  [
    'the body is the payload, letter for letter',
    typed('application/json'),
    '{ "a": 1.50 }',
    one('{ "a": 1.50 }'),
  ],
  ['without a media type it is taken for JSON', {}, '7', one('7')],
  ['a suffix says JSON too', typed('application/vnd.acme.v1+json'), '[]', one('[]')],
  ['a charset changes nothing', typed('Application/JSON; Charset=ISO-8859-1'), '"ä"', one('"ä"')],
  ['text is not JSON', typed('text/plain'), '{}', notJson],
  ['nor is a form', typed('application/x-www-form-urlencoded'), '{}', notJson],
  ['nor a suffix of another type', typed('image/svg+json'), '{}', notJson],
  ['a repeated media type is none', typed(['application/json', 'application/json']), '{}', notJson],
  ['an empty media type is none', typed(''), '{}', notJson],
  ['an empty body is not JSON', {}, '', malformed('The body is not JSON.')],
  ['a byte order mark is not JSON', {}, '\ufeff{}', malformed('The body is not JSON.')],
  ['bytes that are no UTF-8', {}, Buffer.from('"\xc0\xaf"', 'latin1'), malformed('The body is not UTF-8.')],
  ['128 levels', {}, '['.repeat(128) + ']'.repeat(128), one('['.repeat(128) + ']'.repeat(128))],
  ['129 levels', {}, '['.repeat(129), malformed('The body is nested deeper than 128 levels.')],
];

export const jsonCases: readonly FormatCase[] = rows.map(
  ([sentence, headers = {}, body, expected], index) => ({
    id: `J${index + 1}`,
    sentence,
    format: 'json',
    headers,
    body,
    expected,
  }),
);
