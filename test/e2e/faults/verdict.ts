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
    expect(seen.filter(({ gap }) => gap)).toEqual([]);
  }
}

/**
 * The same where the store itself forgot: whoever did not see an acknowledged number was told of a gap, and what all saw
 * they saw in one order.
 */
export function expectLossAnnounced({ producer, subscribers, opened }: Stage): void {
  const acknowledged = producer.acknowledged.filter((number) => number > opened);
  const orders = subscribers.map((subscriber) => numbersAbove(opened, subscriber));
  for (const [at, { seen, errors }] of subscribers.entries()) {
    expect(errors).toEqual([]);
    const lost = acknowledged.filter((number) => !orders[at]?.includes(number));
    const isTold = seen.some(({ gap }) => gap);
    expect({ at, lost, isTold: isTold || lost.length === 0 }).toEqual({ at, lost, isTold: true });
  }
  const common = orders.map((numbers) =>
    numbers.filter((number) => orders.every((own) => own.includes(number))),
  );
  for (const numbers of common) expect(numbers).toEqual(common[0]);
}

function numbersAbove(opened: number, { seen }: Subscriber): number[] {
  return seen.map(({ number }) => number).filter((number) => number > opened);
}
