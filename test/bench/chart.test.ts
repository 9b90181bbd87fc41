import { expect, test } from '@jest/globals';
import { barChart } from '../../bench/chart.ts';

const chart = barChart({
  title: 'Less < more & "so on"',
  groups: [
    {
      label: 'small',
      bars: [
        { label: 'ours', value: 1 },
        { label: 'theirs', value: 4 },
      ],
    },
    { label: 'large', bars: [{ label: 'ours', value: 2 }] },
  ],
  format: (value) => `${value} times`,
  highlight: 'ours',
});

const attribute = (name: string) =>
  Array.from(chart.matchAll(new RegExp(`<rect[^>]* ${name}="([\\d.]+)"`, 'g')), ([, value]) => Number(value));

test('bars are as long as their values, and the longest fits', () => {
  const [one = 0, four = 0, two = 0] = attribute('width');
  expect(attribute('width')).toHaveLength(3);
  expect(four / one).toBeCloseTo(4, 1);
  expect(two / one).toBeCloseTo(2, 1);
  const [left = 0] = attribute('x');
  expect(left + four).toBeLessThan(Number(/ width="(\d+)"/.exec(chart)?.[1]));
});

test('no bar covers another', () => {
  const tops = attribute('y');
  const heights = attribute('height');
  for (const [index, top] of tops.entries()) {
    expect((tops[index + 1] ?? Number.POSITIVE_INFINITY) - top).toBeGreaterThan(heights[index] ?? 0);
  }
});

test('text is text, and no markup comes from a label', () => {
  expect(chart).toContain('>Less &lt; more &amp; &quot;so on&quot;</text>');
  expect(chart).toContain('>4 times</text>');
  expect(chart).not.toMatch(/<(script|image|foreignObject)|href=/);
});

test('what stands out is marked, bar and text', () => {
  expect(chart.match(/class="bar own"/g)).toHaveLength(2);
  expect(chart.match(/class="label own"/g)).toHaveLength(2);
});
