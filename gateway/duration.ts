const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A century: more is a slip of the pen. */
const DURATION_MS_MAX = 36_525 * UNIT_MS.d;

/**
 * Reads a duration: a whole number above 0 and one unit, `s`, `m`, `h` or `d` (24 hours), with nothing between or behind
 * them: `90s`, `30m`, `12h`, `7d`. One form, so that a setting reads the same everywhere.
 * @returns milliseconds, or null when the text is something else or more than a century
 */
export function parseDuration(text: string): number | null {
  const [, count, unit] = /^(\d{1,10})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  return ms > 0 && ms <= DURATION_MS_MAX ? ms : null;
}
