import type { GrowthReport } from './growth.ts';
import { drawLineChart } from './line-chart.ts';
import { toMarkdown } from './markdown.ts';
import type { Machine } from './report.ts';

/** The report with a chart of each family of queries, by their file extensions. */
export function growthPages(report: GrowthReport & { name: string; machine: Machine }) {
  const families = Object.entries(report.curves);
  const images = families.map(([family, { title }]) => `\n![${title}](${report.name}.${family}.svg)\n`);
  const charts = families.map(([family, curve]) => [`${family}.svg`, drawLineChart(curve)] as const);
  return { ...Object.fromEntries(charts), md: `${toMarkdown(report)}${images.join('')}` };
}
