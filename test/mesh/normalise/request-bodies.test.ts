import { normalise } from '../../../mesh/normalise/normalise.ts';
import { at, documentOf } from './document-of.ts';

interface BodyCase {
  readonly id: string;
  /** What is below `content`. */
  readonly given: string;
  readonly openapi?: string;
  /** Content of the body afterwards; undefined when the operation is left out. */
  readonly expected: unknown;
  readonly warnings?: readonly string[];
}

const pointer = '/paths/~1a/post/requestBody/content';
const file = { type: 'string', format: 'binary' };
const property = (schema: string) =>
  `multipart/form-data: { schema: { type: object, properties: { a: ${schema} } } }`;
const multipart = (a: unknown) => ({
  'multipart/form-data': { schema: { type: 'object', title: 'SendRequest', properties: { a } } },
});

const cases: readonly BodyCase[] = [
  {
    id: 'XML alone',
    given: 'application/xml: {}',
    expected: undefined,
    warnings: [`${pointer}: bodies of type application/xml can not be sent; operation left out`],
  },
  {
    id: 'other multipart alone',
    given: 'multipart/related: {}, text/xml: {}',
    expected: undefined,
    warnings: [`${pointer}: bodies of type multipart/related, text/xml can not be sent; operation left out`],
  },
  {
    id: 'XML beside JSON of the same schema',
    given: 'application/xml: { schema: { type: string } }, application/json: { schema: { type: string } }',
    expected: { 'application/json': { schema: { type: 'string' } } },
  },
  {
    id: 'another schema',
    given: 'text/plain: { schema: { type: string } }, application/json: { schema: { type: integer } }',
    expected: { 'application/json': { schema: { type: 'integer' } } },
    warnings: [`${pointer}/text~1plain: bodies are sent as application/json; this form is lost`],
  },
  {
    id: 'the first of two JSON types',
    given:
      'application/merge-patch+json: { schema: { type: string } }, application/json: { schema: { type: string } }',
    expected: { 'application/merge-patch+json': { schema: { type: 'string' } } },
  },
  {
    id: 'a form that is one file',
    given: 'multipart/form-data: { schema: { type: string, format: binary } }',
    expected: {
      'multipart/form-data': { schema: { type: 'object', additionalProperties: true } },
    },
    warnings: [
      `${pointer}/multipart~1form-data/schema: describes no parts; any JSON object, whose members are sent as parts, without files`,
    ],
  },
  {
    id: 'a file of 3.0',
    openapi: '3.0.3',
    given: property('{ type: string, format: binary, description: A file }'),
    expected: multipart({ ...file, description: 'A file' }),
  },
  { id: 'anything of 3.0 is no file', openapi: '3.0.3', given: property('{}'), expected: multipart({}) },
  { id: 'anything of 3.1', given: property('{}'), expected: multipart(file) },
  {
    id: 'a media type of 3.1',
    given: property('{ contentMediaType: image/png }'),
    expected: multipart(file),
  },
  {
    id: 'a list of files',
    given: property('{ type: array, items: { type: string, format: binary } }'),
    expected: multipart({ type: 'array', items: file, 'x-sluice-solid': true }),
  },
  {
    id: 'base64 of 3.1',
    given: property('{ type: string, contentEncoding: base64 }'),
    expected: multipart({ type: 'string', format: 'byte' }),
  },
  {
    id: 'bytes inside of a part are text',
    given: property('{ type: object, properties: { b: { type: string, format: binary } } }'),
    expected: multipart({ type: 'object', title: 'SendRequestA', properties: { b: { type: 'string' } } }),
  },
  {
    id: 'bytes in JSON are text',
    given: 'application/json: { schema: { type: string, format: binary } }',
    expected: { 'application/json': { schema: { type: 'string' } } },
  },
  {
    id: 'headers of a part',
    given:
      'multipart/form-data: { schema: { type: object, properties: { a: { type: string } } }, encoding: { a: { headers: { X-A: { schema: { type: string } } } } } }',
    expected: expect.anything(),
    warnings: [`${pointer}/multipart~1form-data/encoding/a/headers: headers of parts are not sent`],
  },
  {
    id: 'a style of a part',
    given:
      'multipart/form-data: { schema: { type: object, properties: { a: { type: string } } }, encoding: { a: { style: form } } }',
    expected: expect.anything(),
    warnings: [
      `${pointer}/multipart~1form-data/encoding/a: parts have no style; a list is a part for each item, an object is JSON`,
    ],
  },
];

describe('one media type is left to a body, and files are marked', () => {
  test.each(cases)('$id', ({ given, openapi, expected, warnings = [] }) => {
    const yaml = `
paths:
  /a:
    get: { operationId: other, responses: { '204': { description: Done } } }
    post:
      operationId: send
      requestBody: { content: { ${given} } }
      responses: { '204': { description: Done } }`;
    const { document, warnings: told } = normalise(documentOf(yaml, openapi), 'shop');
    expect(told).toEqual(warnings);
    expect(at(document, 'paths', '/a', 'get')).toBeDefined();
    expect(at(document, 'paths', '/a', 'post', 'requestBody', 'content')).toEqual(expected);
  });
});

describe('alternatives that are not of one kind', () => {
  test.each([
    [
      'a list beside a scalar',
      '[{ type: string }, { type: array, items: { type: string } }]',
      'a list is among the alternatives; any JSON',
    ],
    [
      'a scalar beside an object',
      '[{ type: string }, { type: object, properties: { a: { type: string } } }]',
      'a scalar is among the alternatives; answers are any JSON',
    ],
  ])('%s', (_sentence, options, warning) => {
    for (const keyword of ['oneOf', 'anyOf']) {
      const { warnings } = normalise(
        documentOf(`components: { schemas: { Any: { ${keyword}: ${options} } } }`),
        'shop',
      );
      expect(warnings).toEqual([`/components/schemas/Any/${keyword}: ${warning}`]);
    }
  });
});
