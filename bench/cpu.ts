import { median, ratios, spread } from './statistics.ts';

/** One way to do the work of a scenario. */
export interface Contender {
  name: string;
  /** Does it once. @returns what is answered */
  operate: () => Promise<string | undefined>;
}

export interface CpuOptions {
  /** The first is what the others are compared with. */
  contenders: readonly Contender[];
  rounds: number;
  operationsPerRound: number;
  /**
   * How many operations of each contender are not counted, because code that is not compiled yet costs several times as
   * much. @default those of two rounds
   */
  warmUpOperations?: number;
  /** How many operations are under way at a time. */
  concurrency: number;
}

export interface CpuResult {
  contender: string;
  cpuMicroseconds: number;
  spread: readonly [number, number];
  ratio: number;
}

/**
 * Measures the CPU (user and system) that this process spends per operation. In every round each contender has its turn,
 * in alternating order, so that what disturbs the machine disturbs all.
 */
export async function measureCpu(options: CpuOptions): Promise<readonly CpuResult[]> {
  const { contenders, rounds, operationsPerRound, warmUpOperations = 2 * operationsPerRound } = options;
  const times = contenders.map((): number[] => []);
  for (const contender of contenders) {
    await measureRound(contender, { ...options, operationsPerRound: warmUpOperations });
  }
  for (let round = 0; round < rounds; round++) {
    const order = [...contenders.keys()];
    for (const index of round % 2 === 0 ? order : order.toReversed()) {
      const contender = contenders[index];
      if (contender) times[index]?.push(await measureRound(contender, options));
    }
  }
  return toCpuResults(
    contenders.map(({ name }) => name),
    times,
  );
}

/**
 * @param names of the contenders; the first is what the others are compared with
 * @param times of each contender, one for each round
 */
export function toCpuResults(
  names: readonly string[],
  times: readonly (readonly number[])[],
): readonly CpuResult[] {
  return names.map((contender, index) => {
    const own = times[index] ?? [];
    return {
      contender,
      cpuMicroseconds: median(own),
      spread: spread(own),
      ratio: median(ratios(own, times[0] ?? [])),
    };
  });
}

async function measureRound({ operate }: Contender, options: CpuOptions): Promise<number> {
  const { operationsPerRound, concurrency } = options;
  let started = 0;
  const worker = async () => {
    while (started++ < operationsPerRound) await operate();
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / operationsPerRound;
}
