/** Several gateways on one page: what is added up, what is not, and what stays when one of them ends. */
import { createMetricsSum } from '../../../gateway/metrics/metrics-sum.ts';
import { createMetrics, type Metrics } from '../../../gateway/metrics/metrics.ts';
import type { MetricsSnapshot } from '../../../gateway/metrics/metrics-page.ts';

const okQueries = 'sluice_graphql_operations_total{kind="query",outcome="ok"}';
const durations = 'sluice_graphql_operation_duration_seconds_count{kind="query"}';

function query(metrics: Metrics, count: number): void {
  for (let at = 0; at < count; at += 1) metrics.operations.started('query')('ok');
}

/** As it crosses the border of a process. */
async function snapshotOf(metrics: Metrics): Promise<MetricsSnapshot> {
  return JSON.parse(JSON.stringify(await metrics.snapshot())) as MetricsSnapshot;
}

async function lineOf(page: Promise<{ text: string }>, name: string): Promise<string | undefined> {
  return (await page).text.split('\n').find((line) => line.startsWith(`${name} `));
}

test('counters and histograms of all processes are added up', async () => {
  const [first, second, sum] = [createMetrics(), createMetrics(), createMetricsSum()];
  query(first, 3);
  query(second, 4);
  const page = sum.page([await snapshotOf(first), await snapshotOf(second)]);
  expect(await lineOf(page, okQueries)).toBe(`${okQueries} 7`);
  expect(await lineOf(page, durations)).toBe(`${durations} 7`);
});

test('the log is available when it is for all', async () => {
  const metrics = [true, false, true].map((available) => {
    const one = createMetrics();
    one.observeEventLog({ status: async () => ({ available, detail: '' }) });
    return one;
  });
  const page = createMetricsSum().page(await Promise.all(metrics.map(snapshotOf)));
  expect(await lineOf(page, 'sluice_event_log_available')).toBe('sluice_event_log_available 0');
});

test('what processes that have ended had counted stays, and their state goes', async () => {
  const sum = createMetricsSum();
  for (const count of [3, 2]) {
    const ended = createMetrics();
    query(ended, count);
    ended.observeEventLog({ status: async () => ({ available: false, detail: '' }) });
    sum.keep(await snapshotOf(ended));
  }
  const running = createMetrics();
  running.observeEventLog({ status: async () => ({ available: true, detail: '' }) });
  query(running, 1);
  const page = sum.page([await snapshotOf(running)]);
  expect(await lineOf(page, okQueries)).toBe(`${okQueries} 6`);
  expect(await lineOf(page, durations)).toBe(`${durations} 6`);
  expect(await lineOf(page, 'sluice_event_log_available')).toBe('sluice_event_log_available 1');
});

test('a process that ended before it said anything changes nothing', async () => {
  const sum = createMetricsSum();
  sum.keep([]);
  expect((await sum.page([])).text.trim()).toBe('');
});
