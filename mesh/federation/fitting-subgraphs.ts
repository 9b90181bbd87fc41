import type { SubgraphProblem } from '../load-subgraphs.ts';
import type { Subgraph } from '../subgraph.ts';

/** Why subgraphs are no supergraph together. */
export interface Misfit {
  reasons: readonly string[];
  /** The one subgraph that has to change; undefined when it is a matter of several. */
  culprit: string | undefined;
  /** Of which one has to change, when it is known between whom it is. */
  between?: readonly string[];
}

/** What came of putting subgraphs together. */
export type Attempt<T> = { composed: T } | { misfit: Misfit };

export type Compose<T> = (subgraphs: readonly Subgraph[]) => Attempt<T>;

export interface FittingSubgraphs<T> {
  /** Of the subgraphs that fit together; undefined when none does. */
  composed: T | undefined;
  /** Subgraphs that are left out, in the order of their names. */
  problems: readonly SubgraphProblem[];
  /** All that was found wrong on the way. */
  reasons: readonly string[];
}

/** Most reasons told of one subgraph; two services with the same types have one for every field. */
const reasonsMax = 10;

/**
 * Puts subgraphs together and leaves out those that keep the others from it: the culprit where there is one,
 * otherwise the one without which the fewest reasons are left, of several the last by name. At the end each of them is
 * tried again, in the order of their names. The same subgraphs always give the same result. Composes once when all fit.
 */
export function fitSubgraphs<T>(subgraphs: readonly Subgraph[], compose: Compose<T>): FittingSubgraphs<T> {
  let kept: readonly Subgraph[] = subgraphs.toSorted(byName);
  let attempt = compose(kept);
  const reasons = new Set('misfit' in attempt ? attempt.misfit.reasons : []);
  while ('misfit' in attempt && kept.length > 0) {
    for (const reason of attempt.misfit.reasons) reasons.add(reason);
    ({ kept, attempt } = withoutWorst(kept, attempt.misfit, compose));
  }
  if ('misfit' in attempt) return { composed: undefined, problems: [], reasons: [...reasons] };
  const out = subgraphs.filter((subgraph) => !kept.includes(subgraph)).toSorted(byName);
  return { ...tryAgain(kept, out, attempt.composed, compose), reasons: [...reasons] };
}

interface Step<T> {
  kept: readonly Subgraph[];
  attempt: Attempt<T>;
}

function withoutWorst<T>(
  subgraphs: readonly Subgraph[],
  { culprit, between, reasons }: Misfit,
  compose: Compose<T>,
): Step<T> {
  const isNamed = (name: string) => reasons.some((reason) => namesSubgraph(reason, name));
  const known = culprit === undefined ? between : [culprit];
  const suspects = subgraphs.filter(({ name }) => known?.includes(name) ?? isNamed(name));
  let best: (Step<T> & { left: number }) | undefined;
  for (const suspect of (suspects.length > 0 ? suspects : subgraphs).toReversed()) {
    const kept = subgraphs.filter((subgraph) => subgraph !== suspect);
    const attempt = compose(kept);
    const left = 'misfit' in attempt ? attempt.misfit.reasons.length : 0;
    if (!best || left < best.left) best = { kept, attempt, left };
    if (left === 0) break;
  }
  return best ?? { kept: [], attempt: compose([]) };
}

/** Composition puts the names of subgraphs into quotes, or into brackets at the beginning. */
function namesSubgraph(reason: string, name: string): boolean {
  return reason.includes(`"${name}"`) || reason.startsWith(`[${name}]`);
}

/** What was taken out because of another that is out as well fits again. */
function tryAgain<T>(
  kept: readonly Subgraph[],
  out: readonly Subgraph[],
  composed: T,
  compose: Compose<T>,
): { composed: T; problems: readonly SubgraphProblem[] } {
  const problems: SubgraphProblem[] = [];
  for (const subgraph of out) {
    const more = [...kept, subgraph].toSorted(byName);
    const attempt = compose(more);
    if ('composed' in attempt) {
      const others = out.filter((other) => other !== subgraph);
      return tryAgain(more, others, attempt.composed, compose);
    }
    problems.push({ name: subgraph.name, message: messageOf(attempt.misfit) });
  }
  return { composed, problems };
}

function messageOf({ reasons, culprit, between }: Misfit): string {
  if (culprit !== undefined || between !== undefined) return reasons.join('\n');
  const told = reasons.slice(0, reasonsMax).map((reason) => `\n  - ${reason}`);
  const more = reasons.length > reasonsMax ? `\n  - and ${reasons.length - reasonsMax} more reasons` : '';
  return `does not fit the other subgraphs:${told.join('')}${more}`;
}

function byName(a: Subgraph, b: Subgraph): number {
  return a.name < b.name ? -1 : 1;
}
