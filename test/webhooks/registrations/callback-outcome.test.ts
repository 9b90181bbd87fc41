/** When a callback is looked after again. */
import { describe, expect, test } from '@jest/globals';
import { createCallbackOutcomes, replacedMax } from '../../../webhooks/registrations/callback-outcome.ts';
import {
  type AcceptedCallback,
  type CallbackState,
  newCallbackState,
} from '../../../webhooks/registrations/callback-state.ts';

const unknown = newCallbackState({ source: 'orders', describe: 'subscribe' });
const accepted = (id: string | null, expiresAt: string | null = null): AcceptedCallback => ({
  id,
  location: null,
  url: 'http://sluice.example/webhooks/orders',
  acceptedAt: new Date(0).toISOString(),
  expiresAt,
  ending: null,
  lacking: null,
});
const dueMs = ({ dueAt }: CallbackState) => Date.parse(dueAt);

test('pauses double up to their limit, less up to half at random', () => {
  const randoms = [0, 0.999, 0, 0.5, 0];
  const { failed } = createCallbackOutcomes({
    firstDelayMs: 2,
    delayMsMax: 10,
    random: () => randoms.shift() ?? 0,
  });
  const pauses: number[] = [];
  for (let state = unknown, count = 0; count < 5; count += 1) {
    state = failed(state, 'no', 1_000);
    pauses.push(dueMs(state) - 1_000);
    expect(state).toMatchObject({ failures: count + 1, lastError: 'no' });
  }
  expect(pauses).toEqual([2, 2, 8, 8, 10]);
});

test.each([
  ['after the time for a refresh', null, 0, 300_000],
  ['less up to half of it at random', null, 0.999, 150_150],
  ['at three quarters of its life, when that is sooner', new Date(100_000).toISOString(), 0, 75_000],
  ['not at once, however short its life is', new Date(4).toISOString(), 0, 1_000],
])('what is registered is looked after %s', (_what, expiresAt, random, expected) => {
  const { registered } = createCallbackOutcomes({ random: () => random });
  expect(dueMs(registered(unknown, accepted('a', expiresAt), 'print', 0))).toBe(expected);
});

describe('what was accepted before', () => {
  const { registered } = createCallbackOutcomes({ random: () => 0 });
  const after = (former: string | null, current: string | null) =>
    registered({ ...unknown, accepted: accepted(former) }, accepted(current), 'print', 0).replaced.map(
      ({ id }) => id,
    );

  test.each([
    ['is ended when it has another id', 'a', 'b', ['a']],
    ['is the same when it has the same id', 'a', 'a', []],
    ['is left alone when it had none', null, 'b', []],
    ['is left alone when the new one has none', 'a', null, []],
  ])('%s', (_what, former, current, expected) => expect(after(former, current)).toEqual(expected));

  test('of many that could not be ended the latest are remembered', () => {
    let state: CallbackState = unknown;
    for (let count = 0; count < replacedMax + 5; count += 1)
      state = registered(state, accepted(`sub_${count}`), 'print', 0);
    expect(state.replaced.map(({ id }) => id)).toEqual(
      Array.from({ length: replacedMax }, (_, index) => `sub_${index + 4}`),
    );
  });
});
