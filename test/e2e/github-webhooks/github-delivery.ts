import { createHmac, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../fixtures/github-payloads/', import.meta.url);

/** Payloads of GitHub's own documentation, by event, as bytes. */
export const githubPayloads: ReadonlyMap<string, Buffer> = new Map(
  readdirSync(folder).map((file) => [file.replace('.json', ''), readFileSync(new URL(file, folder))]),
);

export const githubSecret = 'a secret that was entered at GitHub';

export interface GithubDeliveryOptions {
  /** Where GitHub was told to deliver. */
  readonly url: string;
  readonly event: string;
  readonly body: Buffer;
  /** @default a new one */
  readonly id?: string;
  /** @default application/json */
  readonly contentType?: string;
}

/** Delivers as GitHub does. @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers */
export function deliverAsGithub(options: GithubDeliveryOptions): Promise<Response> {
  const { url, event, body, id = randomUUID(), contentType = 'application/json' } = options;
  const signature = (algorithm: string) => createHmac(algorithm, githubSecret).update(body).digest('hex');
  return fetch(url, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: {
      accept: '*/*',
      'content-type': contentType,
      'user-agent': 'GitHub-Hookshot/044aadd',
      'x-github-delivery': id,
      'x-github-event': event,
      'x-github-hook-id': '292430182',
      'x-github-hook-installation-target-id': '79929171',
      'x-github-hook-installation-target-type': 'repository',
      'x-hub-signature': `sha1=${signature('sha1')}`,
      'x-hub-signature-256': `sha256=${signature('sha256')}`,
    },
  });
}
