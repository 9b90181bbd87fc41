import type { Express } from 'express';
import { readFields } from '../shared/fields.ts';
import { problem } from '../shared/problem.ts';
import {
  createWebhookSender,
  type WebhookSenderOptions,
  type WebhookTarget,
} from '../shared/webhook-sender.ts';
import { WEBHOOK_SECRET } from '../shared/webhook-signature.ts';
import type { Order } from './order.ts';

const EVENTS = ['orderCreated', 'orderStatusChanged'] as const;

export type OrderEvent = (typeof EVENTS)[number];

type Subscription = { id: string; callbackUrl: string; events: OrderEvent[]; createdAt: string };

/**
 * Who is told about orders: callback URLs, subscribed over REST, forgotten on DELETE or when they answer 410.
 *
 * @param options.webhooks how deliveries are tried and tried again
 */
export function createOrderSubscriptions({
  webhooks,
}: {
  webhooks: Omit<WebhookSenderOptions, 'targets' | 'onGone'>;
}) {
  const subscriptions = new Map<string, Subscription>();
  const sender = createWebhookSender({ ...webhooks, onGone: forget });
  let subscribed = 0;

  function forget(callbackUrl: string): void {
    const gone = findByUrl(callbackUrl);
    if (gone) subscriptions.delete(gone.id);
  }

  function findByUrl(callbackUrl: string): Subscription | undefined {
    return [...subscriptions.values()].find((subscription) => subscription.callbackUrl === callbackUrl);
  }

  function find(subscriptionId: string): Subscription {
    const subscription = subscriptions.get(subscriptionId);
    if (!subscription) throw problem({ status: 404, detail: `There is no subscription ${subscriptionId}` });
    return subscription;
  }

  function subscribe(target: Required<WebhookTarget> & { events: OrderEvent[] }) {
    const known = findByUrl(target.url);
    if (!known) subscribed += 1;
    const subscription = {
      id: known?.id ?? `sub_${subscribed}`,
      callbackUrl: target.url,
      events: target.events,
      createdAt: known?.createdAt ?? new Date().toISOString(),
    };
    subscriptions.set(subscription.id, subscription);
    sender.add(target);
    return { subscription, isNew: !known };
  }

  return {
    sender,
    /** Tells an event to all who subscribed to it; the body is the order as it is now. */
    tell(event: OrderEvent, order: Order): void {
      sender.send({ event, body: order, headers: { 'x-orders-event': event } });
    },
    /** Adds the routes under `/subscriptions`. */
    routes(app: Express): void {
      app.get('/subscriptions', (_request, response) => {
        response.json([...subscriptions.values()]);
      });

      app.post('/subscriptions', (request, response) => {
        const { subscription, isNew } = subscribe(readNewSubscription(request.body));
        response.status(isNew ? 201 : 200).json(subscription);
      });

      app.get('/subscriptions/:subscriptionId', (request, response) => {
        response.json(find(request.params.subscriptionId));
      });

      app.delete('/subscriptions/:subscriptionId', (request, response) => {
        const subscription = find(request.params.subscriptionId);
        subscriptions.delete(subscription.id);
        sender.remove(subscription.callbackUrl);
        response.status(204).end();
      });
    },
  };
}

function readNewSubscription(body: unknown): { url: string; secret: string; events: OrderEvent[] } {
  const fields = readFields(body);
  const url = fields.text('callbackUrl');
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) fields.fail('callbackUrl', 'an http or https URL');
  return {
    url,
    secret: fields.textLike('secret', WEBHOOK_SECRET, 'whsec_ and a key in base64'),
    events: fields.has('events')
      ? readEvents(fields.list('events', { min: 1, max: EVENTS.length }))
      : [...EVENTS],
  };
}

function readEvents(names: unknown[]): OrderEvent[] {
  return names.map((name) => readFields({ events: name }).oneOf('events', EVENTS));
}
