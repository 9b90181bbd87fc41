import { expect, test } from '@jest/globals';
import { drawLineChart } from '../../bench/line-chart.ts';

const chart = drawLineChart({
  title: 'CPU',
  xTitle: 'size',
  xTicks: [1, 10, 100].map((at) => ({ at, label: `${at} KB` })),
  lines: [
    { name: 'linear', points: [1, 10, 100].map((x) => ({ x, y: 50 * x })) },
    { name: 'also linear', points: [1, 10, 100].map((x) => ({ x, y: 51 * x })) },
  ],
});
const placesOf = (pattern: RegExp) => Array.from(chart.matchAll(pattern), ([, value]) => Number(value));

test('what grows tenfold each time is a straight line, from the lower left to the upper right', () => {
  const xs = placesOf(/<circle[^>]* cx="([\d.]+)"/g).slice(0, 3);
  const ys = placesOf(/<circle[^>]* cy="([\d.]+)"/g).slice(0, 3);
  const [x0 = 0, x1 = 0, x2 = 0] = xs;
  const [y0 = 0, y1 = 0, y2 = 0] = ys;
  expect(x1 - x0).toBeCloseTo(x2 - x1, 0);
  expect(y0 - y1).toBeCloseTo(y1 - y2, 0);
  expect(x1).toBeGreaterThan(x0);
  expect(y1).toBeLessThan(y0);
});

test('the axes have units', () => {
  expect(chart).toContain('>10 KB</text>');
  for (const label of ['10 µs', '100 µs', '1 ms', '10 ms']) expect(chart).toContain(`>${label}</text>`);
});

test('names of lines that end together do not lie on each other', () => {
  const [first = 0, second = 0] = placesOf(/<text class="c\d" x="[\d.]+" y="([\d.]+)"/g);
  expect(Math.abs(first - second)).toBeGreaterThanOrEqual(16);
});

test('it needs nothing from elsewhere', () => {
  expect(chart).not.toMatch(/<(script|image|foreignObject)|href=|url\(/);
});
