import type { Machine } from '../report.ts';
import { spread } from '../statistics.ts';
import type { GatewayResult, GatewaysReport } from './report.ts';

const method = `Each contender is a process of its own, started as its users start it, with \`NODE_ENV=production\`. All get the same
operations over HTTP and must answer the same data, which is checked first. The variables differ from operation to operation,
so that nobody answers two at a time with one REST call. CPU is user and system time of the contender's
process alone, all its threads included; the REST services and the load generator are processes of their own. In a round,
each contender in alternating order is kept busy for a second with all connections (CPU, operations per second, delay of
the event loop) and then asked at half of that rate for a second, at fixed times however long answers take (latency,
counted from the moment at which an operation was due). The values are medians over the rounds. The rate is what this
machine gives while contender, services and load generator share its cores.

By hand is \`node:http\`, \`undici\` and \`JSON\`, written for these queries alone: the limit. Sluice and Hive Gateway start
from the same OpenAPI documents; the links between services are those of \`subgraph.yaml\` in one and of Mesh's
\`@resolveTo\` in the other, with one call for all keys. Hive Gateway's Rust planner does not know \`@resolveTo\`, and Apollo
has no REST of its own: these two run on eight HTTP subgraphs written with \`@apollo/subgraph\`, whose CPU is not counted,
which favours both.`;

/** The report as a page. */
export function gatewaysPage(report: GatewaysReport & { machine: Machine }): string {
  const { rounds, machine, results } = report;
  const names = [...new Set(results.map(({ scenario }) => scenario))];
  return `# Gateways over HTTP

![CPU per operation, as a multiple of the handler by hand](gateways.svg)

${method}

\`npm run bench -- gateways\`, ${rounds} interleaved rounds, ${machine.date}. ${machine.cpu}, ${machine.cores} cores,
${machine.memoryGiB} GiB, Node ${machine.node}. ${noiseOf(results)}

${names.map((name) => scenarioSection(results.filter(({ scenario }) => scenario === name))).join('\n')}
## Processes

${serverTable(report)}
`;
}

function scenarioSection(results: readonly GatewayResult[]): string {
  const [first] = results;
  const rows = results.map((result) =>
    row([
      result.contender,
      result.restCalls.toFixed(1),
      result.cpuMicroseconds.toFixed(0),
      result.spread.map((value) => value.toFixed(0)).join(' to '),
      result.ratio.toFixed(2),
      result.ratioSpread.map((value) => value.toFixed(2)).join(' to '),
      result.ratioToSluice.toFixed(2),
      result.perSecond.toFixed(0),
      result.p50Ms.toFixed(1),
      result.p99Ms.toFixed(1),
      result.eventLoopDelayMs.toFixed(0),
    ]),
  );
  return `## ${first?.scenario}

${first?.what}.

| contender | REST calls | CPU µs per operation | rounds | to by hand | rounds | to Sluice | per second | p50 ms | p99 ms | loop delay ms |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

/** How much the same program differs from round to round: whatever is nearer than that is equal. */
function noiseOf(results: readonly GatewayResult[]): string {
  const widths = results
    .filter(({ contender }) => contender === results[0]?.contender)
    .map(({ cpuMicroseconds, spread: [cheapest, dearest] }) => (dearest - cheapest) / cpuMicroseconds);
  const [least, most] = spread(widths);
  return `Noise: the CPU of the
handler by hand itself differs between its rounds by ${Math.round(least * 100)} % to ${Math.round(most * 100)} % of its median, by scenario.`;
}

function serverTable({ servers }: GatewaysReport): string {
  const rows = servers.map(({ contender, versions, rssMiB, rssPeakMiB }) =>
    row([contender, versions.join(', '), rssMiB, rssPeakMiB]),
  );
  return `Resident set at the end of all scenarios, and the largest.

| contender | versions | RSS MiB | peak MiB |
| --- | --- | --- | --- |
${rows.join('\n')}`;
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}
