import { parseDocumentText } from '../../../mesh/document/document-text.ts';
import { parseOpenApiDocument } from '../../../mesh/document/parse-document.ts';

interface TextCase {
  readonly id: string;
  readonly sentence: string;
  readonly given: string;
  readonly expected: unknown;
  /** @default none */
  readonly warnings?: readonly string[];
}

const cases: readonly TextCase[] = [
  { id: 'P1', sentence: 'JSON', given: '{"a": [1, "x"]}', expected: { a: [1, 'x'] } },
  { id: 'P2', sentence: 'JSON with a byte order mark', given: '\uFEFF {"a": 1}', expected: { a: 1 } },
  {
    id: 'P3',
    sentence: 'YAML that begins like JSON',
    given: '{ a: 1, # one\n b: x }',
    expected: { a: 1, b: 'x' },
  },
  {
    id: 'P4',
    sentence: 'JSON with a comma too many, which YAML has',
    given: '{"a": 1,}',
    expected: { a: 1 },
  },
  {
    id: 'P5',
    sentence: 'merge keys',
    given: 'a: &a { x: 1, y: 2 }\nb: { <<: *a, y: 3 }',
    expected: { a: { x: 1, y: 2 }, b: { x: 1, y: 3 } },
  },
  {
    id: 'P6',
    sentence: 'of a key that is there twice the last one, with a warning',
    given: 'a: 1\nb: 2\na: 3',
    expected: { a: 3, b: 2 },
    warnings: ['a.yaml:3: a key is here for the second time; the last one counts'],
  },
  { id: 'P7', sentence: 'keys that are numbers', given: '200: { x: 1 }', expected: { 200: { x: 1 } } },
  { id: 'P8', sentence: 'a date as text', given: 'a: 2024-01-01', expected: { a: '2024-01-01' } },
];

test.each(cases.map((row) => [row.id, row.sentence, row] as const))('%s: reads %s', (_id, _sentence, row) => {
  const warnings: string[] = [];
  expect(parseDocumentText(row.given, 'a.yaml', warnings)).toEqual(row.expected);
  expect(warnings).toEqual(row.warnings ?? []);
});

test.each([
  ['P20', 'a: [1\nb: 2', /^a\.yaml:2: not valid YAML or JSON: /],
  ['P21', '{"a": 1,\n"b": }]', /^a\.yaml:2: not valid YAML or JSON: /],
  ['P22', 'a: *nobody', /^a\.yaml: not valid YAML or JSON: /],
])('%s: tells what is wrong with %j', (_id, text, expected) => {
  expect(() => parseDocumentText(text, 'a.yaml', [])).toThrow(expected);
});

test.each([
  ['P30', 'openapi: 3.0', '3.0'],
  ['P31', 'openapi: 3.1', '3.1'],
  ['P32', "openapi: '3.0.3'", '3.0.3'],
  ['P33', 'openapi: 3.2.0', '3.1.1'],
  ['P34', 'swagger: 2.0', '3.0.4'],
  ['P35', "swagger: '2.0'", '3.0.4'],
])('%s: a document of version %s is read as %s', (_id, version, expected) => {
  expect(parseOpenApiDocument(`${version}\npaths: {}`, 'a.yaml').openapi).toBe(expected);
});

test.each([['openapi: 4.0.0'], ["openapi: '2.0'"], ['openapi: latest'], ["swagger: '1.2'"]])(
  'a document of version %s is refused',
  (version) => {
    expect(() => parseOpenApiDocument(version, 'a.yaml')).toThrow(/^a\.yaml: OpenAPI \S+ is not supported: /);
  },
);
