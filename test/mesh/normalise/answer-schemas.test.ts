import { expect, test } from '@jest/globals';
import { compileRest, plain } from '../compiled-rest.ts';

/** What an operation answers where it has more than one success. */
interface AnswerCase {
  readonly id: string;
  readonly sentence: string;
  readonly responses: string;
  readonly type: string;
}

const of = (schema: string, mediaType = 'application/json') =>
  `{ content: { ${mediaType}: { schema: ${schema} } } }`;
const thing = "{ $ref: '#/components/schemas/Thing' }";
const other = "{ $ref: '#/components/schemas/Other' }";

const cases: readonly AnswerCase[] = [
  {
    id: 'S1',
    sentence: 'an empty success is null',
    responses: `'200': ${of(thing)}, '204': { description: Nothing }`,
    type: 'Thing',
  },
  {
    id: 'S2',
    sentence: 'the same twice is one',
    responses: `'200': ${of(thing)}, '201': ${of(thing)}`,
    type: 'Thing',
  },
  {
    id: 'S3',
    sentence: 'different objects are a union',
    responses: `'200': ${of(thing)}, '202': ${of(other)}`,
    type: 'AResponse',
  },
  {
    id: 'S4',
    sentence: 'of media types JSON is asked for',
    responses: `'200': { content: { text/csv: { schema: { type: string } }, application/problem+json: { schema: ${other} }, application/json: { schema: ${thing} } } }`,
    type: 'Thing',
  },
  {
    id: 'S5',
    sentence: 'default is the success of an operation without another',
    responses: `'404': ${of(other)}, default: ${of(thing)}`,
    type: 'Thing',
  },
  {
    id: 'S6',
    sentence: 'and an error where there is one',
    responses: `'200': ${of(thing)}, default: ${of(other)}`,
    type: 'Thing',
  },
];

test.each(cases.map((row) => [row.id, row.sentence, row] as const))('%s: %s', async (_id, _sentence, row) => {
  const rest = await compileRest({
    document: `
paths: { /a: { get: { operationId: a, responses: { ${row.responses} } } } }
components:
  schemas:
    Thing: { type: object, properties: { x: { type: string } } }
    Other: { type: object, properties: { y: { type: string } } }`,
  });
  await rest.close();
  expect(String(rest.subgraph.schema.getQueryType()?.getFields()['a']?.type)).toBe(row.type);
  expect(rest.subgraph.warnings).toEqual([]);
});

test('an answer of 204 is null where another success is an object', async () => {
  const rest = await compileRest({
    document: `
paths: { /a: { get: { operationId: a, responses: { ${cases[0]?.responses ?? ''} } } } }
components: { schemas: { Thing: { type: object, properties: { x: { type: string } } } } }`,
  });
  try {
    rest.service.answer = (_, response) => void response.writeHead(204).end();
    expect(plain(await rest.run('{ a { x } }'))).toEqual({ data: { a: null } });
  } finally {
    await rest.close();
  }
});

test('an input that needs itself can be given', async () => {
  const node = "{ $ref: '#/components/schemas/Node' }";
  const rest = await compileRest({
    document: `
paths:
  /a: { get: { operationId: a, responses: { '200': ${of('{ type: string }')} } } }
  /b: { post: { operationId: b, requestBody: ${of(node)}, responses: { '200': ${of(node)} } } }
components: { schemas: { Node: { type: object, required: [id, parent], properties: { id: { type: string }, parent: ${node} } } } }`,
  });
  try {
    await rest.run('mutation { b(input: { id: "1" }) { id } }');
    expect(rest.service.requests.map(({ body }) => body)).toEqual(['{"id":"1"}']);
  } finally {
    await rest.close();
  }
});

test('an answer that is XML alone is its text', async () => {
  const rest = await compileRest({
    document: `paths: { /a: { get: { operationId: a, responses: { '200': ${of('{ type: object, properties: { x: { type: string } } }', 'text/xml')} } } } }`,
  });
  rest.service.answer = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/xml' }).end('<a><x>1</x></a>');
  };
  const answered = plain(await rest.run('{ a }'));
  await rest.close();
  expect(answered).toEqual({ data: { a: '<a><x>1</x></a>' } });
});
