import { createHmac, randomUUID } from 'node:crypto';

/** A delivery as a service sends it, signed by the rules of Standard Webhooks and nothing of ours. */
export interface WebhookDelivery {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface WebhookDeliveryOptions {
  readonly gatewayUrl: string;
  readonly source: string;
  /** `whsec_` and the key in base64. */
  readonly secret: string;
  readonly payload?: unknown;
  /** The body as it is, instead of a payload as JSON. */
  readonly text?: string;
  /** @default a new one */
  readonly id?: string;
  /** More headers, for example the one that names the event. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export function signedDelivery(options: WebhookDeliveryOptions): WebhookDelivery {
  const { gatewayUrl, source, secret, payload, id = `msg_${randomUUID()}`, headers = {} } = options;
  const body = options.text ?? JSON.stringify(payload);
  const timestamp = Math.floor(Date.now() / 1000);
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    url: `${gatewayUrl}/webhooks/${source}`,
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${signature}`,
      ...headers,
    },
  };
}

/** Sends it once. @param signal gives it up @default it waits for the answer */
export function send({ url, body, headers }: WebhookDelivery, signal?: AbortSignal): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body, signal: signal ?? null });
}
