import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { asUpload, type UploadedFile } from '../../../mesh/uploads.ts';
import { compileRest, type CompiledRest } from '../compiled-rest.ts';
import { hostileValues } from './hostile-values.ts';
import { uploaded } from './uploaded-file.ts';

const body = (content: string) => `requestBody: { content: { ${content} } }`;
const object = 'schema: { type: object, properties: { a: { type: string }, z: { type: string } } }';
const operation = (id: string, content: string) => `
  /${id}: { post: { operationId: ${id}, ${body(content)}, responses: { '204': { description: Done } } } }`;

let rest: CompiledRest;
beforeAll(async () => {
  rest = await compileRest({
    document: `paths:${[
      operation('json', `application/json: { ${object} }`),
      operation('form', `application/x-www-form-urlencoded: { ${object} }`),
      operation(
        'multipart',
        `multipart/form-data: { schema: { type: object, properties: { a: { type: string, format: binary }, z: { type: string } } } }`,
      ),
      operation('text', 'text/plain: { schema: { type: string } }'),
      operation('image', "'image/*': {}"),
    ].join('')}`,
  });
});
afterAll(() => rest.close());
beforeEach(() => {
  rest.service.requests.length = 0;
});

/** What the service received; undefined when the call is refused as bad input. Nothing but the body may differ. */
async function received(id: string, input: unknown, contentType: RegExp) {
  try {
    await rest.subgraph.rest.callOperation(id, { input }, createSubgraphContext({}));
  } catch (error) {
    expect(error).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(rest.service.requests).toEqual([]);
    return undefined;
  }
  const [request, ...others] = rest.service.requests;
  expect(others).toEqual([]);
  if (!request) throw new Error('nothing arrived');
  expect(request).toMatchObject({ method: 'POST', target: `/${id}` });
  expect(Object.keys(request.headers).toSorted()).toEqual([
    'accept',
    'connection',
    'content-length',
    'content-type',
    'host',
  ]);
  expect(request.headers.host).toBe(`127.0.0.1:${rest.service.port}`);
  expect(request.headers['content-length']).toBe(String(request.bytes.length));
  expect(request.headers['content-type']).toMatch(contentType);
  return request;
}

/** The parts that a parser of another hand finds (undici's). */
async function partsOf(request: NonNullable<Awaited<ReturnType<typeof received>>>) {
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  const form = await new Response(new Uint8Array(request.bytes), { headers }).formData();
  return [...form];
}

/** Lines end in CR LF, and nothing else does. */
function linesOf(text: string, start: string): readonly string[] {
  return text.split('\r\n').filter((line) => line.startsWith(start));
}

function fileOf(mediaType: string): UploadedFile {
  return asUpload({ ...uploaded('v'), mediaType });
}

const multipart = /^multipart\/form-data; boundary=sluice-[0-9a-f-]{36}$/;
const isLone = (value: string) => !value.isWellFormed();
/** What a quoted name becomes: HTML, section 4.10.21.8, and what UTF-8 can't say. */
const quoted = (value: string) =>
  value.toWellFormed().replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');

describe.each(hostileValues.map((row) => [row.id, row.sentence, row] as const))(
  '%s: %s',
  (_id, _sentence, { value }) => {
    test('as a value of a form it is one value, or refused', async () => {
      const request = await received('form', { a: value, z: 'end' }, /^application\/x-www-form-urlencoded$/);
      expect(request === undefined).toBe(isLone(value));
      if (request)
        expect([...new URLSearchParams(request.body)]).toEqual([
          ['a', value],
          ['z', 'end'],
        ]);
    });

    test('as a name of a form it is one name, or refused', async () => {
      const input = Object.fromEntries([
        [value, 'v'],
        ['z', 'end'],
      ]);
      const request = await received('form', input, /^application\/x-www-form-urlencoded$/);
      expect(request === undefined).toBe(isLone(value));
      if (request)
        expect([...new URLSearchParams(request.body)]).toEqual([
          [value, 'v'],
          ['z', 'end'],
        ]);
    });

    test('as a value in JSON it is one value', async () => {
      const request = await received('json', { a: value, z: 'end' }, /^application\/json$/);
      expect(JSON.parse(request?.body ?? '')).toEqual({ a: value, z: 'end' });
    });

    test('as text it is the text', async () => {
      const request = await received('text', value, /^text\/plain$/);
      expect(request?.body).toBe(value.toWellFormed());
    });

    test('as a value of a part it is one part', async () => {
      const request = await received('multipart', { z: value, end: 'end' }, multipart);
      if (!request) throw new Error('it is sent');
      const boundary = request.headers['content-type']?.split('=')[1] ?? '';
      expect(request.body.split(`--${boundary}`)).toHaveLength(4);
      expect(request.body).toContain(`text/plain\r\n\r\n${value.toWellFormed()}\r\n--${boundary}\r\n`);
    });

    test('as the name of a part it is one name', async () => {
      const input = Object.fromEntries([
        [value, 'v'],
        ['z', 'end'],
      ]);
      const request = await received('multipart', input, multipart);
      if (!request) throw new Error('it is sent');
      expect(linesOf(request.body, 'Content-Disposition: ')).toEqual([
        `Content-Disposition: form-data; name="${quoted(value)}"`,
        'Content-Disposition: form-data; name="z"',
      ]);
    });

    test('as the name of a file it is one name', async () => {
      const input = { a: uploaded('v', { filename: value }), z: 'end' };
      const request = await received('multipart', input, multipart);
      if (!request) throw new Error('it is sent');
      expect(linesOf(request.body, 'Content-')).toEqual([
        `Content-Disposition: form-data; name="a"; filename="${quoted(value)}"`,
        'Content-Type: text/x-note',
        'Content-Disposition: form-data; name="z"',
        'Content-Type: text/plain',
      ]);
    });

    test('as the type of a file it is none', async () => {
      for (const mediaType of [value, `image/${value}`, `image/png${value}`]) {
        rest.service.requests.length = 0;
        const parts = await received('multipart', { a: fileOf(mediaType), z: 'end' }, multipart);
        const types = linesOf(parts?.body ?? '', 'Content-Type: ');
        expect(types).toHaveLength(2);
        expect(types[0]).toMatch(/^Content-Type: [!#$%&'*+.^_`|~0-9A-Za-z-]+\/[!#$%&'*+.^_`|~0-9A-Za-z-]+$/);
        rest.service.requests.length = 0;
        await received('image', fileOf(mediaType), /^image\/[!#$%&'*+.^_`|~0-9A-Za-z-]+$/);
      }
    });
  },
);

test.each(['json', 'form', 'multipart', 'text'])(
  'an input nested too deep for a %s is refused',
  async (id) => {
    const depth = 100_000;
    const nested: unknown = JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    expect(await received(id, { a: nested }, /never/)).toBeUndefined();
  },
);

test('parts are read by others as they were meant', async () => {
  const request = await received('multipart', { a: uploaded('f'), z: 'é\r\n' }, multipart);
  if (!request) throw new Error('it is sent');
  const [[, file], [, text]] = (await partsOf(request)) as [[string, File], [string, string]];
  expect([file.name, file.type, await file.text(), text]).toEqual(['a.txt', 'text/x-note', 'f', 'é\r\n']);
});
