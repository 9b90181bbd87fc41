import { uploaded } from './uploaded-file.ts';

/** A request body as a document describes it, and the bytes that a service receives. */
export interface WrittenBody {
  readonly id: string;
  readonly sentence: string;
  /** YAML of what is below `content`, in flow style. */
  readonly given: string;
  readonly input: unknown;
  /** Content type and body; null when it is refused. Of multipart, what stands after the boundary's name in each line. */
  readonly expected: readonly [contentType: string, body: string | Buffer] | null;
}

export type BodyRow = readonly [
  sentence: string,
  given: string,
  input: unknown,
  expected: WrittenBody['expected'],
];

const text = 'a: { type: string }';
const list = 'a: { type: array, items: { type: string } }';
const member = 'a: { type: object, properties: { k: { type: string }, l: { type: string } } }';
const file = 'a: { type: string, format: binary }';

export const multipart = (properties: string, encoding = '') =>
  `multipart/form-data: { schema: { type: object, properties: { ${properties} } }, encoding: { ${encoding} } }`;

/** The parts of a multipart body: head lines and content of each. */
export const parts = (
  ...all: readonly (readonly [head: string, content: string])[]
): readonly [string, string] => [
  'multipart/form-data; boundary=BOUNDARY',
  [
    ...all.map(
      ([head, content]) => `--BOUNDARY\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`,
    ),
    '--BOUNDARY--\r\n',
  ].join(''),
];
export const plain = 'Content-Type: text/plain';
const octets = 'Content-Type: application/octet-stream';
const asJson = 'Content-Type: application/json';

export const multipartRows: readonly BodyRow[] = [
  ['multipart, text', multipart(text), { a: 'b\r\n--c' }, parts([`name="a"\r\n${plain}`, 'b\r\n--c'])],
  [
    'multipart, number and boolean',
    multipart('a: { type: integer }, b: { type: boolean }'),
    { a: 1, b: true },
    parts([`name="a"\r\n${plain}`, '1'], [`name="b"\r\n${plain}`, 'true']),
  ],
  [
    'multipart, an object',
    multipart(member),
    { a: { k: 'v' } },
    parts([`name="a"\r\n${asJson}`, '{"k":"v"}']),
  ],
  [
    'multipart, a list',
    multipart(list),
    { a: ['b', 'c'] },
    parts([`name="a"\r\n${plain}`, 'b'], [`name="a"\r\n${plain}`, 'c']),
  ],
  ['multipart, an empty list', multipart(list), { a: [] }, null],
  [
    'multipart, a list of objects',
    multipart('a: { type: array, items: { type: object } }'),
    { a: [{ k: 1 }, { k: 2 }] },
    parts([`name="a"\r\n${asJson}`, '{"k":1}'], [`name="a"\r\n${asJson}`, '{"k":2}']),
  ],
  ['multipart, null', multipart(text), { a: null }, parts([`name="a"\r\n${plain}`, ''])],
  ['multipart, nothing inside', multipart(text), {}, parts()],
  [
    'multipart, base64',
    multipart('a: { type: string, format: byte }'),
    { a: 'AAE=' },
    parts([`name="a"\r\n${octets}`, 'AAE=']),
  ],
  [
    'multipart, base64 of 3.1',
    multipart('a: { type: string, contentEncoding: base64 }'),
    { a: 'AAE=' },
    parts([`name="a"\r\n${octets}`, 'AAE=']),
  ],
  [
    'multipart, a content type',
    multipart(text, 'a: { contentType: text/csv }'),
    { a: 'b,c' },
    parts(['name="a"\r\nContent-Type: text/csv', 'b,c']),
  ],
  [
    'multipart, text as JSON',
    multipart(text, 'a: { contentType: application/json }'),
    { a: 'b' },
    parts([`name="a"\r\n${asJson}`, '"b"']),
  ],
  [
    'multipart, a content type that ends its line',
    multipart(text, 'a: { contentType: "text/csv\\r\\nX-Evil: 1" }'),
    { a: 'b' },
    parts([`name="a"\r\n${plain}`, 'b']),
  ],
  [
    'multipart, a file',
    multipart(file),
    { a: uploaded('hello') },
    parts(['name="a"; filename="a.txt"\r\nContent-Type: text/x-note', 'hello']),
  ],
  [
    'multipart, a file of 3.1',
    multipart('a: { contentMediaType: image/png }'),
    { a: uploaded('hello') },
    parts(['name="a"; filename="a.txt"\r\nContent-Type: text/x-note', 'hello']),
  ],
  [
    'multipart, a file without a name',
    multipart(file),
    { a: uploaded('', { filename: undefined }) },
    parts(['name="a"; filename="a"\r\nContent-Type: text/x-note', '']),
  ],
  [
    'multipart, a file of one type',
    multipart(file, 'a: { contentType: image/png }'),
    { a: uploaded('x') },
    parts(['name="a"; filename="a.txt"\r\nContent-Type: image/png', 'x']),
  ],
  [
    'multipart, a file of several types',
    multipart(file, "a: { contentType: 'image/png, text/*' }"),
    { a: uploaded('x') },
    parts(['name="a"; filename="a.txt"\r\nContent-Type: text/x-note', 'x']),
  ],
  [
    'multipart, a file of none of several types',
    multipart(file, "a: { contentType: 'image/png, image/jpeg' }"),
    { a: uploaded('x') },
    null,
  ],
  [
    'multipart, a list of files and text',
    multipart('a: { type: array, items: { type: string, format: binary } }, b: { type: string }'),
    { a: [uploaded('1'), uploaded('22', { filename: 'é.txt' })], b: 'c' },
    parts(
      ['name="a"; filename="a.txt"\r\nContent-Type: text/x-note', '1'],
      ['name="a"; filename="é.txt"\r\nContent-Type: text/x-note', '22'],
      [`name="b"\r\n${plain}`, 'c'],
    ),
  ],
  ['multipart, a file inside an object', multipart(member), { a: { k: uploaded('x') } }, null],
  [
    'multipart, a name that nobody described',
    multipart(text),
    { 'x"; filename="y\r\nz': '1' },
    parts([`name="x%22; filename=%22y%0D%0Az"\r\n${plain}`, '1']),
  ],
];
