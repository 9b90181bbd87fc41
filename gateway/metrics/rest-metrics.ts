import type { Registry } from 'prom-client';
import type { ObserveRestCall } from '../../mesh/rest/call-outcome.ts';
import { createDurationHistogram, type ObserveDuration } from './duration-histogram.ts';
import { createOutcomeCounter, type CountOutcome } from './outcome-counter.ts';

/** Counts calls to REST services. Labels are names of folders and outcomes of a fixed list. */
export function createRestMetrics(registry: Registry): ObserveRestCall {
  const labelName = 'subgraph';
  const callsOf = createOutcomeCounter({
    registry,
    name: 'sluice_rest_calls_total',
    help: 'Calls to REST services, by the class of their status or the reason why there is none.',
    labelName,
  });
  const durationsOf = createDurationHistogram({
    registry,
    name: 'sluice_rest_call_duration_seconds',
    help: 'Time of a call to a REST service, with waiting for a connection and further attempts.',
    labelName,
  });
  const series = new Map<string, { count: CountOutcome; observe: ObserveDuration }>();
  return ({ subgraph, outcome, durationMs }) => {
    let known = series.get(subgraph);
    if (!known) {
      known = { count: callsOf(subgraph), observe: durationsOf(subgraph) };
      series.set(subgraph, known);
    }
    known.count(outcome);
    known.observe(durationMs);
  };
}
