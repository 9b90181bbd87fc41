import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bigSchemaBenchmark } from './big-schema.ts';
import { coldBenchmark } from './cold.ts';
import { eventLogBenchmark } from './event-log/benchmark.ts';
import { eventsBenchmark } from './events.ts';
import { fanoutBenchmark } from './fanout/benchmark.ts';
import { fanoutPage } from './fanout/page.ts';
import { gatewaysBenchmark } from './gateways/benchmark.ts';
import { gatewaysChart } from './gateways/chart.ts';
import { peersAreInstalled } from './gateways/contenders.ts';
import { gatewaysPage } from './gateways/page.ts';
import { scenarios } from './gateways/scenarios.ts';
import { growthBenchmark } from './growth.ts';
import { growthPages } from './growth-page.ts';
import { toMarkdown } from './markdown.ts';
import { ingestBenchmark } from './ingest/benchmark.ts';
import { planBenchmark } from './plan.ts';
import { readMachine, type Machine, type Report } from './report.ts';
import { restBenchmark } from './rest.ts';

interface Options {
  rounds: number;
  scenario: string | undefined;
  sockets: readonly number[] | undefined;
}

interface Benchmark {
  /** @default 15 */
  rounds?: number;
  /** Whether it needs what `npm ci --prefix bench` installs. */
  needsPeers?: boolean;
  /** Measures. @returns the report as pages, by their file extensions */
  run: (options: Options) => Promise<Pages>;
}

type Pages = Readonly<Record<string, string>> & { md: string };
type Headed<Measured> = { name: string; machine: Machine } & Measured;

const toPage = (report: Headed<Report>): Pages => ({ md: toMarkdown(report) });

/** A benchmark whose report becomes JSON, and whatever `pages` makes of it. */
function benchmark<Measured>(
  name: string,
  measure: (options: Options) => Promise<Measured>,
  pages: (report: Headed<Measured>) => Pages,
): Benchmark['run'] {
  return async (options) => {
    const report = { name, machine: readMachine(), ...(await measure(options)) };
    return { json: `${JSON.stringify(report, null, 2)}\n`, ...pages(report) };
  };
}

/** One after the other; their pages are joined. */
function together(...runs: readonly Benchmark['run'][]): Benchmark['run'] {
  return async (options) => {
    const all: Pages[] = [];
    for (const run of runs) all.push(await run(options));
    return {
      json: `[${all.map(({ json }) => json).join(',')}]\n`,
      md: all.map(({ md }) => md).join('\n'),
    };
  };
}

const benchmarks: Readonly<Record<string, Benchmark>> = {
  rest: { run: benchmark('rest', restBenchmark, toPage) },
  plan: { run: benchmark('plan', planBenchmark, toPage) },
  events: {
    run: together(
      benchmark('events', eventsBenchmark, toPage),
      benchmark('events', eventLogBenchmark, toPage),
    ),
  },
  ingest: { rounds: 9, run: benchmark('ingest', ingestBenchmark, toPage) },
  growth: { rounds: 9, run: benchmark('growth', growthBenchmark, growthPages) },
  cold: { rounds: 10, needsPeers: true, run: benchmark('cold', coldBenchmark, toPage) },
  'big-schema': {
    rounds: 7,
    needsPeers: true,
    run: benchmark('big-schema', bigSchemaBenchmark, toPage),
  },
  fanout: {
    rounds: 7,
    needsPeers: true,
    run: benchmark('fanout', fanoutBenchmark, (report) => ({ md: fanoutPage(report) })),
  },
  gateways: {
    rounds: 7,
    needsPeers: true,
    run: benchmark('gateways', gatewaysBenchmark, (report) => ({
      md: gatewaysPage(report),
      svg: gatewaysChart(report),
    })),
  },
};

const help = `Usage: npm run bench -- [name ...] [--rounds N] [--scenario NAME] [--sockets N,N]

Benchmarks: ${Object.keys(benchmarks).join(', ')}; all of them without a name.
gateways starts Sluice and its peers and takes about 10 minutes. gateways, fanout, cold and big-schema need:
npm ci --prefix bench

--rounds N       how many rounds are counted; 15 where nothing else is said
--scenario NAME  of gateways: this one alone (${scenarios.map(({ name }) => name).join(', ')}); nothing is written
--sockets N,N    of fanout: with so many subscribers (10,100,1000); nothing is written

Results are written to bench/results/.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    scenario: { type: 'string' },
    sockets: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

/** What is wrong with how it was called, in a line. */
function misuse(): string | undefined {
  const unknown = positionals.find((name) => !Object.hasOwn(benchmarks, name));
  if (unknown !== undefined) return `no benchmark "${unknown}"`;
  const { rounds, scenario, sockets } = values;
  if (rounds !== undefined && !/^[1-9]\d*$/.test(rounds)) return '--rounds takes a whole number from 1';
  if (sockets !== undefined) {
    if (!/^[1-9]\d*(,[1-9]\d*)*$/.test(sockets)) return '--sockets takes whole numbers from 1, as 10,100';
    if (positionals.join() !== 'fanout') return '--sockets is for fanout alone';
  }
  if (scenario === undefined) return undefined;
  if (!scenarios.some(({ name }) => name === scenario)) return `no scenario "${scenario}"`;
  return positionals.join() === 'gateways' ? undefined : '--scenario is for gateways alone';
}

async function run(): Promise<void> {
  const results = join(import.meta.dirname, 'results');
  await mkdir(results, { recursive: true });
  for (const [name, { run: measure, rounds = 15 }] of Object.entries(selected)) {
    const { scenario } = values;
    const sockets = values.sockets?.split(',').map(Number);
    const pages = await measure({ rounds: Number(values.rounds ?? rounds), scenario, sockets });
    for (const [extension, text] of Object.entries(pages)) {
      if (scenario === undefined && sockets === undefined)
        await writeFile(join(results, `${name}.${extension}`), text);
    }
    process.stdout.write(pages.md);
  }
}

const selected = Object.fromEntries(
  Object.entries(benchmarks).filter(([name]) => positionals.length === 0 || positionals.includes(name)),
);
const wrong = misuse();
if (values.help) {
  process.stdout.write(help);
} else if (wrong !== undefined) {
  process.stderr.write(`bench: ${wrong}\n\n${help}`);
  process.exitCode = 2;
} else if (Object.values(selected).some(({ needsPeers }) => needsPeers) && !peersAreInstalled()) {
  process.stderr.write('bench: the peers are not installed: npm ci --prefix bench\n');
  process.exitCode = 1;
} else {
  await run();
}
