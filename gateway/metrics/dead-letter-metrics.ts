import { Counter, Gauge, type Registry } from 'prom-client';
import type { ObserveLetterChange } from '../../webhooks/dead-letters/letter-change.ts';

export interface DeadLetterMetrics {
  readonly observeChange: ObserveLetterChange;
  /** Asks how many there are whenever somebody asks for the page. */
  readonly observeCount: (count: () => Promise<number>) => void;
}

/** Counts dead letters, and what becomes of them. */
export function createDeadLetterMetrics(registry: Registry): DeadLetterMetrics {
  const changes = new Counter({
    name: 'sluice_dead_letter_changes_total',
    help: 'Webhook deliveries that were kept as dead letters, and what operators did with them.',
    labelNames: ['source', 'change'],
    registers: [registry],
  });
  return {
    observeChange: ({ source, change }) => changes.inc({ source, change }),
    observeCount(count) {
      const collect = async function (this: Gauge) {
        // While the store is away nobody knows: the number is that of before.
        await count().then(
          (letters) => this.set(letters),
          () => undefined,
        );
      };
      const help = 'Dead letters in the store.';
      const name = 'sluice_dead_letters';
      // All workers see the same store.
      registry.registerMetric(new Gauge({ name, help, aggregator: 'max', collect, registers: [] }));
    },
  };
}
