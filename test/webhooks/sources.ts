/** The webhook sources that the tests deliver to. */
import type { WebhookSource } from '../../webhooks/source.ts';
import { formatSources } from './format-sources.ts';
import { secrets } from './senders.ts';

const standard = { scheme: 'standard-webhooks', secrets: [secrets.current, secrets.former] } as const;
const github = { scheme: 'github', secrets: [secrets.github] } as const;

const order = {
  $ref: '#/components/schemas/OrderEvent',
  components: {
    schemas: {
      OrderEvent: {
        type: 'object',
        required: ['type', 'data'],
        properties: { type: { type: 'string' }, data: { $ref: '#/components/schemas/Order' } },
      },
      Order: {
        type: 'object',
        required: ['id', 'total'],
        properties: {
          id: { type: 'string', minLength: 1 },
          total: { type: 'number', minimum: 0, exclusiveMinimum: true },
          note: { type: 'string', nullable: true },
          parts: { type: 'array', items: { $ref: '#/components/schemas/Order' } },
        },
      },
    },
  },
};

export const bodyBytesMax = 4096;

export const sources: readonly WebhookSource[] = [
  {
    name: 'orders',
    bodyBytesMax,
    events: [
      {
        name: 'orderCreated',
        match: { pointer: '/type', equals: 'order.created' },
        verify: standard,
        subject: '/data/id',
        schema: order,
        dialect: '3.0',
        successStatus: 202,
      },
      {
        name: 'orderCancelled',
        match: { pointer: '/type', equals: 'order.cancelled' },
        verify: { ...standard },
        dialect: '3.0',
        successStatus: 200,
      },
    ],
  },
  {
    name: 'payments',
    bodyBytesMax,
    events: [
      {
        name: 'paymentConfirmed',
        verify: standard,
        subject: '/payment',
        schema: {
          type: 'object',
          properties: { payment: { type: ['string', 'number'] }, amount: { exclusiveMinimum: 0 } },
          required: ['payment'],
          additionalProperties: false,
        },
        dialect: '3.1',
        successStatus: 204,
      },
    ],
  },
  {
    name: 'github',
    bodyBytesMax,
    events: ['push', 'ping'].map((name) => ({
      name,
      match: { header: 'X-GitHub-Event', equals: name },
      verify: github,
      dialect: '3.1',
      successStatus: 202,
    })),
  },
  {
    name: 'mixed',
    bodyBytesMax,
    events: [
      {
        name: 'signedStandard',
        match: { pointer: '/kind', equals: '1' },
        verify: standard,
        dialect: '3.1',
        successStatus: 202,
      },
      {
        name: 'signedGithub',
        match: { pointer: '/kind', equals: '2' },
        verify: github,
        dialect: '3.1',
        successStatus: 202,
      },
      {
        name: 'alsoTwo',
        match: { pointer: '/two', equals: 'true' },
        verify: github,
        dialect: '3.1',
        successStatus: 202,
      },
      { name: 'ownRouteOnly', verify: github, dialect: '3.1', successStatus: 202 },
    ],
  },
  {
    name: 'strict',
    bodyBytesMax,
    events: [
      {
        name: 'object',
        verify: standard,
        schema: { type: 'object' },
        dialect: '3.1',
        successStatus: 200,
        isStrict: true,
      },
    ],
  },
  {
    name: 'large',
    bodyBytesMax: 1024 * 1024,
    events: [{ name: 'anything', verify: standard, dialect: '3.1', successStatus: 202 }],
  },
  {
    name: 'open',
    bodyBytesMax,
    events: [{ name: 'anything', verify: { scheme: 'none' }, dialect: '3.1', successStatus: 202 }],
  },
  {
    name: 'routes',
    bodyBytesMax,
    events: ['one', 'other'].map((name) => ({
      name,
      verify: { scheme: 'none' },
      dialect: '3.1',
      successStatus: 202,
    })),
  },
  {
    name: 'ids',
    bodyBytesMax,
    events: [
      {
        name: 'byPointer',
        verify: { scheme: 'none' },
        id: { pointer: '/id' },
        subject: '/about/~1~0',
        dialect: '3.1',
        successStatus: 202,
      },
      {
        name: 'byHeader',
        verify: { scheme: 'none' },
        id: { header: 'X-Request-Id' },
        dialect: '3.1',
        successStatus: 202,
      },
    ],
  },
  ...formatSources,
];
