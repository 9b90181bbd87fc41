import { expect, test } from '@jest/globals';
import { logLogSlope } from '../../bench/slope.ts';

const sizes = [1, 10, 100, 1000];

test.each([
  { what: 'what never changes', y: () => 7, is: 0 },
  { what: 'a square root', y: Math.sqrt, is: 0.5 },
  { what: 'what is linear', y: (x: number) => 3 * x, is: 1 },
  { what: 'what is quadratic', y: (x: number) => x * x, is: 2 },
])('the slope of $what is $is', ({ y, is }) => {
  expect(logLogSlope(sizes.map((x) => ({ x, y: y(x) })))).toBeCloseTo(is, 10);
});

test('a point off the line moves the slope by least squares', () => {
  const points = [
    { x: 1, y: 1 },
    { x: Math.E, y: Math.E },
    { x: Math.E ** 2, y: Math.E ** 5 },
  ];
  expect(logLogSlope(points)).toBeCloseTo(2.5, 10);
});
