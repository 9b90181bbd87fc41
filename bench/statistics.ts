/** Statistics of few numbers; `NaN` of none. */

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const pair = [sorted[Math.ceil(middle) - 1] ?? Number.NaN, sorted[Math.floor(middle)] ?? Number.NaN];
  return ((pair[0] ?? 0) + (pair[1] ?? 0)) / 2;
}

/** The smallest value that so many percent of all do not exceed: nearest rank. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** Smallest and largest. */
export function spread(values: readonly number[]): readonly [number, number] {
  return values.length === 0 ? [Number.NaN, Number.NaN] : [Math.min(...values), Math.max(...values)];
}

/** Value by value, one list divided by another. */
export function ratios(values: readonly number[], references: readonly number[]): number[] {
  return values.map((value, index) => value / (references[index] ?? Number.NaN));
}
