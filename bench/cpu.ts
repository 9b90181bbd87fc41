import { median, ratios, spread } from './statistics.ts';

/** One way to do the work of a scenario. */
export interface Contender {
  name: string;
  /** Does it once. @returns what is answered */
  operate: () => Promise<string | undefined>;
}

/** What the contenders are measured with. */
export interface CpuLoad {
  /** The first is what the others are compared with. */
  contenders: readonly Contender[];
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

/** Measures the CPU (user and system) that this process spends per operation. */
export async function measureCpu({
  rounds,
  ...load
}: CpuLoad & { rounds: number }): Promise<readonly CpuResult[]> {
  const [times = []] = await measureInterleaved([load], rounds);
  return toCpuResults(
    load.contenders.map(({ name }) => name),
    times,
  );
}

/** The part of a turn that is not counted: connections that were closed meanwhile are opened again. */
const uncounted = 0.2;

/**
 * The same of several loads. In every round each contender of each load has its turn, in alternating order, so that what
 * disturbs the machine disturbs all.
 * @returns microseconds per operation, by load, contender and round
 */
export async function measureInterleaved(loads: readonly CpuLoad[], rounds: number): Promise<number[][][]> {
  const turns = loads.flatMap((load) => load.contenders.map((contender) => ({ load, contender })));
  for (const { load, contender } of turns) {
    const { operationsPerRound, warmUpOperations = 2 * operationsPerRound } = load;
    await measureRound(contender, { ...load, operationsPerRound: warmUpOperations });
  }
  const timesOf = new Map(turns.map((turn) => [turn, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) {
      const { contender, load } = turn;
      const operationsPerRound = Math.ceil(uncounted * load.operationsPerRound);
      await measureRound(contender, { ...load, operationsPerRound });
      timesOf.get(turn)?.push(await measureRound(contender, load));
    }
  }
  return loads.map((load) =>
    turns.filter((turn) => turn.load === load).map((turn) => timesOf.get(turn) ?? []),
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

async function measureRound({ operate }: Contender, options: CpuLoad): Promise<number> {
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
