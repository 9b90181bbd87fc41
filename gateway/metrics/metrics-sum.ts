import { AggregatorRegistry } from 'prom-client';
import type { MetricsPage, MetricsSnapshot } from './metrics-page.ts';

/** The metrics of several processes as one. */
export interface MetricsSum {
  /**
   * A process has ended: what it had counted stays in the sum, as Prometheus takes a counter that shrinks for one that
   * began anew. What it showed of its state (gauges) goes.
   */
  readonly keep: (last: MetricsSnapshot) => void;
  /** @param running what the processes that run show now */
  readonly page: (running: readonly MetricsSnapshot[]) => Promise<MetricsPage>;
}

export function createMetricsSum(): MetricsSum {
  let ended: MetricsSnapshot = [];
  return {
    keep(last) {
      const counted = last.filter((metric) => cumulative.has((metric as { type: string }).type));
      ended = aggregate([ended, counted]).getMetricsAsArray();
    },
    async page(running) {
      const registry = aggregate([ended, ...running]);
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

const cumulative: ReadonlySet<string> = new Set(['counter', 'histogram']);

function aggregate(snapshots: readonly MetricsSnapshot[]) {
  return AggregatorRegistry.aggregate(snapshots as object[]);
}
