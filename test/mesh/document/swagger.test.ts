import { parseOpenApiDocument } from '../../../mesh/document/parse-document.ts';
import {
  dereference,
  isObject,
  type JsonObject,
  type OpenApiDocument,
} from '../../../mesh/document/openapi-document.ts';

/** What becomes of one operation, `POST /a`, of a Swagger 2.0 document. */
interface SwaggerCase {
  readonly id: string;
  readonly sentence: string;
  /** YAML of the operation, after `responses`. */
  readonly operation?: string;
  /** YAML of the path item, besides the operation. */
  readonly item?: string;
  /** YAML at the top of the document. */
  readonly top?: string;
  /** What the operation has in OpenAPI 3.0; references are followed. */
  readonly expected: {
    readonly parameters?: unknown;
    readonly requestBody?: unknown;
    readonly response?: unknown;
  };
  /** @default none */
  readonly warnings?: readonly string[];
}

const text = { schema: { type: 'string' } };
const list = { schema: { type: 'array', items: { type: 'string' } } };
const array = 'type: array, items: { type: string }';
const form = (properties: object, required: readonly string[] = []) => ({
  schema: { type: 'object', properties, required },
});
const urlencoded = 'application/x-www-form-urlencoded';
const multipart = 'multipart/form-data';
const unknownFormat = (place: string, format: string) =>
  `/paths/~1a/post/parameters/0/collectionFormat: "${format}" can not be expressed; the argument is a string that is sent as it is`.replace(
    '/post/parameters/0',
    place,
  );

const cases: readonly SwaggerCase[] = [
  ...(
    [
      ['csv', { style: 'form', explode: false }],
      ['ssv', { style: 'spaceDelimited', explode: false }],
      ['pipes', { style: 'pipeDelimited', explode: false }],
      ['multi', { style: 'form', explode: true }],
    ] as const
  ).map(([format, style]): SwaggerCase => ({
    id: `S-${format}`,
    sentence: `a list in the query as ${format}`,
    operation: `parameters: [{ name: q, in: query, collectionFormat: ${format}, ${array} }]`,
    expected: { parameters: [{ name: 'q', in: 'query', ...style, ...list }] },
  })),
  {
    id: 'S5',
    sentence: 'a list without a format, which is separated by commas',
    operation: `parameters: [{ name: q, in: query, ${array} }]`,
    expected: { parameters: [{ name: 'q', in: 'query', style: 'form', explode: false, ...list }] },
  },
  {
    id: 'S6',
    sentence: 'a list that is separated by tabs, which OpenAPI 3 does not have',
    operation: `parameters: [{ name: q, in: query, collectionFormat: tsv, ${array} }]`,
    expected: { parameters: [{ name: 'q', in: 'query', ...text }] },
    warnings: [unknownFormat('/post/parameters/0', 'tsv')],
  },
  {
    id: 'S7',
    sentence: 'a list in a header that is separated by pipes, which OpenAPI 3 does not have',
    operation: `parameters: [{ name: q, in: header, collectionFormat: pipes, ${array} }]`,
    expected: { parameters: [{ name: 'q', in: 'header', ...text }] },
    warnings: [unknownFormat('/post/parameters/0', 'pipes')],
  },
  {
    id: 'S8',
    sentence: 'a body',
    operation: 'parameters: [{ name: b, in: body, required: true, schema: { $ref: "#/definitions/T" } }]',
    expected: {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/T' } } },
      },
    },
  },
  {
    id: 'S9',
    sentence: 'a body of the media types that the operation takes',
    operation: 'consumes: [application/xml], parameters: [{ name: b, in: body, schema: { type: string } }]',
    top: 'consumes: [application/json]',
    expected: { requestBody: { content: { 'application/xml': text } } },
  },
  {
    id: 'S10',
    sentence: 'a body of no media types at all',
    operation: 'consumes: [], parameters: [{ name: b, in: body, schema: { type: string } }]',
    expected: { requestBody: { content: { 'application/json': text } } },
  },
  {
    id: 'S11',
    sentence: 'a body that is a parameter of the document',
    operation: 'parameters: [{ $ref: "#/parameters/B" }, { name: q, in: query, type: string }]',
    top: 'parameters: { B: { name: b, in: body, schema: { type: string } } }',
    expected: {
      parameters: [{ name: 'q', in: 'query', ...text }],
      requestBody: { content: { 'application/json': text } },
    },
  },
  {
    id: 'S12',
    sentence: 'a body that the path has for all, wherever it stands',
    item: 'parameters: [{ name: b, in: body, schema: { type: string } }, { name: q, in: query, type: string }]',
    expected: { requestBody: { content: { 'application/json': text } } },
  },
  {
    id: 'S13',
    sentence: 'a form, which is required when a part is, with lists separated by commas',
    operation: `parameters: [{ name: f, in: formData, type: string, required: true }, { name: g, in: formData, ${array} }]`,
    expected: {
      requestBody: {
        required: true,
        content: {
          [urlencoded]: {
            ...form({ f: { type: 'string' }, g: list.schema }, ['f']),
            encoding: { g: { style: 'form', explode: false } },
          },
        },
      },
    },
  },
  {
    id: 'S14',
    sentence: 'a form where the service says JSON',
    operation: 'consumes: [application/json], parameters: [{ name: f, in: formData, type: string }]',
    expected: { requestBody: { content: { [urlencoded]: form({ f: { type: 'string' } }) } } },
  },
  {
    id: 'S15',
    sentence: 'a file, which needs multipart',
    operation: `consumes: [${urlencoded}], parameters: [{ name: f, in: formData, type: file }]`,
    expected: {
      requestBody: { content: { [multipart]: form({ f: { type: 'string', format: 'binary' } }) } },
    },
  },
  {
    id: 'S16',
    sentence: 'parts of a form that are parameters of the document',
    operation: 'parameters: [{ $ref: "#/parameters/F" }, { $ref: "#/parameters/G" }]',
    top: 'parameters: { F: { name: f, in: formData, type: string }, G: { name: g, in: formData, type: integer } }',
    expected: {
      requestBody: { content: { [urlencoded]: form({ f: { type: 'string' }, g: { type: 'integer' } }) } },
    },
  },
  {
    id: 'S17',
    sentence: 'an answer that is a file',
    operation: 'produces: [application/pdf], responses: { 200: { description: "", schema: { type: file } } }',
    expected: {
      response: {
        description: '',
        content: { 'application/pdf': { schema: { type: 'string', format: 'binary' } } },
      },
    },
  },
  {
    id: 'S18',
    sentence: 'what may be null',
    operation: 'responses: { 200: { description: "", schema: { type: string, x-nullable: true } } }',
    expected: {
      response: {
        description: '',
        content: { 'application/json': { schema: { type: 'string', nullable: true } } },
      },
    },
  },
  {
    id: 'S19',
    sentence: 'an answer of the document',
    operation: 'responses: { 200: { $ref: "#/responses/R" } }',
    top: 'responses: { R: { description: r, schema: { $ref: "#/definitions/T" } } }',
    expected: {
      response: {
        description: 'r',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/T' } } },
      },
    },
  },
  {
    id: 'S20',
    sentence: 'an answer that another operation describes',
    operation:
      'responses: { 200: { description: "", schema: { $ref: "#/paths/~1b/get/responses/200/schema" } } }',
    expected: {
      response: {
        description: '',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/GetBResponses200' } } },
      },
    },
  },
  {
    id: 'S21',
    sentence: 'parameters that are none, and answers that are null',
    operation: 'parameters: [{ name: q }, 7], responses: { 200: { description: "" }, 400: null }',
    expected: { response: { description: '' } },
    warnings: [
      '/paths/~1a/post/parameters/0: is no parameter of Swagger 2.0: it has no "in"; left out',
      '/paths/~1a/post/parameters/1: is no parameter of Swagger 2.0: it has no "in"; left out',
    ],
  },
  {
    id: 'S22',
    sentence: 'a media type that is text and no list',
    operation:
      'produces: application/json, responses: { 200: { description: "", schema: { type: string } } }',
    expected: { response: { description: '', content: { 'application/json': text } } },
  },
  {
    id: 'S23',
    sentence: 'the base path, which endpoint has to hold',
    top: 'host: x.test\nbasePath: /v2',
    expected: {},
    warnings: ['/basePath: is "/v2"; endpoint in subgraph.yaml has to end with it'],
  },
];

