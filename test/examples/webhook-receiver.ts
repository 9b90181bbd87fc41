import { webcrypto } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export const SECRET = `whsec_${Buffer.from('a key that only the tests know').toString('base64')}`;

export type ReceivedDelivery = { path: string; headers: IncomingHttpHeaders; raw: Buffer; json: unknown };

type Answer = { status: number; headers?: Record<string, string> } | 'hang up' | 'never';

export type WebhookReceiver = Awaited<ReturnType<typeof startWebhookReceiver>>;

/**
 * A server that receives webhooks on a free port and keeps them.
 *
 * @param options.answer what to answer to the nth delivery, counted from 1 @default 204 to all
 */
export async function startWebhookReceiver({
  answer = () => ({ status: 204 }),
}: { answer?: (nth: number, delivery: ReceivedDelivery) => Answer } = {}) {
  const deliveries: ReceivedDelivery[] = [];
  const arrivals = new EventEmitter();

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await buffer(request);
    const delivery = {
      path: request.url ?? '',
      headers: request.headers,
      raw,
      json: JSON.parse(raw.toString()) as unknown,
    };
    deliveries.push(delivery);
    const decided = answer(deliveries.length, delivery);
    if (decided === 'hang up') request.socket.destroy();
    else if (decided !== 'never') response.writeHead(decided.status, decided.headers).end();
    arrivals.emit('delivery');
  }

  const server = createServer((request, response) => void receive(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    deliveries,
    /** Resolves with all deliveries as soon as they satisfy the condition. */
    async until(condition: (deliveries: ReceivedDelivery[]) => boolean): Promise<ReceivedDelivery[]> {
      while (!condition(deliveries)) await once(arrivals, 'delivery');
      return deliveries;
    },
    async close(): Promise<void> {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** Checks a delivery's Standard Webhooks signature; computed here, by another library than the services use. */
export async function isSigned({ headers, raw }: ReceivedDelivery, secret: string): Promise<boolean> {
  const [version, signature = ''] = String(headers['webhook-signature']).split(',');
  const key = await webcrypto.subtle.importKey(
    'raw',
    Buffer.from(secret.slice('whsec_'.length), 'base64'),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  );
  const signed = Buffer.concat([
    Buffer.from(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.`),
    raw,
  ]);
  return version === 'v1' && webcrypto.subtle.verify('HMAC', key, Buffer.from(signature, 'base64'), signed);
}
