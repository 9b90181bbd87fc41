import { Gauge, type Registry } from 'prom-client';
import type { GatewayLog } from '../event-log.ts';

/** Shows what waits in the journal of this process. */
export type ObserveJournal = (log: Pick<GatewayLog, 'waits'>) => void;

export function createJournalMetrics(registry: Registry): ObserveJournal {
  return ({ waits }) => {
    const gauges = [
      {
        name: 'sluice_journal_events',
        help: 'Events that wait in the journal for Redis.',
        aggregator: 'sum' as const,
        value: () => waits().events,
      },
      {
        name: 'sluice_journal_characters',
        help: 'Characters of the data of events that wait in the journal.',
        aggregator: 'sum' as const,
        value: () => waits().chars,
      },
      {
        name: 'sluice_journal_oldest_seconds',
        help: 'How long the oldest event waits in the journal; 0 when none does.',
        aggregator: 'max' as const,
        value: () => Math.max(0, (Date.now() - (waits().oldestMs ?? Date.now())) / 1000),
      },
    ];
    for (const { name, help, aggregator, value } of gauges) {
      const collect = function (this: Gauge) {
        this.set(value());
      };
      registry.registerMetric(new Gauge({ name, help, aggregator, collect, registers: [] }));
    }
  };
}
