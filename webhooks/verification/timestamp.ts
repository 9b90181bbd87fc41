/** How far a signed timestamp may lie in the past or in the future where the configuration does not say, in seconds. */
export const toleranceSecondsDefault = 300;

/**
 * Whether a timestamp is near enough to now. It must be digits alone: `Number` and `parseInt` would also take signs,
 * spaces, exponents or junk behind the digits.
 * @param timestamp since the epoch, in seconds unless `unitMs` says otherwise
 * @param unitMs milliseconds of one unit of the timestamp
 */
export function isTimely(
  timestamp: string,
  nowMs: number,
  toleranceSeconds = toleranceSecondsDefault,
  unitMs = 1000,
): boolean {
  if (!/^\d{1,15}$/.test(timestamp)) return false;
  return Math.abs(nowMs - Number(timestamp) * unitMs) <= toleranceSeconds * 1000;
}

/** Now, as a sender writes it: seconds since the epoch. */
export function secondsOf(nowMs: number): string {
  return String(Math.floor(nowMs / 1000));
}
