/** What a service says of an input that it does not take, and what a client is told. */
export interface ProblemCase {
  readonly id: string;
  readonly sentence: string;
  readonly body: unknown;
  /** @default application/problem+json */
  readonly contentType?: string;
  /** After "the service answered 422". */
  readonly detail?: string;
  readonly fields?: readonly { field: string; message: string }[];
}

const quantity = [{ field: 'lines.0.quantity', message: 'must be positive' }];
const email = [{ field: 'emailAddress', message: 'is taken' }];

type Row = readonly [string, unknown, string | undefined, ProblemCase['fields']?, string?];

const rows: readonly Row[] = [
  ['RFC 9457: detail', { type: 'about:blank', title: 'Bad', detail: 'Too many' }, 'Too many'],
  ['RFC 9457: a title where there is no detail', { title: 'Out of stock', status: 422 }, 'Out of stock'],
  ['a problem in plain JSON', { detail: 'Too many' }, 'Too many', undefined, 'application/json'],
  [
    'JSON of a vendor',
    { detail: 'Too many' },
    'Too many',
    undefined,
    'application/vnd.shop+json; charset=utf-8',
  ],
  [
    'RFC 9457: errors with pointers (appendix A)',
    { title: 'Bad', errors: [{ detail: 'must be positive', pointer: '#/lines/0/quantity' }] },
    'Bad',
    quantity,
  ],
  [
    'RFC 7807: invalid-params',
    { title: 'Bad', 'invalid-params': [{ name: 'email_address', reason: 'is taken' }] },
    'Bad',
    email,
  ],
  [
    'errors with fields',
    { message: 'Invalid', errors: [{ field: 'email_address', message: 'is taken' }] },
    'Invalid',
    email,
  ],
  [
    'errors with a path of parts',
    { errors: [{ path: ['lines', 0, 'quantity'], message: 'must be positive' }] },
    undefined,
    quantity,
  ],
  [
    'errors with a path in one',
    { errors: [{ path: 'lines[0].quantity', message: 'must be positive' }] },
    undefined,
    quantity,
  ],
  [
    'errors with a JSON path',
    { errors: [{ path: '$.lines[0].quantity', message: 'must be positive' }] },
    undefined,
    quantity,
  ],
  [
    'Zalando: violations',
    { title: 'Constraint Violation', violations: [{ field: 'email_address', message: 'is taken' }] },
    'Constraint Violation',
    email,
  ],
  [
    'Spring: defaultMessage',
    { errors: [{ field: 'email_address', defaultMessage: 'is taken' }] },
    undefined,
    email,
  ],
  [
    'Symfony: propertyPath',
    { detail: 'Bad', violations: [{ propertyPath: 'email_address', title: 'is taken' }] },
    'Bad',
    email,
  ],
  [
    'JSON:API: source.pointer',
    { errors: [{ source: { pointer: '/lines/0/quantity' }, detail: 'must be positive' }] },
    undefined,
    quantity,
  ],
  [
    'JSON:API: source.parameter',
    { errors: [{ source: { parameter: 'email_address' }, title: 'is taken' }] },
    undefined,
    email,
  ],
  [
    'FastAPI: detail',
    { detail: [{ loc: ['body', 'lines', 0, 'quantity'], msg: 'must be positive', type: 'x' }] },
    undefined,
    quantity,
  ],
  [
    'FastAPI: a parameter',
    { detail: [{ loc: ['query', 'email_address'], msg: 'is taken' }] },
    undefined,
    email,
  ],
  [
    'ASP.NET and Rails: messages by field',
    { title: 'Bad', errors: { email_address: ['is taken', 'is long'] } },
    'Bad',
    email,
  ],
  ['one message by field', { errors: { email_address: 'is taken' } }, undefined, email],
  [
    'Stripe: error with param',
    { error: { message: 'Bad card', param: 'email_address' } },
    'Bad card',
    [{ field: 'emailAddress', message: 'Bad card' }],
  ],
  [
    'Google: details in error',
    { error: { message: 'Bad', details: [{ field: 'email_address', description: 'is taken' }] } },
    'Bad',
    email,
  ],
  [
    'express-validator: msg and param',
    { errors: [{ msg: 'is taken', param: 'email_address', location: 'body' }] },
    undefined,
    email,
  ],
  [
    'a parameter is known by its GraphQL name',
    { errors: [{ name: 'filter[name]', message: 'is odd' }] },
    undefined,
    [{ field: 'filterName', message: 'is odd' }],
  ],
  [
    'what is not known keeps its name',
    { errors: [{ field: 'ghost_field', message: 'is odd' }] },
    undefined,
    [{ field: 'ghost_field', message: 'is odd' }],
  ],
  ['an error without a field is none of a field', { detail: 'Bad', errors: [{ message: 'is odd' }] }, 'Bad'],
  ['an error without a message is none', { detail: 'Bad', errors: [{ field: 'email_address' }] }, 'Bad'],
  ['an entry that is text is none', { detail: 'Bad', errors: ['first', 'second'] }, 'Bad'],
  [
    'type, instance and what else there is are not passed on',
    { detail: 'Bad', type: 'x', instance: '/orders/7', trace: 'at x', sql: 'SELECT' },
    'Bad',
  ],
  ['HTML is not read', '<h1>Bad</h1>', undefined, undefined, 'text/html'],
  ['text is not read', 'Bad', undefined, undefined, 'text/plain'],
  ['a problem that does not say what it is is not read', { detail: 'Bad' }, undefined, undefined, ''],
];

