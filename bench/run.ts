import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bigSchemaBenchmark } from './big-schema.ts';
import { coldBenchmark } from './cold.ts';
import { eventsBenchmark } from './events.ts';
import { growthBenchmark } from './growth.ts';
import { planBenchmark } from './plan.ts';
import { restBenchmark } from './rest.ts';
import { readMachine, type Report } from './report.ts';
import { toMarkdown } from './markdown.ts';

/** One benchmark: measures and returns what it found. */
type Benchmark = (options: { rounds: number }) => Promise<Report>;

const benchmarks: Readonly<Record<string, Benchmark>> = {
  rest: restBenchmark,
  plan: planBenchmark,
  events: eventsBenchmark,
  growth: growthBenchmark,
  cold: coldBenchmark,
  'big-schema': bigSchemaBenchmark,
};

const help = `Usage: npm run bench -- [name ...] [--rounds N]

Benchmarks: ${Object.keys(benchmarks).join(', ')}; all of them without a name.
Results are written to bench/results/ as JSON and Markdown.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '15' }, help: { type: 'boolean', short: 'h' } },
});
const unknown = positionals.find((name) => !Object.hasOwn(benchmarks, name));
const rounds = Number(values.rounds);
if (values.help) {
  process.stdout.write(help);
} else if (unknown !== undefined || !Number.isInteger(rounds) || rounds < 1) {
  const what = unknown === undefined ? '--rounds takes a whole number from 1' : `no benchmark "${unknown}"`;
  process.stderr.write(`bench: ${what}\n\n${help}`);
  process.exitCode = 2;
} else {
  const results = join(import.meta.dirname, 'results');
  await mkdir(results, { recursive: true });
  for (const [name, benchmark] of Object.entries(benchmarks)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const { charts = {}, ...measured } = await benchmark({ rounds });
    const report = { name, machine: readMachine(), ...measured };
    const markdown = toMarkdown({ ...report, charts });
    await writeFile(join(results, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`);
    await writeFile(join(results, `${name}.md`), markdown);
    for (const [file, svg] of Object.entries(charts)) await writeFile(join(results, file), svg);
    process.stdout.write(markdown);
  }
}