function documentFrom({ operation = '', item = '', top = '' }: SwaggerCase): [OpenApiDocument, string[]] {
  const warnings: string[] = [];
  const yaml = `swagger: '2.0'
info: { title: Test, version: '1' }
${top}
paths:
  /a: { post: { operationId: a, ${operation} }${item && `, ${item}`} }
  /b: { get: { operationId: b, responses: { 200: { description: '', schema: { type: object } } } } }
definitions: { T: { type: object, properties: { x: { type: string } } } }`;
  return [parseOpenApiDocument(yaml, 'openapi.yaml', warnings), warnings];
}

test.each(cases.map((row) => [row.id, row.sentence, row] as const))('%s: %s', (_id, _sentence, row) => {
  const [document, warnings] = documentFrom(row);
  const operation = document.paths?.['/a']?.['post'] as JsonObject;
  const responses = isObject(operation['responses']) ? operation['responses'] : {};
  expect({
    ...operation,
    requestBody: dereference(document, operation['requestBody']),
    response: dereference(document, responses['200']),
  }).toMatchObject(row.expected);
  expect(warnings).toEqual(row.warnings ?? []);
});

test('security definitions become schemes', () => {
  const [document] = documentFrom({
    id: '',
    sentence: '',
    top: `securityDefinitions:
  key: { type: apiKey, in: header, name: x-key }
  basic: { type: basic }
  oauth: { type: oauth2, flow: application, tokenUrl: 'https://x.test/token', scopes: { read: '' } }`,
    expected: {},
  });
  expect(document.components?.['securitySchemes']).toEqual({
    key: { type: 'apiKey', in: 'header', name: 'x-key' },
    basic: { type: 'http', scheme: 'basic' },
    oauth: {
      type: 'oauth2',
      flows: { clientCredentials: { tokenUrl: 'https://x.test/token', scopes: { read: '' } } },
    },
  });
});
