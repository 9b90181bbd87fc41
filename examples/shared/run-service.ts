import type { HttpService } from './http-service.ts';
import type { WebhookTarget } from './webhook-sender.ts';

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
 * Reads webhook targets from the environment.
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
  return urls
    .split(',')
    .filter((url) => url !== '')
    .map((url) => ({ url, secret }));
}
