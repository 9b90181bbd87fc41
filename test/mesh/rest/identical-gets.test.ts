import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { compileRest, plain, type CompiledRest } from '../compiled-rest.ts';
import { json } from '../recording-service.ts';

const document = `
paths:
  /things/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: thing
      parameters: [{ name: x-tenant, in: header, schema: { type: string } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } } }
    post:
      operationId: touch
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } } }
components:
  schemas:
    Thing: { type: object, properties: { id: { type: string }, count: { type: integer } } }
`;

let rest: CompiledRest;
beforeAll(async () => {
  rest = await compileRest({ document });
});
beforeEach(() => {
  rest.service.requests.length = 0;
  rest.service.answer = (request, response) =>
    json({ id: '7', count: rest.service.requests.length })(request, response);
});
afterAll(() => rest.close());

test.each([
  ['two aliases of one thing are one call', '{ a: thing(id: "7") { id } b: thing(id: "7") { count } }', 1],
  ['two things are two calls', '{ a: thing(id: "7") { id } b: thing(id: "8") { id } }', 2],
  [
    'a header that differs makes two calls',
    '{ a: thing(id: "7", xTenant: "a") { id } b: thing(id: "7", xTenant: "b") { id } c: thing(id: "7") { id } }',
    3,
  ],
  [
    'the same mutation twice is two calls',
    'mutation { a: touch(id: "7") { id } b: touch(id: "7") { id } }',
    2,
  ],
])('%s', async (_sentence, query, calls) => {
  expect(plain(await rest.run(query)).errors).toBeUndefined();
  expect(rest.service.requests).toHaveLength(calls);
});

test('two operations are two calls, of one viewer as well', async () => {
  await rest.run('{ thing(id: "7") { id } }');
  await rest.run('{ thing(id: "7") { id } }');
  expect(rest.service.requests).toHaveLength(2);
});

test('what was read before a change is read again after it', async () => {
  const context = createSubgraphContext({});
  const read = async () => plain(await rest.run('{ thing(id: "7") { count } }', {}, context)).data;
  expect([await read(), await read()]).toEqual([{ thing: { count: 1 } }, { thing: { count: 1 } }]);
  await rest.run('mutation { touch(id: "7") { id } }', {}, context);
  expect(await read()).toEqual({ thing: { count: 3 } });
});

test('a failure is shared too, and each place has an error of its own', async () => {
  rest.service.answer = json({}, 500);
  const result = plain(await rest.run('{ a: thing(id: "7") { id } b: thing(id: "7") { id } }'));
  expect(result).toMatchObject({ data: { a: null, b: null }, errors: [{ path: ['a'] }, { path: ['b'] }] });
  expect(rest.service.requests).toHaveLength(1);
});
