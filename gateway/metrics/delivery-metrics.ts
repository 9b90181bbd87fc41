import { Counter, type Registry } from 'prom-client';
import type { WebhookAnswer, WebhookReceiver } from '../../webhooks/receive.ts';

/** @returns a receiver that counts what the given one answers */
export type CountDeliveries = (receiver: WebhookReceiver) => WebhookReceiver;

/** Counts webhook deliveries by source and what became of them. Sources that nobody knows share one series. */
export function createDeliveryMetrics(registry: Registry): CountDeliveries {
  const deliveries = new Counter({
    name: 'sluice_webhook_deliveries_total',
    help: 'Webhook deliveries: appended to the event log, duplicate, or refused with a code.',
    labelNames: ['source', 'outcome'],
    registers: [registry],
  });
  return ({ receive, bodyBytesMaxOf }) => ({
    bodyBytesMaxOf,
    async receive(request) {
      const answer = await receive(request);
      // A sender can put any name into the path; an empty label counts as none.
      const source = bodyBytesMaxOf(request.source) === undefined ? '' : request.source;
      deliveries.inc({ source, outcome: outcomeOf(answer) });
      return answer;
    },
  });
}

function outcomeOf({ headers, body }: WebhookAnswer): string {
  if (body) return body.code;
  return headers['sluice-duplicate'] === 'true' ? 'duplicate' : 'appended';
}
