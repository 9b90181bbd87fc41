import { compileRest } from '../compiled-rest.ts';

const text = '{ type: string }';
const answer = `responses: { '200': { description: '', content: { application/json: { schema: ${text} } } } }`;

/** What OpenAPI 3.2 has and 3.1 has not. */
interface NewCase {
  readonly id: string;
  readonly sentence: string;
  /** YAML below `info`. */
  readonly given: string;
  readonly fields: readonly string[];
  readonly warnings: readonly string[];
}

const noMethod = 'a method that OpenAPI 3.1 does not have can not be called; left out';

const cases: readonly NewCase[] = [
  {
    id: 'N1',
    sentence: 'a document that uses nothing new loads without a word',
    given: `$self: https://x.test/api\npaths: { /a: { get: { operationId: a, ${answer} } } }`,
    fields: ['a'],
    warnings: [],
  },
  {
    id: 'N2',
    sentence: 'methods that are new are left out',
    given: `paths: { /a: { get: { operationId: a, ${answer} }, query: { operationId: b, ${answer} }, additionalOperations: { LINK: { operationId: c, ${answer} } } } }`,
    fields: ['a'],
    warnings: [`/paths/~1a/additionalOperations/LINK: ${noMethod}`, `/paths/~1a/query: ${noMethod}`],
  },
  {
    id: 'N3',
    sentence: 'an operation with a parameter that is the whole query is left out',
    given: `paths: { /a: { get: { operationId: a, parameters: [{ name: q, in: querystring, content: { application/json: { schema: ${text} } } }], ${answer} } }, /b: { get: { operationId: b, ${answer} } } }`,
    fields: ['b'],
    warnings: [
      '/paths/~1a/get/parameters/0: a parameter that is the whole query can not be expressed; operation left out',
    ],
  },
  {
    id: 'N4',
    sentence: 'media types of the components go where they are used',
    given: `paths: { /a: { get: { operationId: a, responses: { '200': { description: '', content: { application/json: { $ref: '#/components/mediaTypes/Text' } } } } } } }
components: { mediaTypes: { Text: { schema: ${text} } } }`,
    fields: ['a'],
    warnings: [],
  },
  {
    id: 'N5',
    sentence: 'the items of a stream have no type',
    given: `paths: { /a: { get: { operationId: a, responses: { '200': { description: '', content: { text/event-stream: { itemSchema: ${text} } } } } } } }`,
    fields: ['a'],
    warnings: [
      '/paths/~1a/get/responses/200/content/text~1event-stream/itemSchema: a stream is not read item by item; its items have no type',
    ],
  },
];

test.each(cases.map((row) => [row.id, row.sentence, row] as const))('%s: %s', async (_id, _sentence, row) => {
  const rest = await compileRest({ openapi: '3.2.0', document: row.given });
  const { schema, warnings } = rest.subgraph;
  await rest.close();
  const fields = Object.keys(schema.getQueryType()?.getFields() ?? {});
  expect(fields.filter((name) => !name.startsWith('_'))).toEqual(row.fields);
  expect(warnings).toEqual(row.warnings);
});
