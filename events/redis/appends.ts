import { assertBatch } from '../batch.ts';
import type { AppendResult, EventLog, VerifiedDelivery } from '../event-log.ts';
import type { Waiting } from '../waiting.ts';
import { createAppendBatches } from './append-batches.ts';
import type { RedisStore } from './store.ts';
import type { UnderWay } from './under-way.ts';

export interface AppendsOptions {
  readonly store: Pick<RedisStore, 'append' | 'appendAll'>;
  readonly waiting: Waiting;
  readonly underWay: UnderWay;
  /** @throws EventLogClosedError when the log is closed. */
  readonly assertOpen: () => void;
}

export function createAppends(options: AppendsOptions): Pick<EventLog, 'append' | 'appendAll'> {
  const { store, waiting, underWay, assertOpen } = options;
  const batches = createAppendBatches({
    send: store.append,
    sendAll: store.appendAll,
    track: underWay.track,
  });

  function append(deliveries: readonly VerifiedDelivery[]): Promise<AppendResult[]> {
    const source = deliveries[0]?.source;
    const isOfOne = source !== undefined && deliveries.every((delivery) => delivery.source === source);
    return isOfOne ? batches.append(source, deliveries) : appendBySource(deliveries);
  }

  async function appendBySource(deliveries: readonly VerifiedDelivery[]): Promise<AppendResult[]> {
    const places = Map.groupBy(deliveries.keys(), (at) => (deliveries[at] as VerifiedDelivery).source);
    const results: AppendResult[] = [];
    const appending = [...places].map(async ([source, own]) => {
      const deliveriesOfSource = own.map((at) => deliveries[at] as VerifiedDelivery);
      const appended = await batches.append(source, deliveriesOfSource);
      for (const [index, at] of own.entries()) results[at] = appended[index] as AppendResult;
    });
    await Promise.all(appending);
    return results;
  }

  return {
    append: async (deliveries) => {
      assertOpen();
      return waiting.during(deliveries, () => append(deliveries));
    },
    appendAll: async (deliveries) => {
      assertOpen();
      assertBatch(deliveries);
      const [first] = deliveries;
      if (first === undefined) return [];
      return waiting.during(deliveries, () => batches.appendAll(first.source, deliveries));
    },
  };
}
