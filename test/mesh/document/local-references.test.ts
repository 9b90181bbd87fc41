import { dereference } from '../../../mesh/document/openapi-document.ts';
import { at, documentOf } from '../normalise/document-of.ts';

const responses = (schema: string) =>
  `{ responses: { '200': { content: { application/json: { schema: ${schema} } } } } }`;
const answer = ['responses', '200', 'content', 'application/json', 'schema'];
const place = '#/paths/~1first/get/responses/200/content/application~1json/schema';

/** A first answer, and what others that point into it find. */
interface PointerCase {
  readonly id: string;
  readonly sentence: string;
  readonly first: string;
  readonly others: readonly string[];
  readonly found: object;
}

const cases: readonly PointerCase[] = [
  {
    id: 'L1',
    sentence: 'a place that sixty others refer to is one component',
    first: '{ type: object, title: First }',
    others: Array.from({ length: 60 }, () => place),
    found: { type: 'object', title: 'First' },
  },
  {
    id: 'L2',
    sentence: 'what is in a place that is referred to is found in its component (DigitalOcean)',
    first: '{ type: object, properties: { a: { type: object, properties: { b: { type: string } } } } }',
    others: [
      `${place}/properties/a`,
      `${place}/properties/a/properties/b`,
      `${place}/properties/a/properties/b`,
    ],
    found: { type: 'string' },
  },
  {
    id: 'L3',
    sentence: 'whichever comes first',
    first: '{ type: object, properties: { a: { type: object, properties: { b: { type: string } } } } }',
    others: [
      place,
      `${place}/properties/a/properties/b`,
      `${place}/properties/a`,
      `${place}/properties/a/properties/b`,
    ],
    found: { type: 'string' },
  },
];

test.each(cases.map((row) => [row.id, row.sentence, row] as const))('%s: %s', (_id, _sentence, row) => {
  const others = row.others.map((to, index) => `/other${index}: { get: ${responses(`{ $ref: '${to}' }`)} }`);
  const document = documentOf(`paths: { /first: { get: ${responses(row.first)} }, ${others.join(', ')} }`);
  const last = at(document, 'paths', `/other${row.others.length - 1}`, 'get', ...answer);
  expect(dereference(document, last)).toEqual(row.found);
  expect(Object.keys(document.components?.['schemas'] ?? {})).toHaveLength(new Set(row.others).size);
});

test('references in a circle lead nowhere', () => {
  const document = documentOf(
    "components: { schemas: { A: { $ref: '#/components/schemas/B/x' }, B: { $ref: '#/components/schemas/A/x' } } }",
  );
  expect(dereference(document, { $ref: '#/components/schemas/A' })).toBeUndefined();
});
