import { print } from 'graphql';
import { objectType } from '../../../mesh/schema-document.ts';
import { compileRest } from '../compiled-rest.ts';

const text = '{ type: string }';
const answer = (schema: string) =>
  `responses: { '200': { content: { application/json: { schema: ${schema} } } } }`;
const good = (id: string) =>
  `  /${id}: { get: { operationId: ${id}, ${answer('{ $ref: "#/components/schemas/Good" }')} } }`;
/** Mesh fails on alternatives that are no list. */
const badSchema = '{ type: object, properties: { x: { anyOf: 7 } } }';
const bad = (id: string) =>
  `  /${id}: { get: { operationId: ${id}, ${answer('{ $ref: "#/components/schemas/Bad" }')} } }`;
const components = `
components:
  schemas:
    Good: { type: object, properties: { a: ${text} } }
    Bad: ${badSchema}`;

/** Documents some of whose operations Mesh can't express. */
interface RefusedCase {
  readonly id: string;
  readonly sentence: string;
  readonly given: readonly string[];
  readonly fields: readonly string[];
  readonly refused: readonly string[];
}

const many = (count: number) => Array.from({ length: count }, (_, index) => `good${index}`);

const cases: readonly RefusedCase[] = [
  {
    id: 'W1',
    sentence: 'the only one of its kind',
    given: [good('a'), bad('b')],
    fields: ['a'],
    refused: ['b'],
  },
  {
    id: 'W2',
    sentence: 'one of many',
    given: [...many(20).map(good), bad('b'), good('z')],
    fields: [...many(20), 'z'],
    refused: ['b'],
  },
  {
    id: 'W3',
    sentence: 'several, at both ends',
    given: [bad('b'), ...many(5).map(good), bad('c'), bad('d')],
    fields: many(5),
    refused: ['b', 'c', 'd'],
  },
];

test.each(cases.map((row) => [row.id, row.sentence, row] as const))(
  '%s: what Mesh refuses is left out alone: %s',
  async (_id, _sentence, row) => {
    const rest = await compileRest({ document: `paths:\n${row.given.join('\n')}${components}` });
    const { typeDefs, warnings } = rest.subgraph;
    await rest.close();
    const fields = objectType(typeDefs, 'Query')?.fields ?? [];
    expect(fields.map(({ name }) => name.value)).toEqual(row.fields);
    expect(warnings).toEqual(
      row.refused.map((id) =>
        expect.stringMatching(
          new RegExp(`^/paths/~1${id}/get: can not be expressed in GraphQL \\(.+\\); operation left out$`),
        ),
      ),
    );
  },
);

test('a document of which nothing is left is refused with the reason', async () => {
  await expect(compileRest({ document: `paths:\n${bad('b')}\n${bad('c')}${components}` })).rejects.toThrow(
    /./,
  );
});

test('an event whose payload Mesh refuses is any JSON, and is told', async () => {
  const rest = await compileRest({
    document: `paths:
${good('a')}
webhooks:
  eaten: { post: { requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Bad' } } } } } }
${components}`,
    config: 'webhooks: { eaten: { verify: { scheme: none } } }',
  });
  const { warnings, rest: parts } = rest.subgraph;
  await rest.close();
  expect(warnings).toEqual([
    expect.stringMatching(
      /^\/webhooks\/eaten\/post\/requestBody\/content\/application~1json\/schema: its payload can not be expressed in GraphQL \(.+\); it is any JSON$/,
    ),
  ]);
  expect(parts.events.map(({ name, payloadType }) => [name, payloadType])).toEqual([['eaten', undefined]]);
});

test('an input that requires itself without end may be left out, with a warning', async () => {
  const node = '{ $ref: "#/components/schemas/Node" }';
  const rest = await compileRest({
    document: `paths:
${good('a')}
  /nodes: { post: { operationId: addNode, requestBody: { content: { application/json: { schema: ${node} } } }, ${answer(node)} } }
components:
  schemas:
    Good: { type: object, properties: { a: ${text} } }
    Node: { type: object, required: [name, parent], properties: { name: ${text}, parent: { $ref: "#/components/schemas/Parent" } } }
    Parent: { type: object, required: [node], properties: { node: ${node} } }`,
  });
  const { typeDefs, warnings } = rest.subgraph;
  await rest.close();
  expect(warnings).toEqual([
    expect.stringMatching(/^input \w+\.\w+: is required of itself without end; it may be absent$/),
  ]);
  expect(print(typeDefs)).toMatch(/input NodeInput {[^}]*name: String!/);
});
