import { Counter, Gauge, Registry } from 'prom-client';
import type { MetricsSnapshot } from './metrics-page.ts';

/** What the primary process knows that no worker does. */
export interface WorkerMetrics {
  /** A worker ended by itself, and another takes its place. */
  readonly restarted: () => void;
  readonly snapshot: () => Promise<MetricsSnapshot>;
}

/** @param listening how many workers listen now */
export function createWorkerMetrics(listening: () => number): WorkerMetrics {
  const registry = new Registry();
  const restarts = new Counter({
    name: 'sluice_worker_restarts_total',
    help: 'Workers that ended by themselves and were replaced.',
    registers: [registry],
  });
  const collect = function (this: Gauge) {
    this.set(listening());
  };
  const help = 'Workers that listen now.';
  registry.registerMetric(new Gauge({ name: 'sluice_workers', help, registers: [], collect }));
  return { restarted: () => restarts.inc(), snapshot: () => registry.getMetricsAsJSON() };
}
