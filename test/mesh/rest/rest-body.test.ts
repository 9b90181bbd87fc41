import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { compileRest, type CompiledRest } from '../compiled-rest.ts';
import type { RecordedRequest } from '../recording-service.ts';
import { writtenBodies } from './written-bodies.ts';

let rest: CompiledRest;
beforeAll(async () => {
  const operations = writtenBodies.map(
    ({ id, given }) => `  /${id}:
    post:
      operationId: ${id}
      requestBody: { content: { ${given} } }
      responses: { '204': { description: Done } }`,
  );
  rest = await compileRest({ document: `paths:\n${operations.join('\n')}` });
});
afterAll(() => rest.close());
beforeEach(() => {
  rest.service.requests.length = 0;
});

const send = (id: string, input: unknown) =>
  rest.subgraph.rest.callOperation(id, { input }, createSubgraphContext({}));

/** The one request that arrived, with the name of the boundary replaced. */
function received(): { contentType: string | undefined; bytes: Buffer; request: RecordedRequest } {
  const [request, ...others] = rest.service.requests;
  expect(others).toEqual([]);
  if (!request) throw new Error('nothing arrived');
  const { headers, bytes } = request;
  expect(headers['content-length']).toBe(String(bytes.length));
  const contentType = headers['content-type'];
  const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(contentType ?? '')?.[1];
  if (boundary === undefined) return { contentType, bytes, request };
  const renamed = bytes.toString('latin1').replaceAll(boundary, 'BOUNDARY');
  return {
    contentType: contentType?.replace(boundary, 'BOUNDARY'),
    bytes: Buffer.from(renamed, 'latin1'),
    request,
  };
}

describe('a body is written as its document says', () => {
  test.each(writtenBodies.map((row) => [row.id, row.sentence, row] as const))(
    '%s: %s',
    async (id, _sentence, { input, expected }) => {
      if (expected === null) {
        await expect(send(id, input)).rejects.toMatchObject({
          extensions: { code: 'BAD_USER_INPUT' },
        });
        expect(rest.service.requests).toEqual([]);
        return;
      }
      await send(id, input);
      const { contentType, bytes, request } = received();
      expect(request).toMatchObject({ method: 'POST', target: `/${id}` });
      expect(contentType).toBe(expected[0]);
      expect(bytes.toString('latin1')).toBe(Buffer.from(expected[1]).toString('latin1'));
    },
  );

  test.each(writtenBodies.slice(0, 2))('without an input there is no body', async ({ id }) => {
    await send(id, undefined);
    const [request] = rest.service.requests;
    expect(request?.bytes).toHaveLength(0);
    expect(request?.headers).not.toHaveProperty('content-type');
  });
});
