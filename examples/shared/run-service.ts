import type { HttpService } from './http-service.ts';
import type { WebhookTarget } from './webhook-sender.ts';
import { WEBHOOK_SECRET } from './webhook-signature.ts';

/**
 * Runs one service as a program: listens, prints its URL, and closes on SIGINT or SIGTERM.
 *
 * @param options.port as text, from the environment; 0 takes a free one
 */
export async function runService({
  name,
  service,
  port,
  host = '127.0.0.1',
}: {
  name: string;
  service: Pick<HttpService, 'listen' | 'close'>;
  port: string;
  host: string | undefined;
}): Promise<void> {
  console.log(`${name} listens on ${await service.listen({ port: Number(port), host })}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void service.close());
}

/**
 * Reads webhook targets from the environment. Throws when there are URLs but no secret to sign with.
 *
 * @param options.urls URLs separated by commas
 * @param options.secret the secret that they share
 */
export function readWebhookTargets({
  urls = '',
  secret = '',
}: {
  urls: string | undefined;
  secret: string | undefined;
}): WebhookTarget[] {
  if (urls !== '' && !WEBHOOK_SECRET.test(secret)) {
    throw new Error('WEBHOOK_SECRET must be whsec_ and a key in base64');
  }
  return urls
    .split(',')
    .filter((url) => url !== '')
    .map((url) => ({ url, secret }));
}
