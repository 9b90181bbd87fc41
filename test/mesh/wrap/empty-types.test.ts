import { parse, print } from 'graphql';
import { emptyTypesAsJson } from '../../../mesh/wrap/empty-types.ts';

const of = (sdl: string) => print(emptyTypesAsJson(parse(sdl, { noLocation: true })));

test('a type without fields is JSON wherever it is used, and no member of a union', () => {
  const sdl = of(
    'type Query { a: [Empty!]! b: One } type Empty type Full { x: Int } union One = Empty | Full',
  );
  expect(sdl).toBe(
    print(parse('type Query { a: [JSON!]! b: One } type Full { x: Int } union One = Full scalar JSON')),
  );
});

test('so is a union without members, or with none that is left', () => {
  const sdl = of('type Query { a: One b: [Other] } union One type Empty union Other = Empty');
  expect(sdl).toBe(print(parse('type Query { a: JSON b: [JSON] } scalar JSON')));
});

test('so is an input without fields', () => {
  const sdl = of('type Query { a(x: Empty!): Int } input Empty');
  expect(sdl).toBe(print(parse('type Query { a(x: JSON!): Int } scalar JSON')));
});

test('JSON is defined once, and a document without such a type stays as it is', () => {
  expect(of('scalar JSON type Query { a: Empty } type Empty')).toBe(
    print(parse('scalar JSON type Query { a: JSON }')),
  );
  const document = parse('type Query { a: Int }');
  expect(emptyTypesAsJson(document)).toBe(document);
});
