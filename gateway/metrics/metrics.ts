import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { EventLog } from '../../events/event-log.ts';
import type { ObserveRestCall } from '../../mesh/rest/call-outcome.ts';
import { createCacheMetrics, type RegisterCache } from './cache-metrics.ts';
import { createCallbackMetrics, type ObserveCallbacks } from './callback-metrics.ts';
import { createDeadLetterMetrics, type DeadLetterMetrics } from './dead-letter-metrics.ts';
import { createDeliveryMetrics, type CountDeliveries } from './delivery-metrics.ts';
import { createJournalMetrics, type ObserveJournal } from './journal-metrics.ts';
import type { MetricsPage, MetricsSnapshot } from './metrics-page.ts';
import { createOperationMetrics, type OperationMetrics } from './operation-metrics.ts';
import { createRestMetrics } from './rest-metrics.ts';
import { createSubscriptionMetrics, type CountSubscriptions } from './subscription-metrics.ts';

/** Everything that one gateway counts; docs/operations.md lists it. */
export interface Metrics {
  readonly operations: OperationMetrics;
  readonly countSubscriptions: CountSubscriptions;
  readonly countDeliveries: CountDeliveries;
  readonly deadLetters: DeadLetterMetrics;
  readonly observeRestCall: ObserveRestCall;
  readonly registerCache: RegisterCache;
  readonly observeCallbacks: ObserveCallbacks;
  readonly observeJournal: ObserveJournal;
  /** Asks a log whether it is available whenever somebody asks for the page. */
  readonly observeEventLog: (log: Pick<EventLog, 'status'>) => void;
  readonly page: () => Promise<MetricsPage>;
  /** The same as data, for a page that sums up several processes. */
  readonly snapshot: () => Promise<MetricsSnapshot>;
}

export interface MetricsOptions {
  /**
   * Whether memory, CPU time, garbage collection and delays of the event loop are shown too. They are of the process
   * and watched until it ends, so it is for whoever owns the process. @default false
   */
  ofProcess?: boolean;
}

/** A registry for each gateway, so that several can run in one process. */
export function createMetrics({ ofProcess = false }: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (ofProcess) collectDefaultMetrics({ register: registry });
  const operations = createOperationMetrics(registry);
  return {
    operations,
    countSubscriptions: createSubscriptionMetrics(registry, operations),
    countDeliveries: createDeliveryMetrics(registry),
    deadLetters: createDeadLetterMetrics(registry),
    observeRestCall: createRestMetrics(registry),
    registerCache: createCacheMetrics(registry),
    observeCallbacks: createCallbackMetrics(registry),
    observeJournal: createJournalMetrics(registry),
    observeEventLog(log) {
      const collect = async function (this: Gauge) {
        this.set((await log.status()).available ? 1 : 0);
      };
      const help = 'Whether the event log takes and gives events now: 1 or 0.';
      // Of several workers, the one that can't reach it is the one to hear of.
      const aggregator = 'min';
      const name = 'sluice_event_log_available';
      registry.registerMetric(new Gauge({ name, help, aggregator, collect, registers: [] }));
    },
    page: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
    snapshot: () => registry.getMetricsAsJSON(),
  };
}
