import { expect, test } from '@jest/globals';
import { gatewaysChart } from '../../bench/gateways/chart.ts';
import { gatewaysPage } from '../../bench/gateways/page.ts';
import type { GatewayResult } from '../../bench/gateways/report.ts';

const result = (values: Partial<GatewayResult>): GatewayResult => ({
  scenario: 'small',
  what: 'two calls',
  contender: 'by hand',
  restCalls: 2,
  cpuMicroseconds: 100,
  spread: [95, 105],
  ratio: 1,
  ratioSpread: [1, 1],
  ratioToSluice: 0.5,
  perSecond: 4_000,
  p50Ms: 1,
  p99Ms: 4,
  eventLoopDelayMs: 2,
  ...values,
});

const report = {
  rounds: 3,
  machine: { date: '2026-11-22', cpu: 'A processor', cores: 2, memoryGiB: 24, node: 'v24.0.0' },
  results: [
    result({}),
    result({
      contender: 'Sluice',
      cpuMicroseconds: 200.4,
      spread: [190, 400],
      ratio: 2,
      ratioSpread: [1.9, 4],
    }),
    result({ scenario: 'deep', what: 'four services', cpuMicroseconds: 1_000, spread: [900, 1_300] }),
    result({ scenario: 'deep', what: 'four services', contender: 'Sluice', ratio: 2.5 }),
  ],
  servers: [{ contender: 'Sluice', versions: ['sluice 1.2.3', 'node 24'], rssMiB: 300, rssPeakMiB: 310 }],
};
const page = gatewaysPage(report);

test('each scenario has a section of its own', () => {
  const sections = page.split('\n## ').slice(1);
  expect(sections.map((text) => text.split('\n')[0])).toEqual(['small', 'deep', 'Processes']);
  expect(sections[0]).toContain(
    '| Sluice | 2.0 | 200 | 190 to 400 | 2.00 | 1.90 to 4.00 | 0.50 | 4000 | 1.0 | 4.0 | 2 |',
  );
  expect(sections[1]).not.toContain('200');
});

test('the noise is how much the reference differs from itself, and not how much others do', () => {
  expect(page.replaceAll('\n', ' ')).toContain('by 10 % to 40 % of its median');
});

test('the versions of what ran are there', () => {
  expect(page).toContain('| Sluice | sluice 1.2.3, node 24 | 300 | 310 |');
});

test('the chart has the ratios, scenario by scenario', () => {
  const texts = Array.from(gatewaysChart(report).matchAll(/>([^<]+)<\/text>/g), ([, text]) => text);
  expect(texts.slice(1)).toEqual([
    'small',
    'by hand',
    '1.0x',
    'Sluice',
    '2.0x',
    'deep',
    'by hand',
    '1.0x',
    'Sluice',
    '2.5x',
  ]);
});
