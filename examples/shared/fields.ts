import { problem } from './problem.ts';

export type Fields = ReturnType<typeof readFields>;

/**
 * Reads fields out of a request's body or query. Whatever is not as it must be is a 400 that names the field.
 *
 * @param source the parsed body, or `request.query`
 * @param at where the source itself stands, for the message: `lines[0]`
 */
export function readFields(source: unknown, at = '') {
  if (typeof source !== 'object' || source === null || Array.isArray(source)) {
    throw problem({ status: 400, detail: `${at || 'The body'} must be a JSON object` });
  }
  const fields = source as Record<string, unknown>;

  function fail(name: string, expected: string): never {
    throw problem({ status: 400, detail: `${at && `${at}.`}${name} must be ${expected}` });
  }

  function text(name: string): string {
    const value = fields[name];
    return typeof value === 'string' && value.trim() !== '' ? value : fail(name, 'a text that is not empty');
  }

  function integer(
    name: string,
    { min, max = Number.MAX_SAFE_INTEGER }: { min: number; max?: number },
  ): number {
    const value = fields[name];
    const whole = Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
    return whole ? (value as number) : fail(name, `a whole number from ${min} to ${max}`);
  }

  function oneOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice {
    return choices.find((choice) => choice === fields[name]) ?? fail(name, `one of ${choices.join(', ')}`);
  }

  return {
    has: (name: string): boolean => fields[name] !== undefined,
    text,
    /** A text or null. */
    textOrNull: (name: string): string | null => (fields[name] === null ? null : text(name)),
    integer,
    /** A number above zero. */
    amount(name: string): number {
      const value = fields[name];
      return typeof value === 'number' && value > 0 ? value : fail(name, 'a number above 0');
    },
    oneOf,
    /** Texts that match a pattern; `expected` says in words what it asks for. */
    textLike(name: string, pattern: RegExp, expected: string): string {
      const value = text(name);
      return pattern.test(value) ? value : fail(name, expected);
    },
    /** An array of some length, its elements as they are. */
    list(name: string, { min, max }: { min: number; max: number }): unknown[] {
      const value = fields[name];
      const fits = Array.isArray(value) && value.length >= min && value.length <= max;
      return fits ? (value as unknown[]) : fail(name, `a list of ${min} to ${max}`);
    },
    fail,
  };
}
