import { type UrlencodedFields, parseUrlencoded } from '../urlencoded.ts';

/** Reads one parameter of a query: null unless it came exactly once. */
export type Query = (name: string) => string | null;

/**
 * The query of a request target (RFC 9112, section 3.2).
 * @returns null when there is none, or when it is no percent-encoded UTF-8
 */
export function queryOf(target: string): Query | null {
  const start = target.indexOf('?');
  const text = target.slice(start + 1);
  const fields: UrlencodedFields | null =
    start >= 0 && /^[\x21-\x7e]*$/.test(text) ? parseUrlencoded(text) : null;
  if (!fields) return null;
  return (name) => {
    const [value, ...others] = fields.get(name) ?? [];
    return value === undefined || others.length > 0 ? null : value;
  };
}
