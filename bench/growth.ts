import { setFlagsFromString } from 'node:v8';
import pino from 'pino';
import { createSupergraph, type Supergraph } from '../gateway/supergraph/supergraph.ts';
import { composeSupergraph } from '../mesh/federation/compose.ts';
import { createSubgraphContext } from '../mesh/subgraph-context.ts';
import { getJsonFrom, type GetJson } from './collections.ts';
import { measureInterleaved, toCpuResults, type Contender, type CpuLoad } from './cpu.ts';
import {
  growthCollections,
  growthFamilies,
  growthSubgraphs,
  type GrowthCase,
  type GrowthFamily,
} from './growth-cases.ts';
import type { LineChart } from './line-chart.ts';
import { plannedRequest } from './planned-request.ts';
import type { Report, Result, Table } from './report.ts';
import { mustAnswerAlike } from './shop.ts';
import { logLogSlope } from './slope.ts';
import { median, spread } from './statistics.ts';
import { startSynthetic } from './synthetic.ts';

/**
 * How much steeper than linear a slope over all sizes may be measured: the handler written by hand is as steep from its
 * garbage alone. Over two sizes it is measured between 0.6 and 1.6.
 */
const slopeTolerance = 0.1;

const method = `CPU of a planned query from document and variables to the bytes of the answer, in the process that executes
it, while the answer or the number of REST services in it grows. The services are made up: OpenAPI documents that are
loaded like any others, answered by one process from memory. *size*: a list of rows, each with an owner from another
service (ten rows have one owner; 100 owners are asked for in one call). *parallel*: one object of each service, asked at
once. *chain*: an object of the first service, its entity in the second, that one's in the third, and so on. By hand is a
handler that somebody wrote for that one query, with \`undici\` and \`JSON\`. All write the same bytes, which is checked; two
operations are under way at a time. A query of many services has as many parts that become machine code
one by one: each is warmed up by 3,000 operations. A round measures every size, one after the other, and has slopes of
its own, because the machine is not equally fast all the time. V8 is told to keep what it has compiled: it forgets functions
that rest for a while, as those of one size do while the others have their turn.`;

const contenderNames = ['by hand', 'Sluice', '@apollo/gateway'];

interface Contestants {
  get: GetJson;
  apollo: Supergraph;
  sluice: Supergraph;
}

export interface GrowthReport extends Report {
  /** What is drawn, by the family of queries. */
  curves: Readonly<Record<string, LineChart>>;
}

/** How the CPU of a query grows with the size of its answer and with the subgraphs that it asks. */
export async function growthBenchmark({ rounds }: { rounds: number }): Promise<GrowthReport> {
  setFlagsFromString('--no-flush-bytecode');
  const service = await startSynthetic(growthSubgraphs, growthCollections);
  const get = getJsonFrom(service);
  const logger = pino({ level: 'silent' });
  const composed = composeSupergraph(service.subgraphs);
  const apollo = await createSupergraph({ composed, logger, executor: 'apollo' });
  const sluice = await createSupergraph({ composed, logger });
  const results: Result[] = [];
  const curves: Record<string, LineChart> = {};
  const slopes: (readonly string[])[] = [];
  try {
    for (const family of growthFamilies) {
      const measured = await measureFamily(family, { get, apollo, sluice }, rounds);
      results.push(...measured.flatMap(({ label, times }) => resultsOf(`${family.name}: ${label}`, times)));
      curves[family.name] = curveOf(family, measured);
      slopes.push(...contenderNames.map((contender, index) => slopeRow(family, contender, measured, index)));
    }
    return { title: 'Growth', method, rounds, results, tables: [slopeTable(slopes)], curves };
  } finally {
    await apollo.close();
    await sluice.close();
    await service.close();
  }
}

/** One size of a family, measured. */
interface MeasuredCase {
  label: string;
  /** What the slope is computed over: bytes or subgraphs. */
  x: number;
  /** Microseconds per operation, by contender and round. */
  times: readonly (readonly number[])[];
}

/** All sizes have their turn in each round: the machine is as fast for the small ones as for the large ones. */
async function measureFamily(
  { cases, over }: GrowthFamily,
  contestants: Contestants,
  rounds: number,
): Promise<readonly MeasuredCase[]> {
  const loads: CpuLoad[] = [];
  const sizes: number[] = [];
  for (const growthCase of cases) {
    const contenders = await contendersOf(growthCase, contestants);
    const bytes = await mustAnswerAlike(contenders);
    sizes.push(over === 'subgraphs' ? growthCase.count : bytes);
    const { operationsPerRound, warmUpOperations } = growthCase;
    loads.push({ contenders, operationsPerRound, warmUpOperations, concurrency: 2 });
  }
  const times = await measureInterleaved(loads, rounds);
  return cases.map(({ label }, index) => ({ label, x: sizes[index] ?? 1, times: times[index] ?? [] }));
}

async function contendersOf(
  { query, byHand }: GrowthCase,
  { get, apollo, sluice }: Contestants,
): Promise<readonly Contender[]> {
  const through = async (supergraph: Supergraph): Promise<Contender['operate']> => {
    const execute = await plannedRequest(supergraph, query);
    return async () => JSON.stringify(await execute({ variables: {}, context: createSubgraphContext({}) }));
  };
  const operations = [
    async () => JSON.stringify({ data: await byHand(get) }),
    await through(sluice),
    await through(apollo),
  ];
  return contenderNames.flatMap((name, index) => {
    const operate = operations[index];
    return operate ? [{ name, operate }] : [];
  });
}

function resultsOf(scenario: string, times: MeasuredCase['times']): Result[] {
  return toCpuResults(contenderNames, times).map((result) => ({ scenario, ...result }));
}

function curveOf({ title, xTitle }: GrowthFamily, measured: readonly MeasuredCase[]): LineChart {
  return {
    title,
    xTitle,
    xTicks: measured.map(({ x, label }) => ({ at: x, label })),
    lines: contenderNames.map((name, index) => ({
      name,
      points: measured.map(({ x, times }) => ({ x, y: median(times[index] ?? []) })),
    })),
  };
}

/** @param index of the contender */
function slopeRow(
  { name, over }: GrowthFamily,
  contender: string,
  measured: readonly MeasuredCase[],
  index: number,
): readonly string[] {
  const rounds = (measured[0]?.times[index] ?? []).keys();
  const curves = [...rounds].map((round) =>
    measured.map(({ x, times }) => ({ x, y: times[index]?.[round] ?? Number.NaN })),
  );
  const all = curves.map(logLogSlope);
  const last = curves.map((points) => logLogSlope(points.slice(-2)));
  const isLinear = median(all) <= 1 + slopeTolerance;
  return [name, contender, over, written(all), written(last), isLinear ? 'yes' : 'no'];
}

function written(slopes: readonly number[]): string {
  const [least, most] = spread(slopes);
  return `${median(slopes).toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
}

function slopeTable(rows: Table['rows']): Table {
  return {
    title: `Slope of log(CPU) over log(size): least squares through the sizes of one round; median of the rounds, and their range. 1 is linear. Over all sizes, a median of up to ${1 + slopeTolerance} counts as it; of two sizes alone, noise makes more than that`,
    columns: ['family', 'contender', 'over', 'all sizes', 'the last two sizes', 'linear or better'],
    rows,
  };
}
