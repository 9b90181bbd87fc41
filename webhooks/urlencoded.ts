/** The values of each name, in the order of their first appearance. */
export type UrlencodedFields = ReadonlyMap<string, readonly string[]>;

/**
 * Reads `application/x-www-form-urlencoded` (WHATWG URL, section 5.1), in a body or a query. Stricter than the standard,
 * whose parser never fails: what is no percent-encoded UTF-8 would become other text than the sender signed.
 * @returns null when a percent sign begins no escape, or the escaped bytes are no UTF-8
 */
export function parseUrlencoded(text: string): UrlencodedFields | null {
  const fields = new Map<string, string[]>();
  try {
    for (const pair of text.split('&')) {
      if (pair === '') continue;
      const equals = pair.indexOf('=');
      const name = decode(equals < 0 ? pair : pair.slice(0, equals));
      const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
      const values = fields.get(name);
      if (values) values.push(value);
      else fields.set(name, [value]);
    }
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
  return fields;
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
