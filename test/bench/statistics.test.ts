import { expect, test } from '@jest/globals';
import { median, percentile, ratios, spread } from '../../bench/statistics.ts';

test.each([
  { values: [3], is: 3 },
  { values: [9, 1, 5], is: 5 },
  { values: [4, 1, 3, 2], is: 2.5 },
  { values: [], is: Number.NaN },
])('the median of $values is $is', ({ values, is }) => {
  expect(median(values)).toBe(is);
});

const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

test.each([
  { values: hundred, percent: 50, is: 50 },
  { values: hundred, percent: 99, is: 99 },
  { values: hundred, percent: 100, is: 100 },
  { values: [7, 3], percent: 50, is: 3 },
  { values: [7, 3], percent: 99, is: 7 },
  { values: [7, 3], percent: 0, is: 3 },
  { values: [], percent: 50, is: Number.NaN },
])('$percent percent of $values.length values are at most $is', ({ values, percent, is }) => {
  expect(percentile(values, percent)).toBe(is);
});

test('the spread is the smallest and the largest', () => {
  expect(spread([3, 1, 2])).toEqual([1, 3]);
  expect(spread([])).toEqual([Number.NaN, Number.NaN]);
});

test('ratios are taken round by round', () => {
  expect(ratios([2, 9], [1, 3])).toEqual([2, 3]);
  expect(ratios([2, 9], [1])).toEqual([2, Number.NaN]);
});
