import pino from 'pino';
import { createSupergraph, type Supergraph } from '../gateway/supergraph/supergraph.ts';
import { composeSupergraph } from '../mesh/federation/compose.ts';
import { createSubgraphContext } from '../mesh/subgraph-context.ts';
import { getJsonFrom, type GetJson } from './collections.ts';
import { measureCpu, type Contender } from './cpu.ts';
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
import { logLogSlope, type Point } from './slope.ts';
import { startSynthetic } from './synthetic.ts';

/** How much steeper than linear a slope may be measured; the handler written by hand is as steep from its garbage alone. */
const slopeTolerance = 0.1;

const method = `CPU of a planned query from document and variables to the bytes of the answer, in the process that executes
it, while the answer or the number of REST services in it grows. The services are made up: OpenAPI documents that are
loaded like any others, answered by one process from memory. *size*: a list of rows, each with an owner from another
service (ten rows have one owner; 100 owners are asked for in one call). *parallel*: one object of each service, asked at
once. *chain*: an object of the first service, its entity in the second, that one's in the third, and so on. By hand is a
handler that somebody wrote for that one query, with \`undici\` and \`JSON\`. All write the same bytes, which is checked; two
operations are under way at a time. A query of many services has as many parts that become machine code
one by one: each is warmed up by 3,000 operations.`;

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
      const lines = new Map<string, Point[]>();
      for (const growthCase of family.cases) {
        const contenders = await contendersOf(growthCase, { get, apollo, sluice });
        const bytes = await mustAnswerAlike(contenders);
        const x = family.over === 'subgraphs' ? growthCase.count : bytes;
        const { operationsPerRound, warmUpOperations } = growthCase;
        const load = { operationsPerRound, warmUpOperations, concurrency: 2 };
        const measured = await measureCpu({ contenders, rounds, ...load });
        for (const result of measured) {
          const { contender, cpuMicroseconds } = result;
          results.push({ scenario: `${family.name}: ${growthCase.label}`, ...result });
          lines.set(contender, [...(lines.get(contender) ?? []), { x, y: cpuMicroseconds }]);
        }
      }
      curves[family.name] = curveOf(family, lines);
      slopes.push(...[...lines].map(([contender, points]) => slopeRow(family, contender, points)));
    }
    return { title: 'Growth', method, rounds, results, tables: [slopeTable(slopes)], curves };
  } finally {
    await apollo.close();
    await sluice.close();
    await service.close();
  }
}

async function contendersOf(
  { query, byHand }: GrowthCase,
  { get, apollo, sluice }: Contestants,
): Promise<readonly Contender[]> {
  const through = async (supergraph: Supergraph): Promise<Contender['operate']> => {
    const execute = await plannedRequest(supergraph, query);
    return async () => JSON.stringify(await execute({ variables: {}, context: createSubgraphContext({}) }));
  };
  return [
    { name: 'by hand', operate: async () => JSON.stringify({ data: await byHand(get) }) },
    { name: 'Sluice', operate: await through(sluice) },
    { name: '@apollo/gateway', operate: await through(apollo) },
  ];
}

function curveOf(
  { title, xTitle, cases }: GrowthFamily,
  lines: ReadonlyMap<string, readonly Point[]>,
): LineChart {
  const places = lines.get('by hand') ?? [];
  return {
    title,
    xTitle,
    xTicks: cases.map(({ label }, index) => ({ at: places[index]?.x ?? 1, label })),
    lines: [...lines].map(([name, points]) => ({ name, points })),
  };
}

function slopeRow(family: GrowthFamily, contender: string, points: readonly Point[]): readonly string[] {
  const all = logLogSlope(points);
  const last = logLogSlope(points.slice(-2));
  const isLinear = Math.max(all, last) <= 1 + slopeTolerance;
  return [family.name, contender, family.over, all.toFixed(2), last.toFixed(2), isLinear ? 'yes' : 'no'];
}

function slopeTable(rows: Table['rows']): Table {
  return {
    title: `Slope of log(CPU) over log(size): least squares through the medians; 1 is linear, and up to ${1 + slopeTolerance} counts as it`,
    columns: ['family', 'contender', 'over', 'all sizes', 'the last two sizes', 'linear or better'],
    rows,
  };
}