export const problems: readonly ProblemCase[] = rows.map(
  ([sentence, body, detail, fields, contentType], index) => ({
    id: `P${index + 1}`,
    sentence,
    body,
    ...(detail !== undefined && { detail }),
    ...(fields && { fields }),
    ...(contentType !== undefined && { contentType }),
  }),
);

/** Texts that no client should see as they are, and what is left of each; undefined for nothing at all. */
export const hostileTexts: readonly (readonly [string, unknown, string | undefined])[] = [
  ['a URL', 'see http://10.0.0.7:8080/admin?key=1 now', 'see … now'],
  ['a URL in brackets', 'failed (https://inner.local/x)', 'failed (…'],
  ['a URL of a database', 'postgres://me:pw@db:5432/orders refused', '… refused'],
  ['a URL in capitals', 'HTTP://INNER/', '…'],
  ['a URL of a file', 'file:///etc/passwd', '…'],
  ['a URL without a scheme', 'at //inner.local/x', 'at …'],
  ['several URLs', 'http://a http://b', '… …'],
  ['a URL around a line break', 'http://a\nhttp://b', '…'],
  ['an address with a port', 'connect 10.0.0.7:5432', 'connect …'],
  ['an address without one', 'host 192.168.1.1 is down', 'host … is down'],
  ['an address of version 6', 'connect [::1]:5432 failed', 'connect … failed'],
  ['localhost', 'connect localhost:6379', 'connect …'],
  ['a host with a port', 'connect db.inner.local:5432', 'connect …'],
  ['a stack', 'Bad\n    at run (/app/index.js:1:2)\n    at main', 'Bad'],
  ['a stack behind CR', 'Bad\r    at run (/app/index.js:1:2)', 'Bad'],
  ['a stack behind U+2028', 'Bad\u2028at run', 'Bad'],
  ['a stack behind NEL', 'Bad\u0085at run', 'Bad'],
  ['NUL', 'a\0b', 'a b'],
  ['an escape sequence of a terminal', '\u001b[31mred\u001b[0m', '[31mred [0m'],
  ['a bell and a backspace', 'a\u0007\bb', 'a b'],
  ['a tab', 'a\tb', 'a b'],
  ['DEL', 'a\u007fb', 'a b'],
  ['C1', 'a\u009bb', 'a b'],
  ['a right-to-left override', 'a\u202eb', 'a b'],
  ['isolates', '\u2066a\u2069', 'a'],
  ['a zero-width space', 'a\u200bb', 'a b'],
  ['a byte order mark', '\ufeffa', 'a'],
  ['half a surrogate', 'a\ud800b', 'a\ufffdb'],
  ['a private character', 'a\ue000b', 'a b'],
  ['a tag character', 'a\u{e0041}b', 'a b'],
  ['nothing', '', undefined],
  ['white space', ' \t ', undefined],
  ['only control characters', '\0\u0001', undefined],
  ['a long text', 'x'.repeat(5000), `${'x'.repeat(299)}…`],
  ['a long text of emoji, cut between two', '😀'.repeat(400), `${'😀'.repeat(149)}\ufffd…`],
  ['a text that is long only before it is cleaned', `a${'\0'.repeat(500)}b`, 'a b'],
  ['a number', 7, undefined],
  ['a truth', true, undefined],
  ['null', null, undefined],
  ['a list of texts', ['Bad', 'Worse'], undefined],
  ['an object', { secret: 'x' }, undefined],
  ['a deep nest', JSON.parse('['.repeat(500) + ']'.repeat(500)), undefined],
  ['markup, which is text', '<b>Bad</b>', '<b>Bad</b>'],
  ['our own credential', 'key our-secret-key is not valid', undefined],
  ["the client's token", 'the token eyJhbGciOi.x.y has expired', undefined],
  ['a key of the query', 'no such key: query-secret', undefined],
  ['a cookie', 'session 5e551011 is over', undefined],
  ['a password', 'wrong password hunter2', undefined],
  ['a word of a header that is no secret', 'a Bearer is needed', 'a Bearer is needed'],
];
