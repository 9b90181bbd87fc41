import type { Registry } from 'prom-client';
import type { WebhookReceiver } from '../../webhooks/receive.ts';
import { type CountOutcome, createOutcomeCounter } from './outcome-counter.ts';

/** @returns a receiver that counts what the given one answers */
export type CountDeliveries = (receiver: WebhookReceiver) => WebhookReceiver;

/** Counts webhook deliveries by source and what became of them. Sources that nobody knows share one series. */
export function createDeliveryMetrics(registry: Registry): CountDeliveries {
  const deliveriesOf = createOutcomeCounter({
    registry,
    name: 'sluice_webhook_deliveries_total',
    help: 'Webhook deliveries: appended to the event log, duplicate, quarantined, handshake, or refused with a code.',
    labelName: 'source',
  });
  const series = new Map<string, CountOutcome>();
  function countOf(source: string): CountOutcome {
    const count = series.get(source) ?? deliveriesOf(source);
    series.set(source, count);
    return count;
  }
  return (receiver) => ({
    ...receiver,
    async receive(arriving) {
      const answer = await receiver.receive(arriving);
      // A sender can put any name into the path; an empty label counts as none.
      countOf(receiver.knows(arriving.source) ? arriving.source : '')(answer.outcome);
      return answer;
    },
  });
}
