import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { SubgraphContext } from '../../../../mesh/subgraph-context.ts';

/** What goes wrong in one execution. The same place fails in the same way, whoever asks for it and how often. */
export interface Circumstances {
  seed: number;
  /** How many of a thousand places fail. */
  failuresPerThousand: number;
  /** Whether everything is answered at once, without promises. */
  isAtOnce: boolean;
}

const header = 'x-circumstances';

/** What a client would send for its operation to meet these circumstances. */
export function circumstancesHeader(circumstances: Circumstances): Record<string, string> {
  return { [header]: JSON.stringify(circumstances) };
}

const calm: Circumstances = { seed: 0, failuresPerThousand: 0, isAtOnce: true };
const read = new WeakMap<SubgraphContext, Circumstances>();

export function circumstancesOf(context: SubgraphContext): Circumstances {
  const known = read.get(context);
  if (known) return known;
  const text = context.headers[header];
  const made = text === undefined ? calm : (JSON.parse(text) as Circumstances);
  read.set(context, made);
  return made;
}

/** A whole number that is the same for the same text, and looks like any. */
export function numberOf(text: string): number {
  return createHash('md5').update(text).digest().readUInt32LE(0);
}

const wrongValues: readonly unknown[] = [7.5, 'text', true, {}, [], [null], -1, 2 ** 40];

/** Fails at a place, or answers what is right there: at once, or later. */
export function answerAt(place: string, context: SubgraphContext, right: () => unknown): unknown {
  const { seed, failuresPerThousand, isAtOnce } = circumstancesOf(context);
  const dice = numberOf(`${seed} ${place}`);
  const answer = (): unknown =>
    dice % 1000 < failuresPerThousand ? failure(place, Math.floor(dice / 1000) % 6) : right();
  return isAtOnce ? answer() : later(numberOf(place) % 5, answer);
}

/** @throws Error when everything of a kind fails */
export function failAltogether(kind: string, context: SubgraphContext): void {
  const { seed, failuresPerThousand } = circumstancesOf(context);
  if (numberOf(`${seed} all ${kind}`) % 2000 < failuresPerThousand) throw new Error(`all of ${kind} failed`);
}

function failure(place: string, kind: number): unknown {
  if (kind === 0) throw new Error(`failed at ${place}`);
  if (kind === 1) throw new GraphQLError('refused', { extensions: { code: `REFUSED_${numberOf(place)}` } });
  if (kind === 2) return new GraphQLError('answered', { extensions: { code: 'ANSWERED_AN_ERROR' } });
  if (kind === 3) return wrongValues[numberOf(place) % wrongValues.length];
  return null;
}

/** At once for 0 and 1; else after some turns of the queue of promises, or of the event loop. */
function later(turns: number, answer: () => unknown): unknown {
  if (turns < 2) return answer();
  if (turns < 4) return Promise.resolve().then(answer);
  return new Promise((resolve) => setImmediate(resolve)).then(answer);
}
