/** One part of a multipart request. */
export interface RequestPart {
  name: string;
  filename?: string;
  contentType?: string;
  content: string | Buffer;
}

const boundary = 'test-boundary';

export const multipartType = `multipart/form-data; boundary=${boundary}`;

/** The bytes of a multipart body. */
export function multipartBody(parts: readonly RequestPart[]): Buffer {
  const all = parts.flatMap(({ name, filename, contentType, content }) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`,
    filename === undefined ? '' : `; filename="${filename}"`,
    contentType === undefined ? '' : `\r\nContent-Type: ${contentType}`,
    '\r\n\r\n',
    content,
    '\r\n',
  ]);
  return Buffer.concat([...all, `--${boundary}--\r\n`].map((part) => Buffer.from(part)));
}

const query = 'mutation ($input: SendRequestInput!) { send(input: $input) }';
const operations = (input: unknown, text = query) => JSON.stringify({ query: text, variables: { input } });
const operation = { name: 'operations', content: operations({ file: null }) };
const map = { name: 'map', content: '{"0":["variables.input.file"]}' };
const file = { name: '0', filename: 'a.txt', contentType: 'text/plain', content: 'hello' };

/** A request that is refused before anything is executed. */
export interface RefusedRequest {
  readonly id: string;
  readonly parts: readonly RequestPart[];
  /** @default those of a right request */
  readonly headers?: Readonly<Record<string, string>>;
  readonly expected: { status: number; message: string };
}

const refused = (
  id: string,
  parts: readonly RequestPart[],
  message: string,
  rest: { status?: number; headers?: Record<string, string> } = {},
): RefusedRequest => ({
  id,
  parts,
  ...(rest.headers && { headers: rest.headers }),
  expected: { status: rest.status ?? 400, message },
});
const not = 'Not a GraphQL multipart request: ';
const notNull = `${not}a path of its "map" is not a null in the variables`;
const mapped = (path: string) => [operation, { name: 'map', content: JSON.stringify({ 0: [path] }) }, file];

/** The gateway of these takes two files of 1000 bytes. */
export const refusedRequests: readonly RefusedRequest[] = [
  refused(
    'no header that needs a preflight',
    [operation, map, file],
    'A multipart request must have one of the headers apollo-require-preflight, x-apollo-operation-name',
    { headers: { 'content-type': multipartType } },
  ),
  refused('no boundary', [operation, map, file], `${not}its content-type has no boundary`, {
    headers: { 'content-type': 'multipart/form-data', 'apollo-require-preflight': '1' },
  }),
  refused('nothing in it', [], `${not}it has no "operations" and "map"`),
  refused('no operations', [map, file], `${not}"operations" and "map" come before the files`),
  refused('no map', [operation, file], `${not}"operations" and "map" come before the files`),
  refused(
    'the map before the operations',
    [map, operation, file],
    `${not}"operations" and "map" come before the files`,
  ),
  refused(
    'the file before the map',
    [operation, file, map],
    `${not}"operations" and "map" come before the files`,
  ),
  refused(
    'operations that are no JSON',
    [{ ...operation, content: '{' }, map, file],
    `${not}its "operations" is not a JSON object`,
  ),
  refused(
    'a batch of operations',
    [{ ...operation, content: `[${operation.content}]` }, map, file],
    `${not}its "operations" is not a JSON object`,
  ),
  refused(
    'a map that is a list',
    [operation, { ...map, content: '[]' }, file],
    `${not}its "map" is not a JSON object`,
  ),
  refused(
    'a map of text',
    [operation, { ...map, content: '{"0":"variables.input.file"}' }, file],
    `${not}its "map" has lists of paths`,
  ),
  refused('a path out of the variables', mapped('query'), notNull),
  refused('a path to the variables', mapped('variables'), notNull),
  refused('a path that is not there', mapped('variables.input.other'), notNull),
  refused('a path to a prototype', mapped('variables.__proto__.file'), notNull),
  refused('a path through a method', mapped('variables.input.constructor.prototype'), notNull),
  refused(
    'a path to what is given already',
    [{ ...operation, content: operations({ file: 'x' }) }, map, file],
    notNull,
  ),
  refused('a file of the map is missing', [operation, map], `${not}a file of its "map" is missing`),
  refused('a file is there twice', [operation, map, file, file], `${not}a file is there twice`),
  refused(
    'more files in the map than may be',
    [operation, { ...map, content: '{"0":[],"1":[],"2":[]}' }],
    'More than 2 files',
    { status: 413 },
  ),
  refused(
    'more files than may be',
    [operation, map, file, { ...file, name: '1' }, { ...file, name: '2' }],
    'More than 2 files',
    { status: 413 },
  ),
  refused(
    'a file that is too large',
    [operation, map, { ...file, content: 'x'.repeat(1001) }],
    'A file is larger than 1000 bytes',
    { status: 413 },
  ),
  refused(
    'operations that are too large',
    [{ ...operation, content: operations({ file: null, note: 'x'.repeat(1024 * 1024) }) }, map, file],
    '"operations" of the multipart request is too large',
    { status: 413 },
  ),
];
