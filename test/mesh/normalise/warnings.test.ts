import { compileRest } from '../compiled-rest.ts';

/** What a document has that GraphQL can't have, or that is not there at all. */
interface WarningCase {
  readonly id: string;
  readonly sentence: string;
  readonly given: string;
  readonly warnings: readonly string[];
  /** Operations that are there all the same. */
  readonly fields: readonly string[];
}

const text = '{ type: string }';
const answer = (schema: string) =>
  `responses: { '200': { content: { application/json: { schema: ${schema} } } } }`;
const get = (id: string, more = '', schema = text) =>
  `{ get: { operationId: ${id}, ${more} ${answer(schema)} } }`;
const query = (...names: string[]) =>
  names.map((name) => `{ name: ${name}, in: query, schema: ${text} }`).join(', ');
const schemas = '#/components/schemas';

const cases: readonly WarningCase[] = [
  {
    id: 'G1',
    sentence: 'a part of a path that nothing describes is a string',
    given: `paths: { '/a/{y}': ${get('a')}, /b: ${get('b')} }`,
    warnings: ['/paths/~1a~1{y}/get: "y" of the path is not described; it is taken for a string'],
    fields: ['a', 'b'],
  },
  {
    id: 'G2',
    sentence: 'a parameter that is not in the document is left out alone',
    given: `paths: { /a: ${get('a', "parameters: [{ $ref: '#/components/parameters/No' }],")}, /b: ${get('b')} }`,
    warnings: [
      '/paths/~1a/get/parameters/0: is not in the document ("#/components/parameters/No"); left out, so it can not be sent',
    ],
    fields: ['a', 'b'],
  },
  {
    id: 'G3',
    sentence: 'an operation whose body is not is left out alone',
    given: `paths: { /a: { post: { operationId: a, requestBody: { $ref: '#/components/requestBodies/No' }, ${answer(text)} } }, /b: ${get('b')} }`,
    warnings: ['/paths/~1a/post/requestBody: is not in the document; operation left out'],
    fields: ['b'],
  },
  {
    id: 'G4',
    sentence: 'so is a path whose item is not, and parameters that operations share',
    given: `paths: { /a: { $ref: '#/components/pathItems/No' }, /b: ${get('b')}, /c: { parameters: [{ $ref: '#/components/parameters/No' }], get: { operationId: c, ${answer(text)} } } }`,
    warnings: [
      '/paths/~1a: its path item is not in the document; left out',
      '/paths/~1c/parameters/0: is not in the document ("#/components/parameters/No"); left out, so it can not be sent',
    ],
    fields: ['b', 'c'],
  },
  {
    id: 'G5',
    sentence: 'a schema that is not in the document is any JSON',
    given: `paths: { /a: ${get('a', '', `{ type: object, properties: { x: { $ref: '${schemas}/No' }, example: { $ref: '${schemas}/No~1' } } }`)}, /b: ${get('b', '', `{ $ref: '${schemas}/No' }`)} }`,
    warnings: [
      `/paths/~1a/get/responses/200/content/application~1json/schema/properties/x: refers to "${schemas}/No", which is not in the document`,
      `/paths/~1a/get/responses/200/content/application~1json/schema/properties/example: refers to "${schemas}/No~1", which is not in the document`,
      `/paths/~1b/get/responses/200/content/application~1json/schema: refers to "${schemas}/No", which is not in the document`,
    ],
    fields: ['a', 'b'],
  },
  {
    id: 'G6',
    sentence: 'an example may refer to anything',
    given: `paths: { /a: ${get('a', '', `{ type: string, example: { $ref: '${schemas}/No' } }`)} }`,
    warnings: [],
    fields: ['a'],
  },
  {
    id: 'G7',
    sentence: 'parameters that are one argument',
    given: `paths: { /a: ${get('a', `parameters: [${query('a-b', 'a_b')}, { name: a_b, in: header, schema: ${text} }],`)} }`,
    warnings: [
      '/paths/~1a/get: "a_b" in query and "a-b" in query share the argument a_b',
      '/paths/~1a/get: "a_b" in header and "a-b" in query share the argument a_b',
    ],
    fields: ['a'],
  },
  {
    id: 'G8',
    sentence: 'a parameter of a path that an operation has too is one',
    given: `paths: { /a: { parameters: [${query('x')}], get: { operationId: a, parameters: [${query('x')}], ${answer(text)} } } }`,
    warnings: [],
    fields: ['a'],
  },
  {
    id: 'G9',
    sentence: 'a parameter that is called like the body',
    given: `paths: { /a: { post: { operationId: a, parameters: [${query('input')}], requestBody: { content: { application/json: { schema: { type: object, properties: { x: ${text} } } } } }, ${answer(text)} } } }`,
    warnings: ['/paths/~1a/post: "input" in query and the body share the argument input'],
    fields: ['a'],
  },
  {
    id: 'G10',
    sentence: 'properties that are one field',
    given: `paths: { /a: ${get('a', '', `{ $ref: '${schemas}/Thing' }`)} }
components: { schemas: { Thing: { type: object, properties: { a-b: ${text}, a.b: ${text}, a_b: ${text}, aB: ${text}, additionalProperties: ${text} } } } }`,
    warnings: [
      '/components/schemas/Thing/properties/a-b: lost, because GraphQL can not tell it from "a_b"',
      '/components/schemas/Thing/properties/a.b: lost, because GraphQL can not tell it from "a_b"',
      '/components/schemas/Thing/properties/additionalProperties: lost, because it is called like a keyword of JSON Schema',
    ],
    fields: ['a'],
  },
  {
    id: 'G11',
    sentence: 'values of an enum that are one',
    given: `paths: { /a: ${get('a', '', "{ type: string, enum: ['1', _1, 'true', 'TRUE', x, null] }")}, /b: ${get('b', '', '{ type: integer, enum: [1, 1] }')} }`,
    warnings: [
      '/paths/~1a/get/responses/200/content/application~1json/schema/enum/0: "1" is lost, because GraphQL can not tell it from "_1"',
      '/paths/~1a/get/responses/200/content/application~1json/schema/enum/2: "true" is lost, because GraphQL can not tell it from "TRUE"',
    ],
    fields: ['a', 'b'],
  },
  {
    id: 'G12',
    sentence: 'properties of an event that are one field',
    given: `paths: { /a: ${get('a')} }
webhooks: { paid: { post: { requestBody: { content: { application/json: { schema: { type: object, properties: { a-b: ${text}, a_b: ${text} } } } } } } } }`,
    warnings: [
      '/webhooks/paid/post/requestBody/content/application~1json/schema/properties/a-b: lost, because GraphQL can not tell it from "a_b"',
    ],
    fields: ['a'],
  },
  {
    id: 'G13',
    sentence: 'a header that has no name, or one that no header has',
    given: `paths: { /a: ${get('a', `parameters: [{ name: '', in: header, schema: ${text} }, { name: a b, in: header, schema: ${text} }, { name: a b, in: query, schema: ${text} }],`)} }`,
    warnings: [
      '/paths/~1a/get/parameters/0: can not be sent, it has no name that a header can have (""); left out',
      '/paths/~1a/get/parameters/1: can not be sent, it has no name that a header can have ("a b"); left out',
    ],
    fields: ['a'],
  },
  {
    id: 'G14',
    sentence: 'items of what is no list',
    given: `paths: { /a: ${get('a', '', `{ type: object, items: { type: object, properties: { x: ${text} } } }`)}, /b: ${get('b', '', `{ items: ${text} }`)} }`,
    warnings: [
      '/paths/~1a/get/responses/200/content/application~1json/schema/items: its type is object and no list; left out',
    ],
    fields: ['a', 'bs'],
  },
  {
    id: 'G15',
    sentence: 'an answer that is XML alone',
    given: `paths: { /a: { get: { operationId: a, responses: { '200': { content: { text/xml: { schema: { $ref: '${schemas}/Thing' } } } } } } }, /b: { get: { operationId: b, responses: { '200': { content: { application/xml: { schema: { $ref: '${schemas}/Thing' } }, application/json: { schema: { $ref: '${schemas}/Thing' } } } } } } } }
components: { schemas: { Thing: { type: object, properties: { x: ${text} } } } }`,
    warnings: [
      '/paths/~1a/get/responses/200/content/text~1xml: XML is not read; its text is the answer, as any JSON',
    ],
    fields: ['a', 'b'],
  },
];

test.each(cases.map((row) => [row.id, row.sentence, row] as const))('%s: %s', async (_id, _sentence, row) => {
  const rest = await compileRest({ document: row.given });
  const { warnings, schema } = rest.subgraph;
  await rest.close();
  expect(warnings).toEqual(row.warnings);
  const roots = { ...schema.getQueryType()?.getFields(), ...schema.getMutationType()?.getFields() };
  expect(Object.keys(roots).filter((name) => !name.startsWith('_'))).toEqual(row.fields);
});

test('the schema of a parameter that a whole path shares is as bare as that of any other', async () => {
  const rest = await compileRest({
    document: `
paths:
  /a/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string, pattern: '^x', maxLength: 3 } }]
    get: { operationId: a, parameters: [{ name: page, in: query, schema: { type: integer, default: 5, minimum: 1 } }], ${answer(text)} }`,
  });
  const field = rest.subgraph.schema.getQueryType()?.getFields()['a'];
  await rest.close();
  expect(field?.args.map(({ name, type }) => `${name}: ${String(type)}`)).toEqual([
    'id: String!',
    'page: Int',
  ]);
});
