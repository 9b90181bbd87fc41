import { Counter, Histogram, type Registry } from 'prom-client';
import type { ObserveRestCall } from '../../mesh/rest/call-outcome.ts';
import { durationBuckets } from './duration-buckets.ts';

/** Counts calls to REST services. Labels are names of folders and outcomes of a fixed list. */
export function createRestMetrics(registry: Registry): ObserveRestCall {
  const registers = [registry];
  const calls = new Counter({
    name: 'sluice_rest_calls_total',
    help: 'Calls to REST services, by the class of their status or the reason why there is none.',
    labelNames: ['subgraph', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'sluice_rest_call_duration_seconds',
    help: 'Time of a call to a REST service, with waiting for a connection and further attempts.',
    labelNames: ['subgraph'],
    buckets: durationBuckets,
    registers,
  });
  return ({ subgraph, outcome, durationMs }) => {
    calls.inc({ subgraph, outcome });
    durations.observe({ subgraph }, durationMs / 1000);
  };
}
