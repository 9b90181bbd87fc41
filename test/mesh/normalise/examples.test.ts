import { print } from 'graphql';
import { objectType } from '../../../mesh/schema-document.ts';
import { compileRest } from '../compiled-rest.ts';

/** Media types without a schema. */
interface ExampleCase {
  readonly id: string;
  readonly sentence: string;
  /** YAML of the answer's media type. */
  readonly given: string;
  /** Type of the field. */
  readonly expected: string;
  readonly told: boolean;
}

const cases: readonly ExampleCase[] = [
  { id: 'X1', sentence: 'an example', given: 'example: { a: 1 }', expected: 'JSON', told: true },
  {
    id: 'X2',
    sentence: 'examples',
    given: 'examples: { one: { value: { a: 1 } } }',
    expected: 'JSON',
    told: true,
  },
  {
    id: 'X3',
    sentence: 'an example that is no JSON',
    given: 'example: "{} {}"',
    expected: 'JSON',
    told: true,
  },
  { id: 'X4', sentence: 'nothing', given: 'schema: {}', expected: 'JSON', told: false },
  {
    id: 'X5',
    sentence: 'a schema and an example that does not fit',
    given: 'schema: { type: string }, example: 7',
    expected: 'String',
    told: false,
  },
];

test.each(cases.map((row) => [row.id, row.sentence, row] as const))(
  '%s: an answer that has %s',
  async (_id, _sentence, { given, expected, told }) => {
    const rest = await compileRest({
      document: `paths: { /a: { get: { operationId: a, responses: { '200': { description: '', content: { application/json: { ${given} } } } } } } }`,
    });
    const { typeDefs, warnings } = rest.subgraph;
    await rest.close();
    const [field] = objectType(typeDefs, 'Query')?.fields ?? [];
    expect(field && print(field.type)).toBe(expected);
    const place = '/paths/~1a/get/responses/200/content/application~1json';
    expect(warnings).toEqual(told ? [`${place}: has an example and no schema; any JSON`] : []);
  },
);

test('a body without a schema is any JSON, and is sent', async () => {
  const rest = await compileRest({
    document: `paths: { /a: { post: { operationId: a, requestBody: { content: { application/json: {} } }, responses: { '200': { description: '', content: { application/json: { schema: { type: string } } } } } } } }`,
  });
  await rest.run('mutation { a(input: { x: [1] }) }');
  const [request] = rest.service.requests;
  await rest.close();
  expect(request?.body).toBe('{"x":[1]}');
});
