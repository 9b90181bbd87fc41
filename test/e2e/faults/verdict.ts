import { expect } from '@jest/globals';
import type { Stage } from './stage.ts';
import type { Subscriber } from './subscriber.ts';

/**
 * The promise to subscribers, where the store kept what it took: every acknowledged number, each once, in one order for
 * all, and nothing told as lost.
 */
export function expectNothingLost({ producer, subscribers, opened }: Stage): void {
  const acknowledged = producer.acknowledged.filter((number) => number > opened);
  const [first = [], ...others] = subscribers.map((subscriber) => numbersAbove(opened, subscriber));
  expect(first.toSorted((a, b) => a - b)).toEqual(acknowledged.toSorted((a, b) => a - b));
  for (const numbers of others) expect(numbers).toEqual(first);
  for (const { seen, errors } of subscribers) {
    expect(errors).toEqual([]);
    expect(seen.filter(({ loss }) => loss !== null)).toEqual([]);
  }
}

/**
 * The same where the store itself forgot: every number that it has at the end, each subscriber saw in the order of the
 * store; whoever did not see an acknowledged one that it lost was told of a loss; and nothing came twice but after such a
 * word.
 * @param kept the numbers that the store has at the end, in its order
 * @returns the acknowledged numbers that it lost
 */
export function expectLossTold({ producer, subscribers, opened }: Stage, kept: readonly number[]): number[] {
  const lost = producer.acknowledged.filter((number) => !kept.includes(number));
  const keptAbove = kept.filter((number) => number > opened);
  for (const [at, subscriber] of subscribers.entries()) {
    expect(subscriber.errors).toEqual([]);
    const numbers = numbersAbove(opened, subscriber);
    const last = numbers.filter((number, index) => numbers.indexOf(number, index + 1) === -1);
    expect(last.filter((number) => kept.includes(number))).toEqual(keptAbove);
    const missed = lost.filter((number) => number > opened && !numbers.includes(number));
    const isTold = subscriber.seen.some(({ loss }) => loss !== null);
    expect({ at, missed, isTold: isTold || missed.length === 0 }).toEqual({ at, missed, isTold: true });
    for (const unbroken of betweenLosses(subscriber)) expect(unbroken).toEqual([...new Set(unbroken)]);
  }
  return lost;
}

/** What a subscriber saw, in parts: each begins where it was told of a loss. */
function betweenLosses({ seen }: Subscriber): number[][] {
  const parts: number[][] = [[]];
  for (const { number, loss } of seen) {
    if (loss !== null) parts.push([]);
    parts.at(-1)?.push(number);
  }
  return parts;
}

function numbersAbove(opened: number, { seen }: Subscriber): number[] {
  return seen.map(({ number }) => number).filter((number) => number > opened);
}
