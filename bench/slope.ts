/** Something measured at a size. */
export interface Point {
  x: number;
  y: number;
}

/**
 * The exponent `k` of `y = c * x^k` that fits best: the slope of the least-squares line through the logarithms. 1 is
 * linear, 2 is quadratic.
 * @param points two or more, all above 0
 */
export function logLogSlope(points: readonly Point[]): number {
  const logs = points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }));
  const middle = { x: mean(logs.map(({ x }) => x)), y: mean(logs.map(({ y }) => y)) };
  const along = logs.map(({ x, y }) => (x - middle.x) * (y - middle.y));
  const across = logs.map(({ x }) => (x - middle.x) ** 2);
  return mean(along) / mean(across);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
