import { buildASTSchema, parse, print } from 'graphql';
import { compileRest } from '../compiled-rest.ts';
import { withoutImpossibleDefaults } from '../../../mesh/wrap/input-defaults.ts';

test.each([
  ['D1', 'a default of its type stays', 'a: Int = 1, b: [String!] = ["x"], c: E = null', []],
  ['D2', 'text for a number goes', 'a: Int = "1"', ['a']],
  [
    'D3',
    'a value of an enum goes, whether it has it or not',
    'a: E = "X", b: E = Y, c: [E] = [X]',
    ['a', 'b', 'c'],
  ],
  ['D4', 'null for what is required goes', 'a: Int! = null', ['a']],
  ['D5', 'an object goes', 'a: I = { x: 1 }, b: [I] = [{ x: 1 }], c: [I] = []', ['a', 'b']],
])('%s: %s', (_id, _sentence, fields, gone) => {
  const types = 'enum E { X } input I { x: Int! } type Query';
  const sdl = `input A { ${fields} } ${types} { q(${fields}): Int }`;
  const document = parse(sdl, { noLocation: true });
  const schema = buildASTSchema(document, { assumeValid: true });
  const warnings: string[] = [];
  const settled = print(withoutImpossibleDefaults(document, schema, warnings));
  expect(warnings).toEqual([
    ...gone.map((name) => `input A.${name}: its default can not be expressed; left out`),
    ...gone.map((name) => `argument q.${name}: its default can not be expressed; left out`),
  ]);
  const expected = fields
    .split(/, (?=\w+:)/)
    .map((field) => (gone.includes(field[0] ?? '') ? field.replace(/ =.*/, '') : field))
    .join(', ');
  expect(settled).toBe(print(parse(`input A { ${expected} } ${types} { q(${expected}): Int }`)));
});

test('a subgraph with the default of an enum that is renamed composes, and the service uses its own', async () => {
  const schema =
    '{ type: object, properties: { sort: { type: string, enum: [name, date], default: date } } }';
  const rest = await compileRest({
    document: `paths: { /a: { get: { operationId: a, parameters: [{ name: q, in: query, content: { application/json: { schema: ${schema} } } }], responses: { '200': { description: '', content: { application/json: {} } } } } } }`,
  });
  const { errors } = await rest.run('{ a(q: {}) }');
  const [request] = rest.service.requests;
  const { typeDefs } = rest.subgraph;
  await rest.close();
  expect(errors).toBeUndefined();
  expect(print(typeDefs)).toMatch(/sort: \w+\n/);
  expect(decodeURIComponent(request?.target ?? '')).toBe('/a?q={}');
});
