import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** The scalar that Mesh makes of `type: integer, format: int64`. */
export const bigIntName = 'BigInt';

/** So many digits in a row, written out: V8 then skips ahead and looks at one character of sixteen. */
const manyDigits = new RegExp('[0-9]'.repeat(16));
/** A number of so many digits where JSON can have one; inside a text it may look the same. */
const mayBeLarge = /(?:^|[:[,])\s*-?\d{16}/;
const integer = /^-?\d+$/;

/**
 * `JSON.parse`, but an integer that a double can't hold exactly (beyond 2^53 - 1, RFC 8259 section 6) is the text
 * of its digits. All other numbers are numbers.
 * @throws SyntaxError for what is no JSON
 */
export function parseJsonExactly(text: string): unknown {
  const isSuspect = manyDigits.test(text) && mayBeLarge.test(text);
  return (isSuspect ? JSON.parse(text, keepLargeIntegers) : JSON.parse(text)) as unknown;
}

/** A reviver; its third argument is ECMAScript's "JSON.parse source text access". */
function keepLargeIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return integer.test(source) ? source : value;
}

/** `JSON.stringify`, but a bigint is a number of all its digits. */
export function writeJsonExactly(value: unknown): string {
  return JSON.stringify(value, asRawNumber);
}

function asRawNumber(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? rawJSON(String(value)) : value;
}

// TypeScript does not know this part of ECMAScript's "JSON.parse source text access" yet.
const { rawJSON } = JSON as unknown as { rawJSON(this: void, text: string): unknown };

/** An argument of type BigInt as it goes on the wire: digits that were kept as text become a bigint. */
export function bigIntToWire(value: unknown): unknown {
  return typeof value === 'string' && integer.test(value) ? BigInt(value) : value;
}

/**
 * Takes integers as numbers or, as they must be beyond 2^53 - 1, as text of digits; in the text of a query both are
 * exact. Answers are numbers up to 2^53 - 1 and text beyond.
 */
export const bigIntScalar = new GraphQLScalarType<unknown>({
  name: bigIntName,
  serialize: (value) => {
    if (typeof value === 'string' && integer.test(value)) return numberOrDigits(value);
    if (Number.isSafeInteger(value)) return value;
    // Written with an exponent, as JSON allows.
    if (Number.isInteger(value)) return String(BigInt(value as number));
    throw new GraphQLError('BigInt can not represent this value');
  },
  parseValue: (value) => {
    if (Number.isSafeInteger(value)) return value;
    if (typeof value === 'string') return numberOrDigits(value);
    throw notExact();
  },
  parseLiteral: (node) => {
    if (node.kind === Kind.INT || node.kind === Kind.STRING) return numberOrDigits(node.value);
    throw notExact();
  },
});

/** Those of 128 bits. To read a million of them would keep everybody waiting. */
const digitsMax = 39;

function numberOrDigits(text: string): number | string {
  if (text.length > digitsMax + 1 || !integer.test(text)) throw notExact();
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

function notExact(): GraphQLError {
  return new GraphQLError('BigInt takes an integer, as a string of digits when it is beyond 2^53 - 1', {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}
