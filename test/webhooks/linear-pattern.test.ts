import * as fc from 'fast-check';
import { compileLinearPattern } from '../../webhooks/linear-pattern.ts';
import { compilePayloadSchema } from '../../webhooks/schema.ts';

test.each([
  '^(?=.*a).*$',
  '(?!a)b',
  String.raw`(a)\1`,
  String.raw`(?<n>a)\k<n>`,
  '(?<=(a))b',
  '^a{2000}$',
  '(',
])('%s can not be matched in linear time', (pattern) => expect(compileLinearPattern(pattern)).toBeNull());

test('a pattern that can not be matched in linear time is named by its pointer, and nothing else goes with it', () => {
  const ahead = '^(?=.*a)';
  const schema = {
    $ref: '#/components/schemas/Order',
    components: {
      schemas: {
        Order: {
          properties: { note: { type: 'string', pattern: ahead, maxLength: 3 } },
          patternProperties: { '^x-': { type: 'string' }, [`${ahead}/~`]: { type: 'number' } },
          additionalProperties: false,
        },
        Unused: { pattern: ahead },
      },
    },
  };
  const { validate, unenforced } = compilePayloadSchema(schema, '3.1');
  expect(unenforced).toEqual([
    '/components/schemas/Order/patternProperties/^(?=.*a)~1~0',
    '/components/schemas/Order/properties/note/pattern',
  ]);
  expect(validate({ note: 'bcd', 'any other': 'b' })).toEqual([]);
  expect(validate({ note: 'abcd' })).toHaveLength(1);
  expect(validate({ 'x-a': 1 })).toHaveLength(1);
});

test('two patterns of one schema are not taken for each other', () => {
  const schema = { properties: { a: { pattern: '^a$' }, b: { pattern: '^b$' } } };
  const { validate } = compilePayloadSchema(schema, '3.1');
  expect([{ a: 'a', b: 'b' }, { a: 'b' }, { b: 'a' }].map((json) => validate(json).length)).toEqual([
    0, 1, 1,
  ]);
});

const tokens =
  String.raw`a b A _ - . \s \S \d \D \w \W \b ^ $ ( (?: (?<n> (?<= (?<! (?i: ) [ [^ ] [] [^] * + ? {2} {1,3} {,2} *? | ` +
  String.raw`\. \- \/ / \n \t \v \f \r \0 \x41 \u0041 \u{1F600} \uD83D\uDE00 😀 \p{L} \P{L} \p{Lu} \p{Script=Greek} \cJ ` +
  String.raw`0 1 \[ \] [:alpha:] && -- ~ # , { } \k \1`;
const characters = Array.from('ab A_-.01[]^:\\/@Jkz{}~#,&\n\r\t\v\f\0\bé\u2028\u00a0\ufeff\u0085\u180eΣſK😀');

/**
 * V8 takes these for word characters anywhere in a pattern that has a case-insensitive group. By ECMA-262
 * (WordCharacters, 22.2.2.9.3) they are only inside of it.
 */
const oracleErrs = /[\u017f\u212a]/;

test('a case-insensitive group does not reach what stands beside it', () => {
  const linear = compileLinearPattern(String.raw`^(?i:a)\w$`);
  expect(['Ab', 'aB', 'a\u017f', 'a\u212a'].map((text) => linear?.test(text))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('where a pattern is matched, the answer is that of ECMA-262', () => {
  const pattern = fc.array(fc.constantFrom(...tokens.split(' ')), { minLength: 1, maxLength: 8 });
  const text = fc.array(fc.constantFrom(...characters), { maxLength: 6 });
  fc.assert(
    fc.property(pattern, fc.array(text, { minLength: 8, maxLength: 8 }), (parts, texts) => {
      const linear = compileLinearPattern(parts.join(''));
      const oracle = unicodeRegExp(parts.join(''));
      if (!linear || !oracle) return;
      for (const each of texts.map((one) => one.join(''))) {
        if (parts.includes('(?i:') && oracleErrs.test(each)) continue;
        expect([parts.join(''), each, linear.test(each)]).toEqual([parts.join(''), each, oracle.test(each)]);
      }
    }),
    { numRuns: 20_000 },
  );
});

function unicodeRegExp(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return null;
  }
}
