import { assertBatch } from '../batch.ts';
import type { AppendResult, BatchResult, EventLog, StoredEvent, VerifiedDelivery } from '../event-log.ts';
import type { Waiting } from '../waiting.ts';
import type { Appended, AppendOutcome, DeliveryRow, Write } from './messages.ts';
import type { WorkerClient } from './worker-client.ts';

export interface AppendsOptions {
  readonly request: WorkerClient['request'];
  readonly waiting: Waiting;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** @throws EventLogClosedError when the log is closed. */
  readonly assertOpen: () => void;
  /** Takes what was appended, in the order of the log; those of one call are of one source. */
  readonly publish: (source: string, events: readonly StoredEvent[]) => void;
}

export function createAppends(options: AppendsOptions): Pick<EventLog, 'append' | 'appendAll'> {
  const { request, waiting, now, assertOpen, publish } = options;

  async function appendTogether(
    deliveries: readonly VerifiedDelivery[],
    allOrNothing: boolean,
  ): Promise<BatchResult[]> {
    assertOpen();
    if (deliveries.length === 0) return [];
    const write: Write = { kind: 'append', rows: deliveries.map(rowOf), nowMs: now(), allOrNothing };
    const appending = (): Promise<AppendOutcome> =>
      request({ kind: 'write', write }, (outcome: AppendOutcome) => publishNew(deliveries, outcome));
    const { epoch, results } = await waiting.during(deliveries, appending);
    return results.map((appended) => resultOf(appended, epoch));
  }

  /** Runs before any later reply is looked at, so the feeds see events in the order of the log. */
  function publishNew(deliveries: readonly VerifiedDelivery[], outcome: AppendOutcome): void {
    const events = appendedEvents(deliveries, outcome);
    for (const [source, own] of Map.groupBy(events, (event) => event.source)) publish(source, own);
  }

  return {
    // Something is withheld only where it is all or nothing.
    append: (deliveries) => appendTogether(deliveries, false) as Promise<AppendResult[]>,
    appendAll: async (deliveries) => {
      assertBatch(deliveries);
      return appendTogether(deliveries, true);
    },
  };
}

function rowOf(delivery: VerifiedDelivery): DeliveryRow {
  const { id, source, type, subject, time, dataJson, bodyHash, traceparent } = delivery;
  return [id, source, type, subject, time, dataJson, bodyHash, traceparent];
}

function resultOf(appended: Appended, epoch: string): BatchResult {
  return appended.offset === null
    ? { status: appended.status, position: null }
    : { status: appended.status, position: { epoch, offset: appended.offset } };
}

function appendedEvents(
  deliveries: readonly VerifiedDelivery[],
  { epoch, results }: AppendOutcome,
): StoredEvent[] {
  return deliveries.flatMap((delivery, at) => {
    const result = results[at];
    if (result?.status !== 'appended') return [];
    const { id, source, type, subject, time, dataJson, traceparent } = delivery;
    return [{ epoch, offset: result.offset, id, source, type, subject, time, dataJson, traceparent }];
  });
}
