import type { Parameter } from '../../../mesh/rest/parameters.ts';
import { compileRestCall } from '../../../mesh/rest/rest-call.ts';
import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { compileRest, plain, type CompiledRest } from '../compiled-rest.ts';
import { json } from '../recording-service.ts';
import { hostileValues } from './hostile-values.ts';
import { parameter, percentEncoded } from './parameter.ts';
import { writtenParameters } from './written-parameters.ts';

describe('a parameter is written as its document says', () => {
  let rest: CompiledRest;
  beforeAll(async () => {
    const operations = writtenParameters.map(({ id, given }) => {
      const path = given.startsWith('in: path') ? '{x}' : '';
      return `  /${id}/${path}:
    get:
      operationId: ${id}
      parameters: [{ name: x, ${given} }]
      responses: { '200': { content: { application/json: { schema: { type: string } } } } }`;
    });
    rest = await compileRest({ document: `paths:\n${operations.join('\n')}` });
  });
  afterAll(() => rest.close());
  beforeEach(() => {
    rest.service.requests.length = 0;
  });

  test.each(writtenParameters.map((row) => [row.id, row.sentence, row] as const))(
    '%s: %s',
    async (id, _sentence, { given, value, expected }) => {
      const sent = rest.subgraph.rest.callOperation(id, { x: value }, createSubgraphContext({}));
      if (expected === null) {
        await expect(sent).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
        expect(rest.service.requests).toEqual([]);
        return;
      }
      await sent;
      const [request] = rest.service.requests;
      if (given.startsWith('in: header')) expect(request?.headers['x']).toBe(expected);
      else if (given.startsWith('in: cookie')) expect(request?.headers.cookie).toBe(expected);
      else expect(request?.target).toBe(`/${id}${expected ?? ''}`);
    },
  );
});

describe('parameters of a path item', () => {
  test('hold for its operations, unless an operation has its own, by names of the wire', async () => {
    const rest = await compileRest({
      document: `
paths:
  /things:
    parameters:
      - $ref: '#/components/parameters/filter'
      - { name: tags, in: query, schema: { type: array, items: { type: string } } }
    get:
      operationId: list_things
      parameters:
        - { name: tags, in: query, style: pipeDelimited, schema: { type: array, items: { type: string } } }
      responses: { '200': { content: { application/json: { schema: { type: string } } } } }
components:
  parameters:
    filter:
      name: filter
      in: query
      style: deepObject
      schema: { allOf: [{ type: object, properties: { created-after: { type: string } } }] }`,
    });
    rest.service.answer = json('none');
    const result = plain(await rest.run('{ things(filter: { createdAfter: "a" }, tags: ["b", "c"]) }'));
    await rest.close();
    expect(result.errors).toBeUndefined();
    expect(rest.service.requests[0]?.target).toBe('/things?filter%5Bcreated-after%5D=a&tags=b%7Cc');
  });
});

const call = { subgraph: 'shop', operation: 'getThing' };
const operation = { path: '/a/{args.x}/b', method: 'GET' };

/** The request of one parameter; undefined when it is refused. */
function written(of: Parameter, x: unknown) {
  const path = of.in === 'path' ? operation.path : '/a';
  try {
    return compileRestCall({ ...operation, path }, [of], call)({ x });
  } catch (error) {
    expect(error).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    return undefined;
  }
}

describe.each(hostileValues.map((row) => [row.id, row.sentence, row] as const))(
  '%s: %s',
  (_id, _sentence, { value, refusedIn }) => {
    const isText = !refusedIn.includes('query');

    test.each([
      ['label', false],
      ['label', true],
      ['matrix', false],
      ['matrix', true],
      ['simple', true],
    ] as const)('in a path of style %s (explode: %p) it is one segment, or refused', (style, explode) => {
      const of = parameter('x', 'path', { style, explode, properties: new Set(['k']) });
      for (const given of [value, [value], [value, value], { k: value }]) {
        const path = written(of, given)?.path;
        if (path === undefined) continue;
        expect(isText).toBe(true);
        expect(path).toMatch(/^\/a\/[A-Za-z0-9._~%,;=-]+\/b$/);
        expect(['.', '..']).not.toContain(path.split('/')[2]);
      }
    });

    test.each(['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'] as const)(
      'in a query of style %s it is a value, or refused',
      (style) => {
        const of = parameter('x', 'query', { style, explode: false, properties: new Set(['k']) });
        const name = style === 'deepObject' ? 'x[k]' : 'x';
        const path = written(of, { k: value })?.path ?? '';
        const bare = { spaceDelimited: ' ', pipeDelimited: '|' }[style as string];
        expect(path !== '').toBe(isText && !(bare !== undefined && value.includes(bare)));
        if (path === '') return;
        expect([...new URLSearchParams(path.slice(3)).keys()]).toEqual([name]);
        expect(path.endsWith(percentEncoded(value))).toBe(true);
      },
    );

    test('as the name of a member it names nothing but a member, or is refused', () => {
      const deep = written(parameter('x', 'query', { style: 'deepObject' }), { [value]: '1' });
      const names = [...new URLSearchParams(deep?.path.slice(3)).keys()];
      expect(names).toEqual(deep ? [`x[${value}]`] : []);
      expect(written(parameter('x', 'query'), { [value]: '1' })).toBeUndefined();
      expect(written(parameter('x', 'cookie'), { [value]: '1' })).toBeUndefined();
      expect(
        written(parameter('x', 'path', { style: 'matrix', explode: true }), { [value]: '1' }),
      ).toBeUndefined();
    });

    test('in a list of a header it is one member, or refused', () => {
      const request = written(parameter('x', 'header'), ['a', value]);
      expect(request !== undefined).toBe(!refusedIn.includes('header') && !value.includes(','));
      if (request) expect(request.headers['x']).toBe(`a,${value}`);
    });

    test('in a list of cookies it is one cookie, or refused', () => {
      const request = written(parameter('x', 'cookie'), ['a', value]);
      expect(request !== undefined).toBe(isText);
      if (request) expect(request.headers['cookie']).toBe(`x=a; x=${percentEncoded(value)}`);
    });
  },
);
