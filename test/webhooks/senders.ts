/** Senders as services write them: each signs a body its own way and gives what the receiver would get. */
import { createHmac } from 'node:crypto';
import type { ArrivingDelivery, DeliveryHeaders, UnverifiedDelivery } from '../../webhooks/delivery.ts';

export const nowMs = Date.UTC(2026, 10, 22, 12);
export const nowSeconds = nowMs / 1000;

export const secrets = {
  current: `whsec_${Buffer.from('current secret of the service!').toString('base64')}`,
  former: `whsec_${Buffer.from('the secret before the rotation').toString('base64')}`,
  other: `whsec_${Buffer.from('a secret that nobody here uses').toString('base64')}`,
  github: "It's a Secret to Everybody",
};

/** A delivery as it is read from the wire, and as it lies there. */
export type SentDelivery = UnverifiedDelivery & ArrivingDelivery;

type Sent = Partial<SentDelivery> & { source: string };

export interface StandardSender extends Omit<Sent, 'body'> {
  body: string | Buffer;
  id?: string;
  timestamp?: number | string;
  secret?: string;
}

/** Standard Webhooks, signed now with the current secret unless told otherwise. `headers` go on top. */
export function standard(sender: StandardSender): SentDelivery {
  const { id = 'msg_1', timestamp = nowSeconds, secret = secrets.current, headers = {}, ...rest } = sender;
  const body = Buffer.from(sender.body as Buffer);
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  const signed = {
    'webhook-id': id,
    'webhook-timestamp': `${timestamp}`,
    'webhook-signature': `v1,${signature}`,
  };
  return plain({ ...rest, body, headers: { ...signed, ...headers } });
}

/** GitHub's scheme. */
export function github({ body, headers = {}, ...rest }: Omit<Sent, 'body'> & { body: string }): SentDelivery {
  const signature = createHmac('sha256', secrets.github).update(body).digest('hex');
  const signed = { 'x-hub-signature-256': `sha256=${signature}`, 'x-github-delivery': 'guid-1' };
  return plain({ ...rest, body, headers: { ...signed, ...headers } });
}

/** Not signed at all. */
export function plain({
  body = '',
  headers = {},
  ...rest
}: Omit<Sent, 'body'> & { body?: string | Buffer }): SentDelivery {
  const { source, event = null } = rest;
  const delivery = {
    event,
    method: 'POST',
    target: event === null ? `/webhooks/${source}` : `/webhooks/${source}/${event}`,
    peer: '127.0.0.1',
    ...rest,
    headers: { 'content-type': 'application/json', ...headers },
  };
  return tampered(delivery, body);
}

/** The same delivery with other bytes: its signature is the old one. */
export function tampered(
  delivery: Omit<SentDelivery, 'body' | 'readBody'>,
  bytes: string | Buffer,
): SentDelivery {
  const body = Buffer.from(bytes as Buffer);
  return { ...delivery, body, readBody: () => Promise.resolve(body) };
}

/** The same delivery with other headers; undefined removes one. */
export function withHeaders(delivery: SentDelivery, headers: DeliveryHeaders): SentDelivery {
  return { ...delivery, headers: { ...delivery.headers, ...headers } };
}
