import type { ExecutionResult } from 'graphql';
import { Counter, Histogram, type Registry } from 'prom-client';
import { durationBuckets } from './duration-buckets.ts';

export const operationKinds = ['query', 'mutation', 'subscription'] as const;
export type OperationKind = (typeof operationKinds)[number];

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
  const registers = [registry];
  const operations = new Counter({
    name: 'sluice_graphql_operations_total',
    help: 'GraphQL operations that were executed.',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'sluice_graphql_operation_duration_seconds',
    help: 'Time to execute a GraphQL operation; of a subscription, time until its stream begins.',
    labelNames: ['kind'],
    buckets: durationBuckets,
    registers,
  });
  for (const kind of operationKinds) {
    for (const outcome of operationOutcomes) operations.inc({ kind, outcome }, 0);
  }
  return {
    started(kind) {
      const startMs = performance.now();
      return (outcome) => {
        operations.inc({ kind, outcome });
        durations.observe({ kind }, (performance.now() - startMs) / 1000);
      };
    },
  };
}

/** The stream of a subscription has neither data nor errors: it is `ok`. */
export function outcomeOf({ data, errors }: ExecutionResult): OperationOutcome {
  if (!errors) return 'ok';
  return data ? 'partial' : 'errors';
}
