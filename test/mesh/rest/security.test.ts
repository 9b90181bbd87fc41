import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { compileRest, plain, type CompiledRest } from '../compiled-rest.ts';
import { schemes, securityCases, wrongSecurity } from './security-cases.ts';

const open: CompiledRest[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((rest) => rest.close()));
});

/** `security:` around the lines that name schemes; other settings stay beside it. */
function settings(given: string): string {
  const lines = given.split('\n').filter((line) => line !== '');
  const own = lines.filter((line) => line.startsWith('headers:'));
  const named = lines.filter((line) => !line.startsWith('headers:')).map((line) => `  ${line}`);
  return [...(named.length > 0 ? ['security:', ...named] : []), ...own].join('\n');
}

async function compile(options: { security?: string; given?: string; parameters?: string; all?: string }) {
  const { security, given = '', parameters = '[]', all } = options;
  const rest = await compileRest({
    document: `
${all === undefined ? '' : `security: ${all}`}
paths:
  /things:
    get:
      operationId: things
      ${security === undefined ? '' : `security: ${security}`}
      parameters: ${parameters}
      responses: { '200': { description: ok, content: { application/json: { schema: {} } } } }
components:
  securitySchemes:${schemes}`,
    config: settings(given),
  });
  open.push(rest);
  return rest;
}

test.each(securityCases.map((row) => [row.id, row.sentence, row] as const))(
  '%s: %s',
  async (
    _id,
    _sentence,
    { security, given, client = {}, headers = {}, target = '/things', warnings = 0 },
  ) => {
    const rest = await compile({ security, given });
    const context = createSubgraphContext({ headers: client });
    expect(plain(await rest.run('{ things }', {}, context)).errors).toBeUndefined();
    const [request] = rest.service.requests;
    const { host: _, connection: __, accept: ___, ...received } = request?.headers ?? {};
    expect(received).toEqual(headers);
    expect(request?.target).toBe(target);
    expect(rest.subgraph.warnings).toHaveLength(warnings);
  },
);

test.each(wrongSecurity)('%s is refused with file, line and field', async (_sentence, given, message) => {
  await expect(compile({ given })).rejects.toThrow(`subgraphs/shop/subgraph.yaml${message}`);
});

test.each([
  ['what the whole document wants', {}, { 'x-api-key': 'k' }],
  ['what an operation says instead', { security: '[]' }, {}],
])('%s counts', async (_sentence, operation, expected) => {
  const rest = await compile({ ...operation, all: '[{ headerKey: [] }]', given: 'headerKey: { apiKey: k }' });
  await rest.run('{ things }');
  expect(rest.service.requests[0]?.headers['x-api-key']).toBe(
    (expected as Record<string, string>)['x-api-key'],
  );
});

test('a warning names the scheme, how many want it, and what to do', async () => {
  const rest = await compile({ security: '[{ headerKey: [] }]' });
  expect(rest.subgraph.warnings).toEqual([
    '/components/securitySchemes/headerKey: 1 operation wants it (apiKey in the header), and nothing is set up for it: add security.headerKey to subgraph.yaml, or name x-api-key in headers.forward',
  ]);
});

describe('a parameter that is an API key', () => {
  const parameters =
    '[{ name: api_key, in: query, schema: { type: string } }, { name: X-API-KEY, in: header, schema: { type: string } }]';

  test('is no argument once the file has the key', async () => {
    const given = 'queryKey: { apiKey: ours }\nheaderKey: { apiKey: ours-too }';
    const rest = await compile({ security: '[{ queryKey: [], headerKey: [] }]', given, parameters });
    const refused = plain(await rest.run('{ things(apiKey: "theirs") }'));
    expect(refused.errors?.[0]?.message).toBe('Unknown argument "apiKey" on field "Query.things".');
    await rest.run('{ things }');
    expect(rest.service.requests.map(({ target }) => target)).toEqual(['/things?api_key=ours']);
    expect(rest.service.requests[0]?.headers['x-api-key']).toBe('ours-too');
  });

  test('stays one as long as it has none', async () => {
    const rest = await compile({ security: '[{ queryKey: [] }]', parameters });
    await rest.run('{ things(apiKey: "mine") }');
    expect(rest.service.requests[0]?.target).toBe('/things?api_key=mine');
  });

  test('is put behind other parameters', async () => {
    const rest = await compile({
      security: '[{ queryKey: [] }]',
      given: 'queryKey: { apiKey: ours }',
      parameters: '[{ name: q, in: query, schema: { type: string } }]',
    });
    await rest.run('{ things(q: "x&api_key=theirs") }');
    expect(rest.service.requests[0]?.target).toBe('/things?q=x%26api_key%3Dtheirs&api_key=ours');
  });
});
