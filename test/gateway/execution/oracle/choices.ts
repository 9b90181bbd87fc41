/** Decisions of a generator, taken from a list of numbers. A shorter list of smaller numbers decides on less. */
export interface Choices {
  /** A whole number from 0 to below `count`; 0 once the list is used up. */
  below(count: number): number;
  /** Whether something happens that does so in `percent` of a hundred cases; never, once the list is used up. */
  chance(percent: number): boolean;
  /** One of these; the first once the list is used up. */
  of<Item>(items: readonly Item[]): Item;
}

/**
 * What a generator decides is in the list: whoever shrinks the list, as fast-check does, shrinks what is generated.
 * @param numbers whole numbers from 0, larger than any count that is asked for
 */
export function createChoices(numbers: readonly number[]): Choices {
  let next = 0;
  const below = (count: number): number => (count <= 1 ? 0 : (numbers[next++] ?? 0) % count);
  return {
    below,
    chance: (percent) => below(100) >= 100 - percent,
    of(items) {
      const index = below(items.length);
      if (items.length === 0) throw new Error('there is nothing to choose from');
      return items[index] as (typeof items)[number];
    },
  };
}
