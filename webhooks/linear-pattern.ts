import { RE2JS } from 're2js';

/** Tells whether a pattern is found in a text, in time that grows with the text's length and no faster. */
export interface LinearPattern {
  readonly test: (text: string) => boolean;
}

/**
 * Compiles the `pattern` of a JSON Schema (ECMA-262) for RE2, whose time is linear in the text: a backtracking engine
 * can be made to run for hours by a text of 40 characters, and texts are what anybody may write into a payload.
 *
 * @returns null for what RE2 can't express: look-ahead, groups within look-behind, back references, counts above
 * 1000; and for what is no pattern of ECMA-262 at all.
 */
export function compileLinearPattern(pattern: string): LinearPattern | null {
  if (!isPattern(pattern) || backReference.test(pattern)) return null;
  try {
    return RE2JS.compile(RE2JS.translateRegExp(inRe2Words(pattern)), RE2JS.LOOKBEHINDS);
  } catch {
    return null;
  }
}

/** JSON Schema wants Unicode patterns; documents written for other engines hold escapes that only the older mode takes. */
function isPattern(pattern: string): boolean {
  return ['u', ''].some((flags) => {
    try {
      return new RegExp(pattern, flags) instanceof RegExp;
    } catch {
      return false;
    }
  });
}

const backReference = /^(?:[^\\]|\\[^1-9k])*\\[1-9k]/s;

/**
 * White space and line ends of ECMA-262, which are more than RE2's. Each list begins low and ends with a range, so that
 * a hyphen before or after it can't become another range.
 */
const space = String.raw`\t-\r\x{20}\x{a0}\x{1680}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}\x{2000}-\x{200a}`;
const noSpace =
  String.raw`\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}` +
  String.raw`\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff}`;

const outsideOfClass: Readonly<Record<string, string>> = {
  '.': String.raw`[^\n\r\x{2028}\x{2029}]`,
  '\\s': `[${space}]`,
  '\\S': `[^${space}]`,
};
const insideOfClass: Readonly<Record<string, string>> = {
  '\\s': space,
  '\\S': noSpace,
  '\\b': String.raw`\x{8}`,
  '[': '\\[',
};

/** Says in RE2's words what ECMA-262 and RE2 spell alike and mean differently; the rest is re2js's own translation. */
function inRe2Words(pattern: string): string {
  let isInClass = false;
  return pattern.replaceAll(/\\ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}|\\.|[[\].]/gisu, (token) => {
    // A surrogate pair is one character, also when it is written as two.
    if (token.length === 12) return JSON.parse(`"${token}"`) as string;
    // Letters that ECMA-262 takes for themselves, and that mean something to RE2.
    if (/^\\[AzQEaC]$/.test(token)) return token.slice(1);
    const inRe2 = (isInClass ? insideOfClass : outsideOfClass)[token] ?? token;
    if (token === '[') isInClass = true;
    if (token === ']') isInClass = false;
    return inRe2;
  });
}
