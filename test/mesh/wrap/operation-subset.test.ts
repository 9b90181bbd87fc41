import { withOperations } from '../../../mesh/wrap/operation-subset.ts';
import { documentOf } from '../normalise/document-of.ts';

const document = documentOf(`
paths:
  /a:
    parameters: [{ $ref: '#/components/parameters/P' }]
    get: { operationId: getA, responses: { '200': { $ref: '#/components/responses/R' } } }
    post: { operationId: postA, requestBody: { $ref: '#/components/requestBodies/B' } }
  /b: { get: { operationId: getB, responses: { '200': { $ref: '#/paths/~1a/post/responses/200' } } } }
  /c: { get: { operationId: getC } }
components:
  parameters: { P: { name: p, in: query, schema: { $ref: '#/components/schemas/One' } } }
  responses: { R: { content: { application/json: { schema: { $ref: '#/components/schemas/Base' } } } } }
  requestBodies: { B: { content: { application/json: { schema: { $ref: '#/components/schemas/Loop/properties/x' } } } } }
  schemas:
    One: { type: string }
    Base: { discriminator: { propertyName: kind, mapping: { c: Child, d: '#/components/schemas/Other' } } }
    Child: { type: object }
    Other: { type: object }
    Loop: { properties: { x: { $ref: '#/components/schemas/Loop' } } }
    Unused: { type: object }`);

test.each([
  [
    'what it refers to, and what a discriminator names',
    'getA',
    ['/a get'],
    ['P', 'R', 'One', 'Base', 'Child', 'Other'],
  ],
  ['what its body refers to, in circles too', 'postA', ['/a post'], ['P', 'B', 'One', 'Loop']],
  [
    'a path that it refers to',
    'getB',
    ['/b get', '/a get', '/a post'],
    ['P', 'R', 'B', 'One', 'Base', 'Child', 'Other', 'Loop'],
  ],
  ['nothing else', 'getC', ['/c get'], []],
])('an operation alone has %s', (_sentence, operationId, operations, components) => {
  const { paths = {}, components: found = {} } = withOperations(document, new Set([operationId]));
  const methods = Object.entries(paths).flatMap(([path, item]) =>
    ['get', 'post'].filter((method) => item[method]).map((method) => `${path} ${method}`),
  );
  expect(methods.toSorted()).toEqual(operations.toSorted());
  const names = Object.values(found).flatMap((kind) => Object.keys(kind));
  expect(names.toSorted()).toEqual(components.toSorted());
});
