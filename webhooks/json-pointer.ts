/** Finds a value in parsed JSON; undefined when nothing is there. */
export type JsonPointer = (json: unknown) => unknown;

/**
 * Compiles an RFC 6901 JSON pointer. Only own properties count, so `/constructor` finds nothing in `{}`.
 * @throws Error when the text is no pointer.
 */
export function compileJsonPointer(pointer: string): JsonPointer {
  if (!/^(?:\/(?:[^~]|~[01])*)?$/s.test(pointer)) {
    throw new Error(`"${pointer}" is no JSON pointer (RFC 6901): it must be empty or start with "/"`);
  }
  const tokens = pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  return (json) => tokens.reduce(step, json);
}

function step(value: unknown, token: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value))
    return /^(?:0|[1-9]\d*)$/.test(token) ? (value[Number(token)] as unknown) : undefined;
  return Object.hasOwn(value, token) ? (value as Record<string, unknown>)[token] : undefined;
}
