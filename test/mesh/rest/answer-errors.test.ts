import { pino } from 'pino';
import { createSubgraphExecutor } from '../../../gateway/execution/subgraph-executor.ts';
import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { compileRest, plain, type CompiledRest } from '../compiled-rest.ts';
import { json } from '../recording-service.ts';

const document = `
paths:
  /things/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getThing
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } } }
  /things:
    get:
      operationId: listThings
      parameters: [{ name: owner, in: query, schema: { type: string } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Thing' } } } } } }
  /count:
    get:
      operationId: count
      responses: { '200': { description: ok, content: { application/json: { schema: { type: integer } } } } }
components:
  schemas:
    Thing:
      type: object
      required: [id, name]
      properties:
        id: { type: string }
        name: { type: string }
        size: { type: integer }
        weight: { type: number }
        big: { type: integer, format: int64 }
        isNew: { type: boolean }
        kind: { type: string, enum: [a, b] }
        tags: { type: array, items: { type: string } }
        part: { type: object, required: [code], properties: { code: { type: string } } }
        any: { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }] }
    Cat: { type: object, required: [purrs], properties: { purrs: { type: boolean } } }
    Dog: { type: object, required: [barks], properties: { barks: { type: boolean } } }
`;
const config = `
operations: { rename: { getThing: thing, listThings: things } }
entities: { Thing: { key: id, resolve: { operation: getThing, argument: id } } }
links: { Thing.others: { operation: listThings, arguments: { owner: id } } }
`;

let rest: CompiledRest;
beforeAll(async () => {
  rest = await compileRest({ document, config });
});
afterAll(() => rest.close());

const logged: string[] = [];

async function run(operation: string, variables: Record<string, unknown> = {}) {
  const execute = createSubgraphExecutor({
    name: 'shop',
    schema: rest.subgraph.schema,
    describeAnswerError: rest.subgraph.rest.describeAnswerError,
    logger: pino({}, { write: (line: string) => void logged.push(line) }),
  });
  return plain(await execute({ operation, variables, context: createSubgraphContext({}) }));
}

const thing = { id: '7', name: 'x' };
const secret = 'secret-of-another';
const invalid = (field: string, path: (string | number)[], operation = 'thing') => ({
  message: `shop.${operation}: the service answered with something else than the document says, at "${field}"`,
  path,
  extensions: { code: 'UPSTREAM_INVALID', service: 'shop', operation },
});

test.each<[string, object, string, string, (string | number)[]]>([
  ['null where a value must be', { name: null }, 'name', 'name', ['thing', 'name']],
  ['nothing where a value must be', { name: undefined }, 'name', 'name', ['thing', 'name']],
  ['an object for a text', { name: { secret } }, 'name', 'name', ['thing', 'name']],
  ['a list for a text', { name: [secret] }, 'name', 'name', ['thing', 'name']],
  ['text for an integer', { size: secret }, 'size', 'size', ['thing', 'size']],
  ['half a number for an integer', { size: 1.5 }, 'size', 'size', ['thing', 'size']],
  ['an integer that is too large', { size: 2 ** 40 }, 'size', 'size', ['thing', 'size']],
  ['text for a number', { weight: secret }, 'weight', 'weight', ['thing', 'weight']],
  ['text for a truth', { isNew: secret }, 'isNew', 'isNew', ['thing', 'isNew']],
  ['a value that is no known one', { kind: secret }, 'kind', 'kind', ['thing', 'kind']],
  ['text for a list', { tags: secret }, 'tags', 'tags', ['thing', 'tags']],
  ['an object in a list of texts', { tags: ['a', { secret }] }, 'tags', 'tags', ['thing', 'tags', 1]],
  ['null deeper down', { part: { code: null } }, 'part { code }', 'code', ['thing', 'part', 'code']],
  ['an object that is none of several', { any: { secret } }, 'any { __typename }', 'any', ['thing', 'any']],
])(
  '%s is an error that names the field and quotes nothing',
  async (_sentence, more, selection, field, path) => {
    rest.service.answer = json({ ...thing, ...more });
    const result = await run(`{ thing(id: "7") { id ${selection} } }`);
    expect(result.errors).toMatchObject([invalid(field, path)]);
    expect(JSON.stringify(result) + logged.join('')).not.toContain(secret);
  },
);

test('what is beside it stays', async () => {
  rest.service.answer = json({ ...thing, size: secret, weight: 2 });
  expect((await run('{ thing(id: "7") { size weight } }')).data).toEqual({
    thing: { size: null, weight: 2 },
  });
});

test('the operation is that of the field, not its alias', async () => {
  rest.service.answer = json([thing, { ...thing, name: null }]);
  expect((await run('{ mine: things { name } }')).errors).toMatchObject([
    invalid('name', ['mine', 1, 'name'], 'things'),
  ]);
});

test('of an entity, it is the one that finds it', async () => {
  rest.service.answer = json({ ...thing, name: { secret } });
  const operation =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Thing { name } } }';
  const representations = [{ __typename: 'Thing', id: '7' }];
  expect((await run(operation, { representations })).errors).toMatchObject([
    invalid('name', ['_entities', 0, 'name'], 'thing'),
  ]);
});

test('of a link, it is the one that the link calls', async () => {
  rest.service.answer = (request, response) =>
    json(request.target.startsWith('/things?') ? [{ id: '8', name: { secret } }] : thing)(request, response);
  const operation =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Thing { others { name } } } }';
  const representations = [{ __typename: 'Thing', id: '7' }];
  expect((await run(operation, { representations })).errors).toMatchObject([
    invalid('name', ['_entities', 0, 'others', 0, 'name'], 'things'),
  ]);
});

test('a scalar that answers a whole operation is read as strictly', async () => {
  rest.service.answer = json({ secret });
  const result = await run('{ count }');
  expect(result.errors).toMatchObject([invalid('count', ['count'], 'count')]);
  expect(JSON.stringify(result)).not.toContain(secret);
});

test('an error of the call stays what it is', async () => {
  rest.service.answer = json({}, 404);
  expect((await run('{ thing(id: "7") { id } }')).errors).toMatchObject([
    { message: 'shop.thing: the service answered 404', extensions: { code: 'NOT_FOUND' } },
  ]);
});
