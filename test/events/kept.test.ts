import { epochAt, gapsAbove, lossesOf, positionAt, type Epoch } from '../../events/epochs.ts';
import { earliestOf, placeOf, type Kept } from '../../events/kept.ts';

function epoch(name: string, begin: number, mark: 'kept' | 'lost' = 'kept'): Epoch {
  return { name, begin, afterLoss: mark === 'lost' };
}

const one: Kept = { epochs: [epoch('a', 0)], headOffset: 9, firstOffset: 4 };
const empty: Kept = { epochs: [epoch('a', 0)], headOffset: 0, firstOffset: null };
const trimmedAway: Kept = { epochs: [epoch('a', 0), epoch('b', 5)], headOffset: 9, firstOffset: null };
const kept: Kept = { epochs: [epoch('a', 0), epoch('b', 5), epoch('c', 7)], headOffset: 9, firstOffset: 1 };
const lossy: Kept = { ...kept, epochs: [epoch('a', 0), epoch('b', 5, 'lost'), epoch('c', 7, 'lost')] };
const twice: Kept = { ...kept, epochs: [epoch('a', 0), epoch('b', 5, 'lost'), epoch('c', 5, 'lost')] };

/** From where reading goes on, and the gaps by the offset of the event that carries each; or why it does not. */
const cases: readonly {
  readonly sentence: string;
  readonly kept: Kept;
  readonly after: readonly [epoch: string, offset: number];
  readonly expected: { readonly from: number; readonly gaps?: Record<number, string> } | string;
}[] = [
  { sentence: 'the head', kept: one, after: ['a', 9], expected: { from: 9 } },
  { sentence: 'just below what is kept', kept: one, after: ['a', 3], expected: { from: 3 } },
  { sentence: 'below what is kept', kept: one, after: ['a', 2], expected: 'removed' },
  { sentence: 'above the head', kept: one, after: ['a', 10], expected: 'above-head' },
  { sentence: 'an unknown epoch', kept: one, after: ['z', 5], expected: 'unknown' },
  { sentence: 'the beginning of what is empty', kept: empty, after: ['a', 0], expected: { from: 0 } },
  { sentence: 'above what is empty', kept: empty, after: ['a', 1], expected: 'above-head' },
  { sentence: 'the head, all being removed', kept: trimmedAway, after: ['b', 9], expected: { from: 9 } },
  { sentence: 'below the head, all being removed', kept: trimmedAway, after: ['b', 8], expected: 'removed' },
  { sentence: 'an ended epoch, all being removed', kept: trimmedAway, after: ['a', 5], expected: 'removed' },
  { sentence: 'within an ended epoch', kept, after: ['a', 3], expected: { from: 3 } },
  { sentence: 'the end of an ended epoch', kept, after: ['a', 5], expected: { from: 5 } },
  { sentence: 'above the end', kept, after: ['a', 6], expected: { from: 5, gaps: { 6: 'a 5' } } },
  { sentence: 'above the head too', kept, after: ['a', 99], expected: { from: 5, gaps: { 6: 'a 5' } } },
  {
    sentence: 'above the end of a later one',
    kept,
    after: ['b', 8],
    expected: { from: 7, gaps: { 8: 'b 7' } },
  },
  { sentence: 'above the head of the last', kept, after: ['c', 10], expected: 'above-head' },
  { sentence: 'below its own epoch', kept, after: ['c', 2], expected: { from: 2 } },
  {
    sentence: 'below two losses',
    kept: lossy,
    after: ['a', 2],
    expected: { from: 2, gaps: { 6: 'a 5', 8: 'b 7' } },
  },
  {
    sentence: 'after the first loss',
    kept: lossy,
    after: ['b', 5],
    expected: { from: 5, gaps: { 8: 'b 7' } },
  },
  { sentence: 'between two losses', kept: lossy, after: ['b', 6], expected: { from: 6, gaps: { 8: 'b 7' } } },
  { sentence: 'after both', kept: lossy, after: ['c', 7], expected: { from: 7 } },
  {
    sentence: 'two losses at one place',
    kept: twice,
    after: ['a', 5],
    expected: { from: 5, gaps: { 6: 'a 5' } },
  },
  {
    sentence: 'between two losses at one place',
    kept: twice,
    after: ['b', 5],
    expected: { from: 5, gaps: { 6: 'b 5' } },
  },
];

test.each(cases)('reading above a position: $sentence', ({ kept, after, expected }) => {
  const [epoch, offset] = after;
  if (typeof expected === 'string') {
    expect(() => placeOf('orders', { epoch, offset }, kept)).toThrow(
      expect.objectContaining({ source: 'orders', earliest: earliestOf(kept), reason: expected }),
    );
    return;
  }
  const place = placeOf('orders', { epoch, offset }, kept);
  expect(place.offset).toBe(expected.from);
  const gaps = [...gapsAbove(kept.epochs, place)].map(([at, gap]) => [at, `${gap.epoch} ${gap.offset}`]);
  expect(Object.fromEntries(gaps)).toEqual(expected.gaps ?? {});
});

test('an event is of the epoch in which it was appended; the oldest stands for those before it', () => {
  const { epochs } = kept;
  expect([1, 5, 6, 7, 8, 99].map((offset) => epochs[epochAt(epochs, offset)]?.name)).toEqual([
    'a',
    'a',
    'b',
    'b',
    'c',
    'c',
  ]);
  expect(positionAt([epoch('d', 70), epoch('e', 80)], 3)).toEqual({ epoch: 'd', offset: 3 });
});

test('what is lost is lost above the end of an epoch', () => {
  expect(lossesOf(kept.epochs)).toEqual([]);
  expect(lossesOf(lossy.epochs)).toEqual([
    { epoch: 'a', offset: 5 },
    { epoch: 'b', offset: 7 },
  ]);
});
