import { median, ratios, spread } from './statistics.ts';

/** What the server process of a contender takes for one operation or message, beside the others of the same rounds. */
export interface ContenderCpu {
  /** Microseconds of CPU (user and system) of the process: median over the rounds. */
  cpuMicroseconds: number;
  /** That of the cheapest and the dearest round. */
  spread: readonly [number, number];
  /** Median of its CPU divided by that of the limit in the same round: what was written for this alone. */
  ratio: number;
  ratioSpread: readonly [number, number];
  /** Median of its CPU divided by that of Sluice in the same round. */
  ratioToSluice: number;
}

/** @param rounds microseconds of each round, of the contender itself, of the limit and of Sluice */
export function contenderCpu(
  rounds: Readonly<Record<'own' | 'limit' | 'sluice', readonly number[]>>,
): ContenderCpu {
  const toLimit = ratios(rounds.own, rounds.limit);
  return {
    cpuMicroseconds: median(rounds.own),
    spread: spread(rounds.own),
    ratio: median(toLimit),
    ratioSpread: spread(toLimit),
    ratioToSluice: median(ratios(rounds.own, rounds.sluice)),
  };
}
