/** Values that were made to become more than a value: of a path, a query, a header or a request line. */
export interface HostileValue {
  readonly id: string;
  readonly sentence: string;
  readonly value: string;
  /** Where it can't be sent at all and is refused; everywhere else it must arrive as one value. */
  readonly refusedIn: readonly ('path' | 'query' | 'header')[];
}

const everywhere: HostileValue['refusedIn'] = [];
const path: HostileValue['refusedIn'] = ['path'];
const header: HostileValue['refusedIn'] = ['header'];

const rows: readonly (readonly [string, string, HostileValue['refusedIn']])[] = [
  ['nothing', '', path],
  ['a dot', '.', path],
  ['two dots', '..', path],
  ['three dots', '...', everywhere],
  ['two dots and a slash', '../', everywhere],
  ['a way out of the folder', '../../v1/customers/3?x=1#', everywhere],
  ['a way out with backslashes', '..\\..\\v1\\customers', everywhere],
  ['a way out with a path parameter', '..;/admin', everywhere],
  ['an encoded dot', '%2e', everywhere],
  ['two encoded dots', '%2e%2e', everywhere],
  ['two half-encoded dots', '.%2e', everywhere],
  ['an encoded way out', '%2e%2e%2fadmin', everywhere],
  ['a doubly encoded way out', '%252e%252e%252fadmin', everywhere],
  ['an overlong encoded slash', '%c0%af', everywhere],
  ['an encoded NUL', '%00', everywhere],
  ['a slash', '/', everywhere],
  ['two slashes and a host', '//evil.test', everywhere],
  ['a whole URL', 'http://evil.test/admin', everywhere],
  ['a backslash', '\\', everywhere],
  ['two backslashes and a host', '\\\\evil.test', everywhere],
  ['a user and a host', '@evil.test', everywhere],
  ['a port', ':80', everywhere],
  ['a question mark', '?admin=true', everywhere],
  ['an ampersand', 'a&admin=true', everywhere],
  ['a semicolon', 'a;admin=true', everywhere],
  ['an equals sign', '=', everywhere],
  ['a hash', '#', everywhere],
  ['a plus', 'a+b', everywhere],
  ['a space', 'a b', everywhere],
  ['a percent sign alone', '%', everywhere],
  ['a comma', 'a,b', everywhere],
  ['a template of ours', '{args.secret}', everywhere],
  ['a template of JavaScript', '${process.env.HOME}', everywhere],
  ['a dollar sign, which replaces in replace()', "$& $1 $' $$", everywhere],
  ['quotes', '"\'`', everywhere],
  ['a second request line', 'a HTTP/1.1\r\nHost: evil.test\r\n\r\nGET /admin', header],
  ['a line break and a header', 'a\r\nx-admin: true', header],
  ['a line feed alone', 'a\nb', header],
  ['a carriage return alone', 'a\rb', header],
  ['a NUL', 'a\0b', header],
  ['a tab', 'a\tb', everywhere],
  ['a delete character', 'a\u007fb', header],
  ['a Latin letter above ASCII', 'é', everywhere],
  ['other scripts', '日本', header],
  ['an emoji', '🛷', header],
  ['a Unicode line break', 'a\u2028b', header],
  ['a letter that ends in the bytes of CR LF', '\u560d\u560a', header],
  ['a fullwidth dot and slash', '．．／', header],
  ['a byte order mark', '\ufeff', header],
  ['a right-to-left override', '\u202e', header],
  ['a high surrogate alone', '\ud800', ['path', 'query', 'header']],
  ['a low surrogate alone', 'a\udc00b', ['path', 'query', 'header']],
  ['a name of every object', '__proto__', everywhere],
  ['a JSON object', '{"a":1}', everywhere],
  ['five thousand characters', 'x'.repeat(5000), everywhere],
];

export const hostileValues: readonly HostileValue[] = rows.map(([sentence, value, refusedIn], index) => ({
  id: `H${index + 1}`,
  sentence,
  value,
  refusedIn,
}));
