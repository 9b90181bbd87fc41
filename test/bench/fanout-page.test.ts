import { expect, test } from '@jest/globals';
import { fanoutPage } from '../../bench/fanout/page.ts';
import type { FanoutResult } from '../../bench/fanout/report.ts';

const result = (values: Partial<FanoutResult>): FanoutResult => ({
  sockets: 10,
  contender: 'bare',
  cpuMicroseconds: 10,
  spread: [9, 11],
  ratio: 1,
  ratioSpread: [1, 1],
  ratioToSluice: 0.5,
  messagesPerSecond: 80_000,
  p50Ms: 1,
  p99Ms: 4,
  ...values,
});

const report = {
  rounds: 3,
  machine: { date: '2026-11-22', cpu: 'A processor', cores: 2, memoryGiB: 24, node: 'v24.0.0' },
  results: [
    result({}),
    result({ contender: 'Sluice', cpuMicroseconds: 20, ratio: 2, ratioSpread: [1.9, 2.1], ratioToSluice: 1 }),
    result({ sockets: 1_000, p99Ms: 31.26 }),
  ],
  memoryRounds: 2,
  memory: [
    { sockets: 1_000, contender: 'Sluice', rssBytes: 12_288, rssSpread: [10_240, 14_336], heapBytes: 5_120 },
  ] as const,
  servers: [{ contender: 'Sluice', versions: ['sluice 1.2.3'], messageBytes: 504 }],
};
const sections = fanoutPage(report).split('\n## ').slice(1);

test('each number of sockets has a section of its own', () => {
  const titles = sections.map((text) => text.split('\n')[0]);
  expect(titles).toEqual(['10 sockets', '1000 sockets', 'Memory of an idle subscription', 'Processes']);
  expect(sections[0]).toContain(
    '| Sluice | 20.0 | 9.0 to 11.0 | 2.00 | 1.90 to 2.10 | 1.00 | 80000 | 1.0 | 4.0 |',
  );
  expect(sections[1]).toContain('| 31.3 |');
  expect(sections[1]).not.toContain('| Sluice | 20.0');
});

test('memory is told in KiB, for each subscription', () => {
  expect(sections[2]).toContain('| 1000 | Sluice | 12.0 | 10.0 to 14.0 | 5.0 |');
});

test('nothing is told of memory that was not measured', () => {
  expect(fanoutPage({ ...report, memory: [] })).not.toContain('Memory');
});

test('versions and length of the messages are there', () => {
  expect(sections[3]).toContain('| Sluice | sluice 1.2.3 | 504 |');
});
