import { compileJsonPointer } from './json-pointer.ts';

/** The JSON that an event carries: its text, and its value. */
export interface Payload {
  readonly text: string;
  readonly json: unknown;
}

/**
 * The string or number at a pointer, as text; null when there is neither. A number too large for a double keeps
 * all of its digits: two ids above 2^53 must not become one.
 */
export function textAt(pointer: string): (payload: Payload) => string | null {
  const find = compileJsonPointer(pointer);
  return ({ text, json }) => {
    const value = find(json);
    if (typeof value === 'string') return value;
    if (typeof value !== 'number') return null;
    return Number.isSafeInteger(value)
      ? String(value)
      : String(find(parseNumbersAs(text, (digits) => digits)));
  };
}

/**
 * JSON as a value that `JSON.stringify` writes with every number as it was written, for parts of it that go on as text.
 * @throws SyntaxError for what is no JSON
 */
export function parseKeepingNumbers(text: string): unknown {
  return parseNumbersAs(text, rawJSON);
}

/** The reviver's third argument is ECMAScript's "JSON.parse source text access"; TypeScript does not know it yet. */
function parseNumbersAs(text: string, numberOf: (source: string) => unknown): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined ? numberOf(context.source) : value,
  ) as unknown;
}

const { rawJSON } = JSON as unknown as { rawJSON: (this: void, text: string) => unknown };
