import type { Machine, Report, Table } from './report.ts';

/** A report as a page. */
export function toMarkdown(report: Report & { name: string; machine: Machine }): string {
  const { title, method, rounds, machine, results, name, tables = [] } = report;
  const rows = results.map(({ scenario, contender, cpuMicroseconds, spread, ratio }) => {
    const range = spread.map((value) => value.toFixed(1)).join(' to ');
    return `| ${scenario} | ${contender} | ${cpuMicroseconds.toFixed(1)} | ${range} | ${ratio.toFixed(2)} |`;
  });
  return `# ${title}

${method}

\`npm run bench -- ${name}\`, ${rounds} interleaved rounds, ${machine.date}. ${machine.cpu}, ${machine.cores} cores,
${machine.memoryGiB} GiB, Node ${machine.node}.

| scenario | contender | CPU µs per operation (median) | rounds | ratio (median) |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
${tables.map(tableToMarkdown).join('')}`;
}

/** A table under a heading of its own. */
export function tableToMarkdown({ title, columns, rows }: Table): string {
  return `\n## ${title}\n\n${[tableLine(columns), tableLine(columns.map(() => '---')), ...rows.map(tableLine)].join('\n')}\n`;
}

function tableLine(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}
