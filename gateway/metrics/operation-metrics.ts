import type { ExecutionResult } from 'graphql';
import type { Registry } from 'prom-client';
import { createDurationHistogram } from './duration-histogram.ts';
import { createOutcomeCounter } from './outcome-counter.ts';

export type OperationKind = 'query' | 'mutation' | 'subscription';

/** `ok`: data alone. `partial`: data and errors. `errors`: no data. */
export const operationOutcomes = ['ok', 'partial', 'errors'] as const;
export type OperationOutcome = (typeof operationOutcomes)[number];

/** Counts operations that were valid and therefore executed. */
export interface OperationMetrics {
  /** An operation begins. @returns called once, when it was answered; a subscription when its stream begins */
  started(kind: OperationKind): (outcome: OperationOutcome) => void;
}

/** No label holds what a client wrote, so there are as many series as there are kinds and outcomes. */
export function createOperationMetrics(registry: Registry): OperationMetrics {
  const labelName = 'kind';
  const operationsOf = createOutcomeCounter({
    registry,
    name: 'sluice_graphql_operations_total',
    help: 'GraphQL operations that were executed.',
    labelName,
  });
  const durationsOf = createDurationHistogram({
    registry,
    name: 'sluice_graphql_operation_duration_seconds',
    help: 'Time to execute a GraphQL operation; of a subscription, time until its stream begins.',
    labelName,
  });
  const seriesOf = (kind: OperationKind) => ({
    count: operationsOf(kind, operationOutcomes),
    observe: durationsOf(kind),
  });
  const series: Readonly<Record<OperationKind, ReturnType<typeof seriesOf>>> = {
    query: seriesOf('query'),
    mutation: seriesOf('mutation'),
    subscription: seriesOf('subscription'),
  };
  return {
    started(kind) {
      const startMs = performance.now();
      const { count, observe } = series[kind];
      return (outcome) => {
        count(outcome);
        observe(performance.now() - startMs);
      };
    },
  };
}

/** The stream of a subscription has neither data nor errors: it is `ok`. */
export function outcomeOf({ data, errors }: ExecutionResult): OperationOutcome {
  if (!errors) return 'ok';
  return data ? 'partial' : 'errors';
}
