/** Sources that deliver in other formats than JSON, or ask before they deliver. */
import type { WebhookEvent, WebhookSource } from '../../webhooks/source.ts';
import { secrets } from './senders.ts';

const bodyBytesMax = 4096;
const verify = { scheme: 'github', secrets: [secrets.github] } as const;
const common = { verify, dialect: '3.1', successStatus: 202 } as const;
const order = { type: 'object', properties: { total: { type: 'number' } }, required: ['total'] };

const cloudEvent = (name: string, more: Partial<WebhookEvent> = {}): WebhookEvent => ({
  ...common,
  name,
  format: 'cloudevents',
  ...more,
});

export const formatSources: readonly WebhookSource[] = [
  {
    name: 'grid',
    bodyBytesMax,
    events: [
      cloudEvent('com.example.order.created', { schema: order, successStatus: 204 }),
      cloudEvent('orderPaid', {
        match: { header: 'CE-Type', equals: 'com.example.order.paid' },
        successStatus: 200,
      }),
      cloudEvent('orderEaten', { match: { pointer: '/kind', equals: 'eaten' } }),
    ],
  },
  {
    name: 'one-producer',
    bodyBytesMax,
    events: [
      cloudEvent('anything', {
        id: { header: 'ce-id' },
        handshake: { scheme: 'cloudevents', origins: ['grid.test'] },
      }),
    ],
  },
  {
    name: 'forms',
    bodyBytesMax,
    events: [
      {
        ...common,
        name: 'message',
        format: 'form',
        id: { pointer: '/MessageSid' },
        schema: { properties: { To: { type: 'string' } } },
        successStatus: 200,
      },
    ],
  },
  {
    name: 'chat',
    bodyBytesMax,
    events: [
      {
        ...common,
        name: 'mention',
        match: { pointer: '/event/type', equals: 'mention' },
        handshake: { scheme: 'slack' },
      },
      { ...common, name: 'click', match: { pointer: '/event/type', equals: 'mention' }, format: 'form' },
    ],
  },
  {
    name: 'feed',
    bodyBytesMax,
    events: [
      { ...common, name: 'a', handshake: { scheme: 'websub', topics: ['https://a.test/'] } },
      { ...common, name: 'b', handshake: { scheme: 'websub', topics: ['https://b.test/'] } },
    ],
  },
  {
    name: 'graph',
    bodyBytesMax,
    events: [{ ...common, name: 'change', handshake: { scheme: 'microsoft-graph' } }],
  },
];
