import { buildASTSchema, parse, print, validateSchema } from 'graphql';
import { settleInterfaceFields } from '../../../mesh/wrap/interface-fields.ts';

/** Types that do not keep what their interface promises. */
interface InterfaceCase {
  readonly id: string;
  readonly sentence: string;
  readonly given: string;
  /** SDL without `Query`. */
  readonly expected: string;
  /** @default none */
  readonly warnings?: readonly string[];
}

const cases: readonly InterfaceCase[] = [
  {
    id: 'I1',
    sentence: 'a field that is missing is inherited, with what is said of it',
    given: 'interface A { a: String! @deprecated, b: Int } type T implements A { b: Int }',
    expected:
      'interface A { a: String! @deprecated b: Int } type T implements A { b: Int a: String! @deprecated }',
  },
  {
    id: 'I2',
    sentence: 'a field of two interfaces is inherited once',
    given: 'interface A { a: Int } interface B { a: Int } type T implements A & B { b: Int }',
    expected: 'interface A { a: Int } interface B { a: Int } type T implements A & B { b: Int a: Int }',
  },
  {
    id: 'I3',
    sentence: 'what may be null in a type may be null in the interface',
    given: 'interface A { a: String! } type T implements A { a: String }',
    expected: 'interface A { a: String } type T implements A { a: String }',
  },
  {
    id: 'I4',
    sentence: 'what is something else leaves the interface',
    given: 'interface A { a: String b: Int } type T implements A { a: [String] b: Int }',
    expected: 'interface A { b: Int } type T implements A { a: [String] b: Int }',
    warnings: ['interface A.a: is something else in its types; left out of the interface'],
  },
  {
    id: 'I5',
    sentence: 'a narrower type stays: not null, a member of a union, a type of an interface, in lists too',
    given: 'interface A { a: U b: [A] c: Int } union U = T type T implements A { a: T b: [T!]! c: Int! }',
    expected: 'interface A { a: U b: [A] c: Int } union U = T type T implements A { a: T b: [T!]! c: Int! }',
  },
];

test.each(cases.map((row) => [row.id, row.sentence, row] as const))('%s: %s', (_id, _sentence, row) => {
  const query = 'type Query { t: Int }';
  const warnings: string[] = [];
  const settled = settleInterfaceFields(parse(`${row.given} ${query}`), warnings);
  expect(print(settled)).toBe(print(parse(`${row.expected} ${query}`)));
  expect(warnings).toEqual(row.warnings ?? []);
  expect(validateSchema(buildASTSchema(settled))).toEqual([]);
});
