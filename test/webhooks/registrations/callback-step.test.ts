/** What is done next about a callback. Minute 0 is the start of the clock. */
import { expect, test } from '@jest/globals';
import {
  type AcceptedCallback,
  type CallbackState,
  newCallbackState,
} from '../../../webhooks/registrations/callback-state.ts';
import { nextStep } from '../../../webhooks/registrations/callback-step.ts';

const at = (minute: number) => new Date(minute * 60_000).toISOString();

const accepted: AcceptedCallback = {
  id: 'sub_1',
  location: null,
  url: 'http://sluice.example/webhooks/orders',
  acceptedAt: at(0),
  expiresAt: null,
  ending: null,
  lacking: null,
};
const replaced = { ...accepted, id: 'sub_0' };

interface Case {
  sentence: string;
  state?: Partial<CallbackState>;
  isWanted?: boolean;
  fingerprint?: string;
  canBeChecked?: boolean;
  isFirst?: boolean;
  minute: number;
  expected: string;
}

const fresh: Partial<CallbackState> = { accepted, fingerprint: 'a', dueAt: at(5) };

const cases: readonly Case[] = [
  { sentence: 'what nobody registered is registered', minute: 0, expected: 'register' },
  { sentence: 'what is fresh is left alone', state: fresh, minute: 1, expected: 'wait until 5' },
  { sentence: 'also at a start', state: fresh, isFirst: true, minute: 1, expected: 'wait until 5' },
  {
    sentence: 'but one that can be checked is checked at a start',
    state: fresh,
    isFirst: true,
    canBeChecked: true,
    minute: 1,
    expected: 'check sub_1',
  },
  {
    sentence: 'and later when it is due',
    state: fresh,
    canBeChecked: true,
    minute: 1,
    expected: 'wait until 5',
  },
  { sentence: 'when it is due it is registered again', state: fresh, minute: 5, expected: 'register' },
  {
    sentence: 'or checked, where that is possible',
    state: fresh,
    canBeChecked: true,
    minute: 5,
    expected: 'check sub_1',
  },
  {
    sentence: 'one without an id can not be checked',
    state: { ...fresh, accepted: { ...accepted, id: null } },
    canBeChecked: true,
    minute: 5,
    expected: 'register',
  },
  {
    sentence: 'another URL or body is registered at once',
    state: fresh,
    fingerprint: 'b',
    minute: 1,
    expected: 'register',
  },
  {
    sentence: 'one that expires is left alone before three quarters of its life',
    state: { ...fresh, accepted: { ...accepted, expiresAt: at(4) } },
    minute: 2.9,
    expected: 'wait until 5',
  },
  {
    sentence: 'and renewed after that',
    state: { ...fresh, accepted: { ...accepted, expiresAt: at(4) } },
    minute: 3,
    expected: 'register',
  },
  {
    sentence: 'renewed, not checked',
    state: { ...fresh, accepted: { ...accepted, expiresAt: at(4) } },
    canBeChecked: true,
    minute: 3,
    expected: 'register',
  },
  {
    sentence: 'after a failure it waits until it is due',
    state: { failures: 1, dueAt: at(2) },
    minute: 1,
    expected: 'wait until 2',
  },
  {
    sentence: 'also with another URL',
    state: { ...fresh, failures: 1, dueAt: at(2) },
    fingerprint: 'b',
    minute: 1,
    expected: 'wait until 2',
  },
  { sentence: 'and is tried again', state: { failures: 1, dueAt: at(2) }, minute: 2, expected: 'register' },
  {
    sentence: 'what another node works on is left to it',
    state: { ...fresh, claimedUntil: at(6) },
    minute: 5,
    expected: 'wait until 6',
  },
  {
    sentence: 'until its claim has run out',
    state: { ...fresh, claimedUntil: at(6) },
    minute: 6,
    expected: 'register',
  },
  {
    sentence: 'what was replaced is ended when the new one is there',
    state: { ...fresh, replaced: [replaced] },
    minute: 1,
    expected: 'end sub_0',
  },
  {
    sentence: 'not before',
    state: { ...fresh, replaced: [replaced] },
    fingerprint: 'b',
    minute: 1,
    expected: 'register',
  },
  {
    sentence: 'what is no longer wanted is ended',
    state: fresh,
    isWanted: false,
    minute: 1,
    expected: 'end sub_1',
  },
  {
    sentence: 'with all that it replaced',
    state: { ...fresh, replaced: [replaced] },
    isWanted: false,
    minute: 1,
    expected: 'end sub_0',
  },
  {
    sentence: 'with its pauses after failures',
    state: { ...fresh, failures: 2, dueAt: at(3) },
    isWanted: false,
    minute: 1,
    expected: 'wait until 3',
  },
  { sentence: 'and then forgotten', isWanted: false, minute: 1, expected: 'forget' },
];

test.each(cases)('$sentence', ({ state = {}, isWanted = true, minute, expected, ...of }) => {
  const { fingerprint = 'a', canBeChecked = false, isFirst = false } = of;
  const step = nextStep({
    state: { ...newCallbackState({ source: 'orders', describe: 'createSubscription' }), ...state },
    wanted: isWanted ? { fingerprint, canBeChecked } : undefined,
    isFirst,
    nowMs: minute * 60_000,
  });
  const shown =
    step.kind === 'wait'
      ? `wait until ${step.untilMs / 60_000}`
      : 'accepted' in step
        ? `${step.kind} ${step.accepted.id}`
        : step.kind;
  expect(shown).toBe(expected);
});
