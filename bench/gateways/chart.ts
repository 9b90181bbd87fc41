import { barChart } from '../chart.ts';
import type { GatewaysReport } from './report.ts';

/** CPU per operation of each contender, as a multiple of the handler by hand. */
export function gatewaysChart({ results }: Pick<GatewaysReport, 'results'>): string {
  const names = [...new Set(results.map(({ scenario }) => scenario))];
  return barChart({
    title: 'CPU per operation, as a multiple of a handler written by hand (less is better)',
    groups: names.map((name) => ({
      label: name,
      bars: results
        .filter(({ scenario }) => scenario === name)
        .map(({ contender, ratio }) => ({ label: contender, value: ratio })),
    })),
    format: (ratio) => `${ratio.toFixed(1)}x`,
    highlight: 'Sluice',
  });
}
