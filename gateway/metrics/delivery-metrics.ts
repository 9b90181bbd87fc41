import { Counter, type Registry } from 'prom-client';
import type { WebhookReceiver } from '../../webhooks/receive.ts';

/** @returns a receiver that counts what the given one answers */
export type CountDeliveries = (receiver: WebhookReceiver) => WebhookReceiver;

/** Counts webhook deliveries by source and what became of them. Sources that nobody knows share one series. */
export function createDeliveryMetrics(registry: Registry): CountDeliveries {
  const deliveries = new Counter({
    name: 'sluice_webhook_deliveries_total',
    help: 'Webhook deliveries: appended to the event log, duplicate, quarantined, handshake, or refused with a code.',
    labelNames: ['source', 'outcome'],
    registers: [registry],
  });
  return (receiver) => ({
    ...receiver,
    async receive(arriving) {
      const answer = await receiver.receive(arriving);
      // A sender can put any name into the path; an empty label counts as none.
      const source = receiver.knows(arriving.source) ? arriving.source : '';
      deliveries.inc({ source, outcome: answer.outcome });
      return answer;
    },
  });
}
